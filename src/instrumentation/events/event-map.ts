import type { TimeInput } from '../../otel/time.js';
import type { PipelineEvent } from '../pipeline/events.js';

/** Something that happened at a time of its own. */
export interface TimedPipelineEvent {
  readonly event: PipelineEvent;
  readonly time: TimeInput;
}

/** What an event says, now or at a time before; nothing, if it says nothing of the conversation. */
export type EventSays =
  | PipelineEvent
  | TimedPipelineEvent
  | readonly (PipelineEvent | TimedPipelineEvent)[]
  | undefined;

/** Reads what the listener of an event is given. It must not keep or change it. */
export type EventReader = (...payload: never[]) => EventSays;

/** The events of one library in the vocabulary of pipelines. A map that remembers things serves one emitter. */
export interface EventMap {
  /** What each event says, by its name. Other events are not listened to. */
  readonly events: Readonly<Record<string, EventReader>>;
  /** Methods of the source whose calls say something, by their name: what the client answers. */
  readonly calls?: Readonly<Record<string, EventReader>>;
  /** Whether `user_turn_stopped` hands the turn to the model. Default `false`: it is only that the user fell silent. */
  readonly releases?: boolean;
  /** Told the time (epoch milliseconds) before each event. @returns what has happened by itself by then */
  readonly before?: (now: number) => readonly TimedPipelineEvent[];
}
