import type { OtlpSpan } from '../../exporters/otlp-json.js';
import type { EventRecord } from '../../signals/writer.js';
import type { InputSpan } from './input-span.js';

/** A span that stood for what are several turns in the vocabulary; the first of them is this span. */
export interface TurnOrigin {
  readonly traceId: string;
  spanId: string;
  /** Absent where the span was lost or has not come. */
  span: InputSpan | undefined;
  /** Its attributes that the vocabulary has no word for. */
  kept: OtlpSpan['attributes'];
  /** How many turns have been made of it. */
  turns: number;
}

/** What a source knows of the turns that begin next, besides what the tracker makes out. */
export interface TurnFacts {
  readonly origin: TurnOrigin;
  /** Whether these times of the tracker's were heard or can be derived, and may be written. */
  readonly onsetKnown: boolean;
  readonly announcedEndKnown: boolean;
  readonly firstAudioKnown: boolean;
  readonly lastAudioKnown: boolean;
  /** `false`: the session ended with the agent's turn, and nothing says whether it was heard. Default: known. */
  readonly endKnown?: boolean;
  readonly responseLatencyMs?: number | undefined;
  readonly latencySource?: 'measured' | 'derived' | 'estimated' | undefined;
  readonly events?: readonly EventRecord[];
}
