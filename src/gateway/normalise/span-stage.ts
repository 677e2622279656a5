import type { Attributes } from '@opentelemetry/api';
import type { OtlpSpan } from '../../exporters/otlp-json.js';
import type { StageRecord } from '../../signals/signal.js';
import type { InputSpan } from './input-span.js';

/** A stage that was a span before, or that is made out from others. */
export interface SpanStage extends StageRecord {
  readonly origin: StageOrigin;
}

export interface StageOrigin {
  /** The id of the span it was, or one derived. */
  readonly spanId: string;
  /** The span that it was; absent where it had none. */
  readonly span: InputSpan | undefined;
  /** Attributes of the vocabulary, besides who, when and how it ended. */
  readonly attributes: Attributes;
  /** Attributes of the span that the vocabulary has no word for, as they came. */
  readonly kept: OtlpSpan['attributes'];
  /** `error.type` where the stage failed. */
  readonly errorType: string | undefined;
}

export function isSpanStage(stage: StageRecord): stage is SpanStage {
  return 'origin' in stage;
}
