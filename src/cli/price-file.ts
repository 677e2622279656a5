import { createReadStream } from 'node:fs';
import { AmountSum, plainText } from '../cost/decimal.js';
import type { PriceTable } from '../cost/price-table.js';
import type { CostEstimate, CostUsage } from '../cost/types.js';
import { usageFromAttributes } from '../cost/usage-from-attributes.js';
import { errorText } from '../otel/diagnostics.js';
import { innerCost } from '../processor/inner-cost.js';
import { readSpans, type SpanRecord } from '../report/otlp.js';
import {
  ATTR_VOICE_COST_AMOUNT,
  ATTR_VOICE_COST_CURRENCY,
  ATTR_VOICE_COST_SOURCE,
  ATTR_VOICE_MASKED_COUNT,
  ATTR_VOICE_SESSION_ID,
  VOICE_COST_SOURCE_VALUE_CALLER,
} from '../semconv/generated.js';
import { type CommandIo, EXIT_FAILED, EXIT_OK } from './io.js';
import { TracedCalls } from './price-inner.js';
import { readRequests } from './request-file.js';

/** The stages of one session, as recorded and as priced again. */
class SessionCosts {
  readonly #recorded = new Map<string, AmountSum>();
  readonly #parts = new Map<string, AmountSum>();
  readonly #missing = new Map<string, number>();
  readonly #now = new AmountSum();
  stages = 0;
  estimated = 0;

  add(kind: string, recorded: { amount: number; currency: string } | undefined, now: CostEstimate): void {
    this.stages += 1;
    if (recorded !== undefined) sum(this.#recorded, recorded.currency).add(recorded.amount);
    if (now.missing !== undefined) {
      this.#missing.set(now.missing, (this.#missing.get(now.missing) ?? 0) + 1);
      return;
    }
    if (now.estimated) this.estimated += 1;
    this.#now.add(now.amount);
    sum(this.#parts, kind).add(now.amount);
  }

  report(session: string, currency: string): SessionCostReport {
    return {
      session,
      stages: this.stages,
      total: this.#now.value(),
      currency,
      parts: Object.fromEntries([...this.#parts].map(([kind, amount]) => [kind, amount.value()])),
      recorded: Object.fromEntries([...this.#recorded].map(([code, amount]) => [code, amount.value()])),
      missing: Object.fromEntries(this.#missing),
      estimatedStages: this.estimated,
    };
  }
}

interface SessionCostReport {
  readonly session: string;
  readonly stages: number;
  readonly total: number;
  readonly currency: string;
  readonly parts: Readonly<Record<string, number>>;
  /** By currency, as the trace says. */
  readonly recorded: Readonly<Record<string, number>>;
  readonly missing: Readonly<Record<string, number>>;
  readonly estimatedStages: number;
}

/** A stage to be priced, once the calls inside it are known. */
interface StageToPrice {
  readonly id: string;
  readonly usage: CostUsage;
  readonly at: Date;
  readonly session: string;
  readonly recorded: { amount: number; currency: string } | undefined;
}

/**
 * `voice-otel price --file TRACES`: every stage priced again; a cost that the caller gave stays. A stage without tokens of
 * its own is priced by the model calls that others traced inside it, as the processor does.
 */
export async function repriceFiles(
  files: readonly string[],
  prices: PriceTable,
  at: Date | undefined,
  json: boolean,
  io: CommandIo,
): Promise<number> {
  const stages: StageToPrice[] = [];
  const calls = new TracedCalls();
  const seen = new Set<string>();
  for (const file of files) {
    try {
      await readRequests(file === '-' ? io.stdin : createReadStream(file), (request) => {
        for (const span of readSpans(request).spans) {
          const id = `${span.traceId}/${span.spanId}`;
          // Delivery is at least once.
          if (seen.has(id)) continue;
          seen.add(id);
          calls.add(span);
          const stage = stageToPrice(id, span, at);
          if (stage !== undefined) stages.push(stage);
        }
      });
    } catch (error) {
      io.stderr.write(`voice-otel: cannot read ${file}: ${errorText(error)}\n`);
      return EXIT_FAILED;
    }
  }
  if (stages.length === 0) {
    io.stderr.write(`voice-otel: no stages of a model in ${files.join(', ')}\n`);
    return EXIT_FAILED;
  }
  for (const [session, costs] of priced(stages, calls, prices)) {
    const report = costs.report(session, prices.currency);
    io.stdout.write(json ? `${JSON.stringify(report)}\n` : reportText(report));
  }
  return EXIT_OK;
}

function stageToPrice(id: string, span: SpanRecord, at: Date | undefined): StageToPrice | undefined {
  const { attributes } = span;
  const usage = usageFromAttributes(attributes);
  if (usage === undefined) return undefined;
  // Masking changes the length of a text.
  if (Number(attributes[ATTR_VOICE_MASKED_COUNT] ?? 0) > 0) usage.textInput = undefined;
  const amount = attributes[ATTR_VOICE_COST_AMOUNT];
  const currency = String(attributes[ATTR_VOICE_COST_CURRENCY] ?? 'USD');
  const recorded = typeof amount === 'number' ? { amount, currency } : undefined;
  const given = attributes[ATTR_VOICE_COST_SOURCE] === VOICE_COST_SOURCE_VALUE_CALLER;
  if (given && currency === 'USD') usage.costUsd = recorded?.amount;
  const session = String(attributes[ATTR_VOICE_SESSION_ID] ?? 'without a session');
  return { id, usage, at: at ?? new Date(span.startTime), session, recorded };
}

function priced(
  stages: readonly StageToPrice[],
  calls: TracedCalls,
  prices: PriceTable,
): ReadonlyMap<string, SessionCosts> {
  const sessions = new Map<string, SessionCosts>();
  const inner = calls.byStage();
  for (const { id, usage, at, session, recorded } of stages) {
    const costs = sessions.get(session) ?? new SessionCosts();
    sessions.set(session, costs);
    const now = innerCost(usage, inner.get(id) ?? [], prices, at) ?? prices.estimate(usage, at);
    costs.add(usage.kind, recorded, now);
  }
  return sessions;
}

function reportText(report: SessionCostReport): string {
  const parts = Object.entries(report.parts).map(([kind, amount]) => `${kind} ${plainText(amount)}`);
  const recorded = Object.entries(report.recorded).map(([code, amount]) => `${plainText(amount)} ${code}`);
  const missing = Object.entries(report.missing).map(([reason, count]) => `${count} ${reason}`);
  const notes = [
    `recorded ${recorded.length === 0 ? 'nothing' : recorded.join(' and ')}`,
    ...(report.estimatedStages > 0 ? [`${report.estimatedStages} of ${report.stages} stages estimated`] : []),
    ...(missing.length > 0 ? [`without a price: ${missing.join(', ')}`] : []),
  ];
  return `${report.session}: ${plainText(report.total)} ${report.currency} (${parts.join(', ') || 'no stage priced'})\n  ${notes.join('; ')}\n`;
}

function sum(sums: Map<string, AmountSum>, key: string): AmountSum {
  const known = sums.get(key);
  if (known !== undefined) return known;
  const added = new AmountSum();
  sums.set(key, added);
  return added;
}
