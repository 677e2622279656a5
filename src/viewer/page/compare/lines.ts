import { formatAmount } from '../../../report/text/format.js';
import { ms, percent, whole } from '../shared/format.js';
import type { Measured, Share, SummaryOfCalls, VersionFigures } from './versions.js';

/** One figure of one version. */
export interface Figure {
  /** In the line's own unit; `undefined` where nothing was measured. */
  readonly value: number | undefined;
  readonly text: string;
  /** What it was taken from, such as `210 answers in 34 calls`. */
  readonly basis: string;
  /** Whether that is enough to say something about the version. */
  readonly enough: boolean;
}

/** One figure of both versions. */
export interface Line {
  readonly label: string;
  readonly a: Figure;
  readonly b: Figure;
  /** The second less the first; `undefined` where one of them says too little. */
  readonly difference: string | undefined;
}

/** Values of one call resemble each other: below this many calls, a figure is about these calls alone. */
export const ENOUGH_CALLS = 5;
/** That all of so many values lie on one side of the true median has a chance of 2 · 0.5^6 = 3 %. */
export const ENOUGH_FOR_P50 = 6;
/** That all of so many values lie below the true p95 has a chance of 0.95^59 = 5 %. */
export const ENOUGH_FOR_P95 = 59;
/** Something that never happened in so many cases may still happen in one of ten (the rule of three, 3/n). */
export const ENOUGH_FOR_SHARE = 30;

/** What there is to say about two versions, figure by figure. */
export function linesOf(a: VersionFigures, b: VersionFigures): readonly Line[] {
  const line = (
    label: string,
    figure: (of: VersionFigures) => Figure,
    difference: (by: number, from: number) => string,
  ): Line => {
    const [first, second] = [figure(a), figure(b)];
    const known = first.value !== undefined && second.value !== undefined && first.enough && second.enough;
    return {
      label,
      a: first,
      b: second,
      difference: known ? difference((second.value ?? 0) - (first.value ?? 0), first.value ?? 0) : undefined,
    };
  };
  const currencies = new Set([...a.cost.perMinute, ...b.cost.perMinute].map(({ currency }) => currency));
  if (currencies.size === 0) currencies.add(undefined);
  return [
    line('Response p50', (of) => measuredFigure(of.response, 'p50', ANSWERS), latencyDifference),
    line('Response p95', (of) => measuredFigure(of.response, 'p95', ANSWERS), latencyDifference),
    line('TTFA p50', (of) => callsFigure(of.timeToFirstAudio, 'medianP50Ms'), latencyDifference),
    line('TTFA p95', (of) => callsFigure(of.timeToFirstAudio, 'medianP95Ms'), latencyDifference),
    line(
      'Interruption latency p50',
      (of) => measuredFigure(of.interruption, 'p50', BARGE_INS),
      latencyDifference,
    ),
    line(
      'Interruption latency p95',
      (of) => measuredFigure(of.interruption, 'p95', BARGE_INS),
      latencyDifference,
    ),
    ...[...currencies].map((currency) =>
      line(
        currencies.size > 1 ? `Cost per minute, ${currency ?? 'no currency'}` : 'Cost per minute',
        (of) => costFigure(of, currency),
        (by, from) => `${signed(by, (size) => formatAmount(size, currency))}${relative(by, from)}`,
      ),
    ),
    line('Barge-ins per agent turn', (of) => shareFigure(of.bargeIns, 'agent turn'), pointsDifference),
    line('Calls with failures', (of) => shareFigure(of.failures, 'call'), pointsDifference),
  ];
}

const ANSWERS = ['answer', 'answers'] as const;
const BARGE_INS = ['barge-in', 'barge-ins'] as const;

const NOTHING: Figure = { value: undefined, text: '–', basis: 'none measured', enough: false };

function measuredFigure(
  measured: Measured | undefined,
  which: 'p50' | 'p95',
  [one, many]: readonly [string, string],
): Figure {
  if (measured === undefined) return NOTHING;
  const { distribution, calls } = measured;
  const needed = which === 'p50' ? ENOUGH_FOR_P50 : ENOUGH_FOR_P95;
  return {
    value: distribution[which],
    text: ms(distribution[which]),
    basis: `${counted(distribution.count, one, many)} in ${counted(calls, 'call', 'calls')}`,
    enough: calls >= ENOUGH_CALLS && distribution.count >= needed,
  };
}

function callsFigure(summary: SummaryOfCalls | undefined, which: 'medianP50Ms' | 'medianP95Ms'): Figure {
  if (summary === undefined) return NOTHING;
  return {
    value: summary[which],
    text: ms(summary[which]),
    basis: `middle of ${counted(summary.calls, 'call', 'calls')}`,
    enough: summary.calls >= ENOUGH_FOR_P50,
  };
}

function costFigure({ cost }: VersionFigures, currency: string | undefined): Figure {
  const sum = cost.perMinute.find((one) => one.currency === currency);
  const missing = cost.missingCount > 0 ? `, ${counted(cost.missingCount, 'price', 'prices')} missing` : '';
  if (sum === undefined) return { ...NOTHING, basis: `no price${missing}` };
  return {
    value: sum.total,
    text: `${cost.estimated ? '~' : ''}${formatAmount(sum.total, currency)}`,
    basis: `${counted(cost.calls, 'call', 'calls')} with a price${missing}`,
    enough: cost.calls >= ENOUGH_CALLS,
  };
}

function shareFigure({ part, whole: all, calls }: Share, what: string): Figure {
  if (all === 0) return NOTHING;
  const among = what === 'call' ? '' : ` in ${counted(calls, 'call', 'calls')}`;
  return {
    value: part / all,
    text: percent(part / all),
    basis: `${whole(part)} of ${counted(all, what, `${what}s`)}${among}`,
    enough: calls >= ENOUGH_CALLS && all >= ENOUGH_FOR_SHARE,
  };
}

function latencyDifference(by: number, from: number): string {
  return `${signed(by, ms)}${relative(by, from)}`;
}

function pointsDifference(by: number): string {
  return signed(by * 100, (points) => `${points.toFixed(1)} points`);
}

function relative(by: number, from: number): string {
  return from > 0 ? ` (${signed((by / from) * 100, (part) => `${part.toFixed(0)}\u00a0%`)})` : '';
}

function signed(value: number, text: (size: number) => string): string {
  return `${value < 0 ? '−' : '+'}${text(Math.abs(value))}`;
}

function counted(count: number, one: string, many: string): string {
  return `${whole(count)} ${count === 1 ? one : many}`;
}
