import type { InputSpan } from '../input-span.js';
import { OPENINFERENCE } from './openinference.js';

/** Traces remembered, for spans that come late. */
const MAX_TRACES = 10_000;
/** Traces whose turn has not come; beyond, the oldest is taken for a conversation of its own. */
const MAX_WAITING = 1000;

/** Spans of one conversation. */
export interface Routed {
  readonly key: string;
  /** As the application gave it. */
  readonly conversationId: string | undefined;
  readonly spans: readonly InputSpan[];
}

/** OpenInference writes a trace a turn, and which conversation it is of only on the turn's span, which comes last. */
export class OpenInferenceTraces {
  readonly #known = new Map<string, Omit<Routed, 'spans'>>();
  readonly #waiting = new Map<string, { readonly spans: InputSpan[]; readonly since: number }>();

  /** The conversation of a trace, once it is known. */
  keyOf(traceId: string): string | undefined {
    return this.#known.get(traceId)?.key;
  }

  /** When the oldest trace has waited for `idleMs`. */
  nextDeadline(idleMs: number): number | undefined {
    for (const { since } of this.#waiting.values()) return since + idleMs;
    return undefined;
  }

  /** The spans whose conversation is known by this one; `undefined` while it has to wait. */
  add(span: InputSpan, now: number): Routed | undefined {
    const { traceId } = span;
    const known = this.#known.get(traceId);
    if (known !== undefined) return { ...known, spans: [span] };
    const waiting = this.#waiting.get(traceId) ?? { spans: [], since: now };
    waiting.spans.push(span);
    this.#waiting.set(traceId, waiting);
    if (OPENINFERENCE.role(span) === 'turn')
      return this.#release(traceId, OPENINFERENCE.conversationId(span));
    return this.#waiting.size > MAX_WAITING
      ? this.#release([...this.#waiting.keys()][0], undefined)
      : undefined;
  }

  /** Traces whose turn did not come in time, or, without a limit, all. */
  overdue(now: number, idleMs: number): Routed[] {
    const overdue: Routed[] = [];
    for (const [traceId, { since }] of this.#waiting) {
      // They are in the order in which they began to wait.
      if (now - since < idleMs) break;
      const routed = this.#release(traceId, undefined);
      if (routed !== undefined) overdue.push(routed);
    }
    return overdue;
  }

  #release(traceId: string | undefined, conversationId: string | undefined): Routed | undefined {
    const waiting = traceId === undefined ? undefined : this.#waiting.get(traceId);
    if (traceId === undefined || waiting === undefined) return undefined;
    this.#waiting.delete(traceId);
    const known = { key: `openinference:${conversationId ?? traceId}`, conversationId };
    this.#known.set(traceId, known);
    if (this.#known.size > MAX_TRACES) this.#known.delete(this.#known.keys().next().value ?? '');
    return { ...known, spans: waiting.spans };
  }
}
