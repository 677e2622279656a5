export type {
  EventMap,
  EventReader,
  EventSays,
  TimedPipelineEvent,
} from './instrumentation/events/event-map.js';
export type { EventEmitterLike, EventTargetLike } from './instrumentation/events/listeners.js';
export {
  type EventSource,
  type ObserveEventsOptions,
  observeEvents,
} from './instrumentation/events/observe.js';
export { type DeepgramAgentOptions, deepgramAgentEvents } from './instrumentation/events/presets/deepgram.js';
export { elevenLabsEvents } from './instrumentation/events/presets/elevenlabs.js';
export { retellEvents } from './instrumentation/events/presets/retell.js';
export { vapiEvents } from './instrumentation/events/presets/vapi.js';
export type { SourceOptions } from './instrumentation/pipeline/conversation.js';
export type { PipelineEvent, ServiceReport, ServiceStage } from './instrumentation/pipeline/events.js';
export type { Observation } from './instrumentation/pipeline/observe.js';
export {
  type ObserveRealtimeOptions,
  observeRealtime,
  type RealtimeEvent,
  type RealtimeObservation,
  type RealtimeSource,
  type TimedRealtimeEvent,
} from './instrumentation/realtime/observe.js';
export type { LlmReading, SttReading, TtsReading } from './instrumentation/stages/readings.js';
export {
  type StageCues,
  type StageFunctions,
  type StageReaders,
  type WrapStagesOptions,
  wrapStages,
} from './instrumentation/stages/wrap.js';
