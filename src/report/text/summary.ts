import type { CostSum, LatencySummary, SessionReport } from '../model.js';
import { formatAmount, formatCost, formatCount, formatLatency } from './format.js';
import { INDENT } from './layout.js';
import { reasonText } from './reasons.js';
import type { Theme } from './theme.js';
import { wrap } from './width.js';

const NAME_WIDTH = 14;

/** The totals of a call. */
export function summary(session: SessionReport, theme: Theme): string[] {
  const { totals, quality } = session;
  const rows: [string, string][] = [
    ['turns', `${totals.turns} (${totals.userTurns} user, ${totals.agentTurns} agent)`],
  ];
  const latency = (name: string, figures: LatencySummary | undefined): void => {
    if (figures === undefined) return;
    const { count, p50Ms, p95Ms } = figures;
    const text = `p50 ${formatLatency(p50Ms).padStart(7)}   p95 ${formatLatency(p95Ms).padStart(7)}   of ${count}`;
    rows.push([name, count === 1 ? formatLatency(p50Ms) : text]);
  };
  latency('TTFA', totals.timeToFirstAudio);
  latency('response', totals.responseLatency);
  if (totals.interruptions > 0 || totals.failedInterrupts > 0) {
    const failed =
      totals.failedInterrupts > 0
        ? `, ${formatCount(totals.failedInterrupts, 'failed interrupt', 'failed interrupts')}`
        : '';
    rows.push(['interruptions', `${totals.interruptions}${failed}`]);
  }
  latency('until silent', totals.interruptionLatency);
  if (totals.failedStages > 0) rows.push(['failures', formatCount(totals.failedStages, 'stage', 'stages')]);
  const network = [
    quality.mos === undefined ? undefined : `MOS ${quality.mos.toFixed(1)}`,
    quality.packetLoss === undefined ? undefined : `packet loss ${(quality.packetLoss * 100).toFixed(1)} %`,
    quality.jitterMs === undefined ? undefined : `jitter ${formatLatency(quality.jitterMs)}`,
  ].filter((part) => part !== undefined);
  if (network.length > 0) rows.push(['network', network.join(', ')]);
  rows.push(...costRows(session, theme));
  for (const note of session.notes) rows.push(['note', theme.text(note)]);
  const heading = `${theme.paint('dim', theme.glyphs.rule.repeat(2))} ${theme.paint('bold', 'totals')} ${theme.paint('dim', theme.glyphs.rule.repeat(theme.width - 10))}`;
  return [heading, ...rows.flatMap(([name, text]) => row(name, text, theme))];
}

function costRows(session: SessionReport, theme: Theme): [string, string][] {
  const { cost } = session.totals;
  const rows: [string, string][] = [];
  if (cost.sums.length === 0 && cost.missingCount === 0) return rows;
  for (const sum of cost.sums) {
    const only = formatCost({ sums: [sum], missing: [], missingCount: 0, estimated: cost.estimated });
    rows.push(['cost', theme.text(`${only} = ${parts(sum)}${discarded(sum)}`)]);
  }
  if (cost.estimated) rows.push(['', '~ some of these prices are estimates']);
  if (cost.missingCount === 0) return rows;
  rows.push(['unpriced', `${formatCount(cost.missingCount, 'stage', 'stages')}, not counted in the cost`]);
  for (const { kind, provider, model, reason, count } of cost.missing) {
    const what = [kind, provider, model].filter((part) => part !== undefined).join(' ');
    rows.push(['', theme.text(`${count > 1 ? `${count} x ` : ''}${what} (${reasonText(reason)})`)]);
  }
  return rows;
}

function parts(sum: CostSum): string {
  const shares = (['stt', 'llm', 'tts', 'other'] as const).filter((share) => sum[share] > 0);
  return shares.map((share) => `${share} ${formatAmount(sum[share], sum.currency)}`).join(' + ') || '0';
}

function discarded(sum: CostSum): string {
  return sum.discarded > 0 ? `; ${formatAmount(sum.discarded, sum.currency)} of it discarded` : '';
}

function row(name: string, text: string, theme: Theme): string[] {
  const { lines } = wrap(text, theme.width - INDENT - NAME_WIDTH, 8);
  return lines.map(
    (line, i) =>
      `${' '.repeat(INDENT)}${theme.paint('dim', (i === 0 ? name : '').padEnd(NAME_WIDTH))}${line}`,
  );
}
