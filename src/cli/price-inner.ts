import type { CostUsage } from '../cost/types.js';
import { usageOfModelCall } from '../cost/usage-of-model-call.js';
import type { SpanRecord } from '../report/otlp.js';
import { ATTR_VOICE_STAGE_TYPE } from '../semconv/generated.js';

interface Seen {
  readonly parent: string | undefined;
  readonly isStage: boolean;
  readonly usage: CostUsage | undefined;
}

/** The model calls that other instrumentations traced inside stages, of a whole trace that is read span by span. */
export class TracedCalls {
  readonly #seen = new Map<string, Seen>();

  add(span: SpanRecord): void {
    const isStage = span.attributes[ATTR_VOICE_STAGE_TYPE] !== undefined;
    this.#seen.set(key(span.traceId, span.spanId), {
      parent: span.parentSpanId === undefined ? undefined : key(span.traceId, span.parentSpanId),
      isStage,
      usage: isStage ? undefined : usageOfModelCall(span.attributes),
    });
  }

  /** The calls of every stage, by `traceId/spanId` of the stage: of nested spans that report one, the innermost. */
  byStage(): ReadonlyMap<string, readonly CostUsage[]> {
    const covered = new Set<string>();
    for (const seen of this.#seen.values()) {
      if (seen.usage !== undefined) for (const above of this.#above(seen)) covered.add(above);
    }
    const calls = new Map<string, CostUsage[]>();
    for (const [id, seen] of this.#seen) {
      if (seen.usage === undefined || covered.has(id)) continue;
      const stage = this.#above(seen).at(-1);
      if (stage === undefined || this.#seen.get(stage)?.isStage !== true) continue;
      const known = calls.get(stage) ?? [];
      calls.set(stage, known);
      known.push(seen.usage);
    }
    return calls;
  }

  /** The spans above, up to the nearest stage. */
  #above({ parent }: Seen): string[] {
    const above: string[] = [];
    for (let at = parent; at !== undefined && !above.includes(at); at = this.#seen.get(at)?.parent) {
      if (!this.#seen.has(at)) break;
      above.push(at);
      if (this.#seen.get(at)?.isStage === true) break;
    }
    return above;
  }
}

function key(traceId: string, spanId: string): string {
  return `${traceId}/${spanId}`;
}
