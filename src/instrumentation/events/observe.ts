import { asText, read } from '../../conversation/read.js';
import { activeContext } from '../../conversation/scope.js';
import { guard } from '../../otel/guard.js';
import { SessionTime, type TimeInput, toEpochMs } from '../../otel/time.js';
import { checkedOptions } from '../pipeline/check-options.js';
import { ObservedConversation, type SourceOptions } from '../pipeline/conversation.js';
import type { PipelineEvent } from '../pipeline/events.js';
import type { Observation } from '../pipeline/observe.js';
import type { EventMap, EventReader } from './event-map.js';
import {
  type EventEmitterLike,
  type EventTargetLike,
  isEmitter,
  isEventTarget,
  Listeners,
} from './listeners.js';
import { patchMethod } from './patch-method.js';

/** Options of `observeEvents`. */
export type ObserveEventsOptions = SourceOptions;

/**
 * Something that emits events by name, a target of DOM events, or an object of callbacks (`{ onMessage, … }`), which is
 * to be observed before it is handed over.
 */
export type EventSource = EventEmitterLike | EventTargetLike | object;

/**
 * Traces conversations by the events of a voice library, as `map` reads them. A session begins with the first event that
 * says something and ends with `session_ended` or `stop`; a new `session_started` begins the next.
 *
 * @param map one of the presets, or your own table
 * @throws TypeError when an option is of the wrong type, the map is none, or nothing can be listened to
 */
export function observeEvents(
  source: EventSource,
  map: EventMap,
  options: ObserveEventsOptions,
): Observation {
  const checked = checkedOptions('observeEvents', options, []);
  const readers = checkedReaders(map, 'events');
  const calls = map.calls === undefined ? [] : checkedReaders(map, 'calls');
  if ((typeof source !== 'object' && typeof source !== 'function') || source === null) {
    throw new TypeError(
      'observeEvents: the source must have on(event, listener) or addEventListener(type, listener), or be an object ' +
        'of callbacks',
    );
  }
  const conversation = new ObservedConversation({
    options: checked,
    releases: map.releases === true,
    parent: activeContext(),
  });
  const listeners = new Listeners();
  const tell = (said: unknown): void => {
    const event = read(said, 'event');
    if (isEvent(said)) conversation.event(said);
    else if (isEvent(event)) conversation.event(event, timeIn(said));
  };
  const elapsed = (): void => {
    for (const said of map.before?.(conversation.now()) ?? []) tell(said);
  };
  const seen = (reader: EventReader, payload: readonly unknown[]): void => {
    elapsed();
    const said: unknown = Reflect.apply(reader, undefined, payload);
    if (Array.isArray(said)) for (const one of said) tell(one);
    else tell(said);
  };
  const emits = isEmitter(source) || isEventTarget(source);
  for (const [name, reader] of readers) {
    if (emits) listeners.on(source, name, (...payload) => seen(reader, payload));
    else listeners.alsoRemove(patchMethod(source, name, (...payload) => seen(reader, payload)));
  }
  for (const [name, reader] of calls) {
    if (typeof read(source, name) === 'function')
      listeners.alsoRemove(patchMethod(source, name, (...payload) => seen(reader, payload)));
  }
  return {
    stop: () => {
      listeners.removeAll();
      guard('what has happened by itself', undefined, elapsed);
      conversation.end();
    },
  };
}

/** A time that is none counts as now. */
function timeIn(said: unknown): TimeInput | undefined {
  const time = read(said, 'time');
  return time instanceof SessionTime ? time : toEpochMs(time);
}

function isEvent(said: unknown): said is PipelineEvent {
  return asText(read(said, 'type')) !== undefined;
}

function checkedReaders(map: EventMap, table: 'events' | 'calls'): [name: string, reader: EventReader][] {
  const readers: unknown = read(map, table);
  if (typeof readers !== 'object' || readers === null) {
    throw new TypeError(`observeEvents: the map must have ${table}: { name: (…payload) => what it says }`);
  }
  const before: unknown = read(map, 'before');
  if (before !== undefined && typeof before !== 'function') {
    throw new TypeError('observeEvents: before of the map must be a function of the time');
  }
  const entries = Object.entries(map[table] ?? {});
  const wrong = entries.find(([, reader]) => typeof reader !== 'function');
  if (wrong !== undefined) throw new TypeError(`observeEvents: ${table}.${wrong[0]} must be a function`);
  return entries;
}
