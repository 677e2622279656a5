import type { CostUsage } from '../cost/types.js';
import { usageOfModelCall } from '../cost/usage-of-model-call.js';
import type { ReadableSpanLike } from '../otel/types.js';

/** Open spans inside stages that are followed; beyond, the oldest is forgotten. */
const MAX_OPEN = 10_000;
/** Calls remembered of one stage; of one with more, the cost is not known. */
const MAX_CALLS = 100;

/** An open `llm` stage, or an open span somewhere below one. */
interface Inside {
  readonly parent: Inside | undefined;
  /** Of the stage, shared by all below it. */
  readonly calls: CostUsage[];
  /** Its own usage was taken: what is below it is the same call. */
  counted: boolean;
  /** Something below it has reported usage: its own, if any, is the sum of theirs. */
  covered: boolean;
}

/**
 * The model calls that other instrumentations (of the OpenAI client, the Vercel AI SDK, LiveKit) trace inside our `llm`
 * stages. A stage that does not know its tokens is priced by theirs; each call counts once, though several spans
 * nested in each other report it.
 */
export class InnerCalls {
  readonly #open = new Map<string, Inside>();

  /** An `llm` stage has begun. */
  stageStarted(stage: ReadableSpanLike): void {
    this.#follow(stage, { parent: undefined, calls: [], counted: false, covered: false });
  }

  /** A span that is not of the conversation has begun. */
  started(span: ReadableSpanLike): void {
    if (this.#open.size === 0) return;
    const parent = this.#open.get(span.parentSpanContext?.spanId ?? '');
    if (parent === undefined) return;
    this.#follow(span, { parent, calls: parent.calls, counted: false, covered: false });
  }

  /** A span that is not of the conversation has ended. */
  ended(span: ReadableSpanLike): void {
    if (this.#open.size === 0) return;
    const inside = this.#take(span);
    if (inside === undefined) return;
    const usage = inside.covered || isCounted(inside) ? undefined : usageOfModelCall(span.attributes);
    if (usage !== undefined) {
      inside.counted = true;
      if (inside.calls.length <= MAX_CALLS) inside.calls.push(usage);
    }
    if (inside.parent !== undefined && (inside.counted || inside.covered)) inside.parent.covered = true;
  }

  /** The calls inside a stage that has ended. */
  stageEnded(stage: ReadableSpanLike): readonly CostUsage[] {
    const calls = this.#take(stage)?.calls ?? [];
    return calls.length > MAX_CALLS ? [] : calls;
  }

  #follow(span: ReadableSpanLike, inside: Inside): void {
    this.#open.set(span.spanContext().spanId, inside);
    if (this.#open.size > MAX_OPEN) this.#open.delete(this.#open.keys().next().value ?? '');
  }

  #take(span: ReadableSpanLike): Inside | undefined {
    const { spanId } = span.spanContext();
    const inside = this.#open.get(spanId);
    if (inside !== undefined) this.#open.delete(spanId);
    return inside;
  }
}

function isCounted(inside: Inside): boolean {
  for (let at = inside.parent; at !== undefined; at = at.parent) if (at.counted) return true;
  return false;
}
