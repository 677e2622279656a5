import { asNumber, read } from '../../conversation/read.js';
import { activeContext } from '../../conversation/scope.js';
import { guard } from '../../otel/guard.js';
import { checkedOptions } from '../pipeline/check-options.js';
import type { SourceOptions } from '../pipeline/conversation.js';
import type { Observation } from '../pipeline/observe.js';
import { SourceTime } from '../pipeline/source-time.js';
import { type Items, itemsOf, readItems } from '../recorded.js';
import { CLIENT_EVENTS } from './client-events.js';
import { RtviFeed } from './feed.js';
import type { RtviMessage } from './messages.js';
import { receivedMessage, type TimedRtviMessage } from './stream.js';

/** Options of `observeRtvi`. */
export interface ObserveRtviOptions extends SourceOptions {
  /**
   * Take the agent as heard when the level of the remote audio on the user's device rises, not when the server says so.
   * Only for a client, which has such levels. `true`: from a level of 0.05 on, of 0–1. Default: no.
   */
  heardFromLevel?: boolean | number;
}

/** Something that emits the client's events by name. */
export interface RtviEmitter {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off?(event: string, listener: (...args: unknown[]) => void): unknown;
  removeListener?(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** A client, or messages as they came, each with its time or received now. */
export type RtviSource =
  | RtviEmitter
  | Iterable<RtviMessage | TimedRtviMessage | string>
  | AsyncIterable<RtviMessage | TimedRtviMessage | string>;

/** A client or a stream of messages that is observed. */
export interface RtviObservation extends Observation {
  /** Settled when an iterable is at its end, or when `stop` was called. Never rejects. */
  readonly done: Promise<void>;
}

const OPTIONS = ['heardFromLevel'] as const;
/** A level that is sound and no noise of the line, of 0–1. */
const DEFAULT_LEVEL = 0.05;

/**
 * Traces a conversation with a Pipecat bot from the client's side, by its RTVI messages (versions 1.x and 2.x): a
 * `PipecatClient`, anything that emits the client's events, or messages in an iterable. A session begins with the first
 * message and ends with `disconnected`, the end of the iterable, or `stop`.
 *
 * @throws TypeError when an option is of the wrong type or the source is none
 */
export function observeRtvi(source: RtviSource, options: ObserveRtviOptions): RtviObservation {
  const { heardFromLevel, ...session } = checkedOptions('observeRtvi', options, OPTIONS);
  const level = checkedLevel(heardFromLevel);
  // Streams and line readers are both; a client is no iterable.
  const messages = itemsOf(source);
  if (messages !== undefined) return observeMessages(messages, session);
  if (!isEmitter(source)) {
    throw new TypeError(
      'observeRtvi: the source must have on(event, listener), or be an iterable of messages',
    );
  }
  return observeClient(
    source,
    new RtviFeed({ options: session, heardFromLevel: level, parent: activeContext() }),
  );
}

function observeClient(client: RtviEmitter, feed: RtviFeed): RtviObservation {
  const listeners: [event: string, listener: (...args: unknown[]) => void][] = [];
  const listen = (event: string, handle: (payload: unknown) => void): void => {
    const listener = (...[payload]: unknown[]): void =>
      guard(`RTVI's ${event}`, undefined, () => handle(payload));
    guard(`listening to RTVI's ${event}`, undefined, () => client.on(event, listener));
    listeners.push([event, listener]);
  };
  for (const [event, type] of Object.entries(CLIENT_EVENTS)) {
    listen(event, (payload) => feed.receive(type, payload));
  }
  listen('remoteAudioLevel', (payload) => feed.level(asNumber(payload) ?? 0));
  listen('disconnected', () => feed.end());
  // A listener for errors keeps other emitters from throwing them.
  if (typeof read(client, 'disconnect') === 'function') {
    listen('error', (payload) => feed.receive('error', read(payload, 'data') ?? payload));
  }
  let stopped: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    stopped = resolve;
  });
  return {
    done,
    stop: () => {
      for (const [event, listener] of listeners.splice(0)) {
        guard('leaving a client', undefined, () => {
          if (typeof client.off === 'function') client.off(event, listener);
          else client.removeListener?.(event, listener);
        });
      }
      feed.end();
      stopped();
    },
  };
}

function observeMessages(messages: Items, options: SourceOptions): RtviObservation {
  const parent = activeContext();
  const sourceTime = new SourceTime();
  let feed: RtviFeed | undefined;
  return readItems(messages, {
    item: 'RTVI message',
    warning: 'rtvi:stream',
    receive: (item) => {
      const received = receivedMessage(item);
      if (received === undefined) return;
      const { type, data, time } = received;
      if (time !== undefined) sourceTime.note(time);
      feed ??= new RtviFeed({
        options,
        heardFromLevel: undefined,
        sourceNow: time === undefined ? undefined : sourceTime.now,
        parent,
      });
      feed.receive(type, data, time);
    },
    end: (reason) => feed?.end(reason),
  });
}

function isEmitter(source: unknown): source is RtviEmitter {
  return typeof read(source, 'on') === 'function';
}

function checkedLevel(level: unknown): number | undefined {
  if (level === undefined || level === false) return undefined;
  if (level === true) return DEFAULT_LEVEL;
  if (typeof level === 'number' && level > 0 && level <= 1) return level;
  throw new TypeError('observeRtvi: heardFromLevel must be a boolean or a level above 0, up to 1');
}
