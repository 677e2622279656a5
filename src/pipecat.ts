export type { OtlpTraceRequest } from './exporters/otlp-json.js';
export {
  createSpanNormalizer,
  normalizeSpans,
  type SpanNormalizer,
} from './gateway/normalise/normalizer.js';
export type { NormalizerOptions } from './gateway/normalise/options.js';
export type { SessionDefaults } from './gateway/normalise/session-defaults.js';
export type { SourceOptions } from './instrumentation/pipeline/conversation.js';
export type { PipelineEvent, ServiceReport, ServiceStage } from './instrumentation/pipeline/events.js';
export type { FrameClass } from './instrumentation/pipeline/frame.js';
export {
  type Observation,
  type ObservePipelineOptions,
  observePipeline,
} from './instrumentation/pipeline/observe.js';
export type {
  FrameProcessorLike,
  FramePushedLike,
  PipelineLike,
} from './instrumentation/pipeline/processors.js';
export type { RtviMessage } from './instrumentation/rtvi/messages.js';
export {
  type ObserveRtviOptions,
  observeRtvi,
  type RtviEmitter,
  type RtviObservation,
  type RtviSource,
} from './instrumentation/rtvi/observe.js';
export type { TimedRtviMessage } from './instrumentation/rtvi/stream.js';
