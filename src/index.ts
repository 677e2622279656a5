export type { AgentTurn, AgentTurnOptions } from './conversation/agent-turn.js';
export type { Clock } from './conversation/clock.js';
export type { SessionEndReason, TurnEndReason } from './conversation/end-reason.js';
export type { SessionOptions } from './conversation/identity.js';
export type {
  ApiCallPayload,
  DialogueManagementPayload,
  LlmPayload,
  Message,
  NluPayload,
  StageKind,
  StagePayloads,
  SttPartial,
  SttPayload,
  ToolCall,
  ToolPayload,
  TtsPayload,
  VadPayload,
} from './conversation/payloads.js';
export type { SessionEnd, SessionRecording, TransportQuality, VoiceSession } from './conversation/session.js';
export type { Stage, StageOptions } from './conversation/stage.js';
export { VoiceTracer, type VoiceTracerOptions } from './conversation/tracer.js';
export type { Turn, TurnEnd, TurnOptions } from './conversation/turn.js';
export type { Interruption, UserTurn } from './conversation/user-turn.js';
export { estimateCost } from './cost/estimate.js';
export type { GenaiPrices } from './cost/genai-prices.js';
export type { PriceOverride } from './cost/overrides.js';
export {
  createPriceTable,
  type PriceBook,
  type PriceTable,
  type PriceTableOptions,
} from './cost/price-table.js';
export type { CostEstimate, CostUsage, MissingCost, PricedCost } from './cost/types.js';
export type { DeliveryOptions } from './delivery/options.js';
export type { LocaleTable } from './masking/locales/table.js';
export { VoiceLogRecordProcessor } from './masking/log-record.js';
export { createMasker } from './masking/masker.js';
export type { MaskerOptions, PlaceholderOptions } from './masking/options.js';
export type { Detection, MaskContext, Masker } from './masking/types.js';
export type { TimeInput } from './otel/time.js';
export type { ReadableSpanLike, SpanExporterLike, SpanProcessorLike } from './otel/types.js';
export type { CompatibilityKeys } from './processor/compatibility-keys.js';
export type { SessionAwareExporter, VoiceSpanProcessorOptions } from './processor/options.js';
export { VoiceSpanProcessor } from './processor/voice-span-processor.js';
