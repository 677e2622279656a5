import type { OtlpTraceRequest } from '../../exporters/otlp-json.js';
import { warn } from '../../otel/diagnostics.js';
import { guard } from '../../otel/guard.js';
import type { ForeignConversation } from './conversation.js';
import { Conversations } from './conversations.js';
import { type InputSpan, type RawSpan, rawSpans, readSpan } from './input-span.js';
import { LiveKitConversation } from './livekit/conversation.js';
import { type NormalizerOptions, type ResolvedOptions, resolveOptions } from './options.js';
import { Outbox } from './outbox.js';
import { PipecatConversation } from './pipecat/conversation.js';
import { withoutUsage } from './pipecat/inner-calls.js';
import { NATIVE } from './pipecat/native-dialect.js';
import { OPENINFERENCE } from './pipecat/openinference.js';
import { OpenInferenceTraces, type Routed } from './pipecat/openinference-traces.js';
import { type Family, familyOf } from './recognise.js';
import type { SessionDefaults } from './session-defaults.js';

/**
 * Turns the spans of Pipecat and LiveKit into the vocabulary. Bodies are pushed as they arrive. A turn is held until
 * it is certain: a barge-in is only known when the next turn comes. Spans that carry the vocabulary already, and
 * spans of others, are returned as they came.
 *
 * It has no timer: whoever owns it calls `poll` when `nextDeadline` is reached, and `flush` before it goes away.
 * Nothing throws.
 */
export interface SpanNormalizer {
  /** @returns what is ready now, of this body or of earlier ones */
  push(request: OtlpTraceRequest): OtlpTraceRequest[];
  /** What has become ready by the clock alone. */
  poll(): OtlpTraceRequest[];
  /** When `poll` is to be called next, in milliseconds of the normaliser's clock; `undefined` while nothing waits. */
  readonly nextDeadline: number | undefined;
  /** Everything that is held, now; conversations that are open are closed. */
  flush(): OtlpTraceRequest[];
}

/** A normaliser with the state of the conversations that are open. */
export function createSpanNormalizer(options?: NormalizerOptions): SpanNormalizer {
  return new Normalizer(resolveOptions(options));
}

/** Normalises a whole recording: all its bodies, in the order of their arrival. */
export function normalizeSpans(
  requests: readonly OtlpTraceRequest[],
  options?: NormalizerOptions,
): OtlpTraceRequest[] {
  const normalizer = createSpanNormalizer({ ...options, now: () => 0 });
  return [...requests.flatMap((request) => normalizer.push(request)), ...normalizer.flush()];
}

class Normalizer implements SpanNormalizer {
  readonly #options: ResolvedOptions;
  readonly #outbox = new Outbox();
  readonly #openInference = new OpenInferenceTraces();
  readonly #conversations: Conversations;

  constructor(options: ResolvedOptions) {
    this.#options = options;
    this.#conversations = new Conversations(options);
  }

  push(request: OtlpTraceRequest): OtlpTraceRequest[] {
    return guard('normalising a request', [request], () => {
      const now = this.#options.now();
      const spans = rawSpans(request);
      // Spans of others are looked at last: what they hang under may stand behind them in the body.
      const taken = spans.map((span) => this.#takeKnown(span, now));
      for (const [index, span] of spans.entries()) taken[index] ||= this.#takeOther(span);
      if (!taken.includes(true)) return [request, ...this.#ready(now)];
      for (const [index, { raw, envelope }] of spans.entries()) {
        if (taken[index] !== true) this.#outbox.add(raw, envelope);
      }
      return this.#ready(now);
    });
  }

  poll(): OtlpTraceRequest[] {
    return guard('normalising spans', [], () => this.#ready(this.#options.now()));
  }

  get nextDeadline(): number | undefined {
    const deadlines = [
      this.#openInference.nextDeadline(this.#options.idleMs),
      this.#conversations.nextDeadline,
    ];
    const known = deadlines.filter((deadline) => deadline !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  flush(): OtlpTraceRequest[] {
    return guard('normalising spans', [], () => {
      const now = this.#options.now();
      for (const routed of this.#openInference.overdue(now, 0)) this.#addRouted(routed, now);
      this.#conversations.tellAll(now);
      return this.#outbox.take();
    });
  }

  /** Whether the span is part of a conversation, and taken. */
  #takeKnown(raw: RawSpan, now: number): boolean {
    return guard('reading a span', false, () => {
      const family = familyOf(raw);
      if (family === 'voice' || family === 'other') return false;
      const span = readSpan(raw);
      if (span === undefined) return false;
      if (family !== 'openinference') return this.#add(span.traceId, span, family, now);
      const routed = this.#openInference.add(span, now);
      if (routed !== undefined) this.#addRouted(routed, now);
      return true;
    });
  }

  /** Both instrumentations may be on: then Pipecat's own spans tell the conversation, and count what was used. */
  #addRouted({ key, conversationId, spans }: Routed, now: number): void {
    const twice =
      conversationId !== undefined && this.#conversations.hasId(conversationId, (other) => other !== key);
    for (const span of spans) {
      if (twice) this.#outbox.add(withoutUsage(span.raw), span.envelope);
      else this.#add(key, span, 'openinference', now);
    }
  }

  #add(key: string, span: InputSpan, family: keyof typeof MAKERS, now: number): boolean {
    if (this.#conversations.get(key) === undefined && isAlone(span)) {
      warn(
        'pipecat-turns',
        `a '${span.name}' span of Pipecat belongs to no conversation: turn tracking is off`,
      );
      return false;
    }
    const { session, graceMs } = this.#options;
    this.#conversations.add(key, span, now, () => MAKERS[family](this.#outbox, span, session, graceMs));
    return true;
  }

  /** Whether the span is somebody else's inside a conversation, which says how it is handed on. */
  #takeOther(raw: RawSpan): boolean {
    return guard('reading a span', false, () => {
      const traceId = String(raw.raw.traceId).toLowerCase();
      const conversation = this.#conversations.get(this.#openInference.keyOf(traceId) ?? traceId);
      if (conversation === undefined || familyOf(raw) !== 'other') return false;
      const span = readSpan(raw);
      if (span === undefined) return false;
      conversation.addOther(span);
      return true;
    });
  }

  #ready(now: number): OtlpTraceRequest[] {
    for (const routed of this.#openInference.overdue(now, this.#options.idleMs)) this.#addRouted(routed, now);
    this.#conversations.tellDue(now);
    return this.#outbox.take();
  }
}

/** Begins to follow the conversation of a span. */
type MakeConversation = (
  outbox: Outbox,
  first: InputSpan,
  defaults: SessionDefaults,
  graceMs: number,
) => ForeignConversation;

const MAKERS: Readonly<Record<Exclude<Family, 'voice' | 'other'>, MakeConversation>> = {
  pipecat: (...given) => new PipecatConversation(NATIVE, ...given),
  openinference: (...given) => new PipecatConversation(OPENINFERENCE, ...given),
  livekit: (...given) => new LiveKitConversation(...given),
};

/** A service's span that is a trace by itself. */
function isAlone({ name, parentSpanId }: InputSpan): boolean {
  return parentSpanId === undefined && (name === 'stt' || name === 'llm' || name === 'tts');
}
