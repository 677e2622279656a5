import { asNumber, asText, read } from '../../conversation/read.js';
import { activeContext } from '../../conversation/scope.js';
import { debug, errorText } from '../../otel/diagnostics.js';
import {
  type EventEmitterLike,
  type EventTargetLike,
  isEmitter,
  isEventTarget,
  Listeners,
} from '../events/listeners.js';
import { checkedOptions } from '../pipeline/check-options.js';
import type { SourceOptions } from '../pipeline/conversation.js';
import { SourceTime } from '../pipeline/source-time.js';
import { type Items, itemsOf, readItems } from '../recorded.js';
import { RealtimeCalls } from './calls.js';
import { watchClientEvents } from './client-events.js';

/** Options of `observeRealtime`. `ttsModel` says nothing: the model speaks by itself. */
export type ObserveRealtimeOptions = SourceOptions;

/** An event of the Realtime API as it was received. */
export interface RealtimeEvent {
  readonly type: string;
}

/** An event with the time at which it was received. */
export interface TimedRealtimeEvent {
  readonly event: RealtimeEvent | string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** `true`: the client sent it. Default: the server did. */
  readonly sent?: boolean;
}

/**
 * A `RealtimeSession` or a transport of `@openai/agents-realtime`; a client of the `openai` package; a WebSocket or a
 * WebRTC data channel that carries the events; or events as they came, each with its time or received now.
 */
export type RealtimeSource =
  | EventEmitterLike
  | EventTargetLike
  | Iterable<RealtimeEvent | TimedRealtimeEvent | string>
  | AsyncIterable<RealtimeEvent | TimedRealtimeEvent | string>;

/** A realtime session that is observed. */
export interface RealtimeObservation {
  /** Removes everything of ours and ends the session that is open. */
  stop(): void;
  /** Settled when an iterable is at its end, or when `stop` was called. Never rejects. */
  readonly done: Promise<void>;
}

/**
 * Traces conversations over the OpenAI Realtime API, or one that speaks its events. A session begins with the first event
 * and ends with the connection, the end of an iterable, or `stop`.
 *
 * @throws TypeError when an option is of the wrong type or the source is none
 */
export function observeRealtime(
  source: RealtimeSource,
  options: ObserveRealtimeOptions,
): RealtimeObservation {
  const checked = checkedOptions('observeRealtime', options, []);
  const parent = activeContext();
  // Streams and line readers are emitters as well; what is live is no iterable.
  const events = itemsOf(source);
  if (events !== undefined)
    return observeRecorded(events, (sourceNow) => new RealtimeCalls({ options: checked, parent, sourceNow }));
  if (!isEventTarget(source) && !isEmitter(source)) {
    throw new TypeError(
      'observeRealtime: the source must have on(event, listener) or addEventListener(type, listener), or be an ' +
        'iterable of events',
    );
  }
  return observeLive(source, new RealtimeCalls({ options: checked, parent }));
}

// --- what is live

function observeLive(source: EventEmitterLike | EventTargetLike, calls: RealtimeCalls): RealtimeObservation {
  const listeners = new Listeners();
  const transport = read(source, 'transport');
  const socket = read(source, 'socket');
  if (isEventTarget(source) && !isSession(source)) listenToSocket(source, calls, listeners);
  else {
    for (const name of ['transport_event', '*', 'event'])
      listeners.on(source, name, (event) => calls.serverEvent(event));
    listenToSession(source, calls, listeners);
    listeners.on(transport ?? source, 'connection_change', (status) => {
      if (status === 'disconnected') calls.end();
    });
    if (isEventTarget(socket)) onClose(socket, calls, listeners);
  }
  watchClientEvents(transport ?? source, calls, listeners);
  let stopped: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    stopped = resolve;
  });
  return {
    done,
    stop: () => {
      listeners.removeAll();
      calls.end();
      stopped();
    },
  };
}

/** A socket of the `ws` package is both; an emitter of events of its own has no messages. */
function isSession(source: unknown): boolean {
  return isEmitter(source) && typeof read(source, 'binaryType') !== 'string';
}

function listenToSocket(socket: EventTargetLike, calls: RealtimeCalls, listeners: Listeners): void {
  const target = asEventTarget(socket);
  listeners.on(target, 'message', (message) => {
    const event = parsed(read(message, 'data'));
    if (event !== undefined) calls.serverEvent(event);
  });
  onClose(target, calls, listeners);
}

/** Without its `on`, so that `message` brings an event and no buffer. */
function asEventTarget(socket: EventTargetLike): EventTargetLike {
  return {
    addEventListener: (type, listener) => socket.addEventListener(type, listener),
    removeEventListener: (type, listener) => socket.removeEventListener(type, listener),
  };
}

function onClose(socket: EventTargetLike, calls: RealtimeCalls, listeners: Listeners): void {
  listeners.on(asEventTarget(socket), 'close', () => calls.end());
}

/** What a `RealtimeSession` says besides the events of the server. */
function listenToSession(session: unknown, calls: RealtimeCalls, listeners: Listeners): void {
  listeners.on(session, 'agent_tool_start', (...[, , , details]) => {
    calls.client(undefined, (translator, time) => translator.toolStarted(callIdOf(details), time));
  });
  listeners.on(session, 'agent_tool_end', (...[, , , result, details]) => {
    calls.client(undefined, (translator, time) => translator.toolEnded(callIdOf(details), result, time));
  });
  listeners.on(session, 'agent_handoff', (...[, from, to]) => {
    const name = asText(read(to, 'name'));
    if (name === undefined) return;
    calls.client(undefined, (translator, time) =>
      translator.handedOver(asText(read(from, 'name')), name, time),
    );
  });
  listeners.on(session, 'guardrail_tripped', (...[, , error]) => {
    const guardrail = asText(read(read(read(error, 'result'), 'guardrail'), 'name'));
    calls.client(undefined, (translator, time) => translator.guardrailTripped({ guardrail }, time));
  });
}

function callIdOf(details: unknown): string | undefined {
  return asText(read(read(details, 'toolCall'), 'callId'));
}

// --- what was recorded

function observeRecorded(
  events: Items,
  begin: (sourceNow: (() => number) | undefined) => RealtimeCalls,
): RealtimeObservation {
  const sourceTime = new SourceTime();
  let calls: RealtimeCalls | undefined;
  return readItems(events, {
    item: 'realtime event',
    warning: 'realtime:stream',
    receive: (item) => {
      const { event, time, sent } = timed(item);
      if (asText(read(event, 'type')) === undefined) return;
      if (time !== undefined) sourceTime.note(time);
      calls ??= begin(time === undefined ? undefined : sourceTime.now);
      if (sent) calls.client(time, (translator, at) => translator.clientEvent(event, at));
      else calls.serverEvent(event, time);
    },
    end: (reason) => calls?.end(reason),
  });
}

function timed(item: unknown): { event: unknown; time: number | undefined; sent: boolean } {
  const given = typeof item === 'string' ? parsed(item) : item;
  const inner = read(given, 'event');
  if (read(given, 'type') !== undefined || inner === undefined)
    return { event: given, time: undefined, sent: false };
  return {
    event: typeof inner === 'string' ? parsed(inner) : inner,
    time: asNumber(read(given, 'time')),
    sent: read(given, 'sent') === true,
  };
}

function parsed(data: unknown): unknown {
  if (typeof data !== 'string' || data.trim() === '') return undefined;
  try {
    return JSON.parse(data);
  } catch (error) {
    debug(`a message that is no JSON was left out: ${errorText(error)}`);
    return undefined;
  }
}
