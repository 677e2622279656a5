import type { CostReport, CostSum } from '../model.js';

/** A latency or a stage's length: whole milliseconds, from ten seconds on seconds. */
export function formatLatency(ms: number): string {
  const rounded = Math.round(ms);
  return Math.abs(rounded) < 10_000 ? `${rounded} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** A moment of the call as `m:ss.cc`, from one hour on `h:mm:ss.cc`. */
export function formatClock(ms: number): string {
  const hundredths = Math.round(Math.abs(ms) / 10);
  const sign = ms < 0 && hundredths > 0 ? '-' : '';
  const seconds = Math.floor(hundredths / 100);
  const fraction = String(hundredths % 100).padStart(2, '0');
  return `${sign}${minutes(seconds)}.${fraction}`;
}

/** A moment of the call to the second, for an axis. */
export function formatTick(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  return `${ms < 0 && seconds > 0 ? '-' : ''}${minutes(seconds)}`;
}

/** How long something took: `41.2 s`, `5 min 12 s`, `1 h 03 min`. */
export function formatDuration(ms: number): string {
  if (ms < 59_950) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  const wholeMinutes = Math.round(seconds / 60);
  return `${Math.floor(wholeMinutes / 60)} h ${String(wholeMinutes % 60).padStart(2, '0')} min`;
}

/** A date and time of day in UTC, to the second; what is out of a date's range as it is. */
export function formatDate(epochMs: number): string {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime())
    ? `${epochMs} ms`
    : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** An amount with its currency. Calls cost cents: below one unit four decimals, or what shows two digits. */
export function formatAmount(amount: number, currency: string | undefined): string {
  const twoDigits = amount > 0 ? 1 - Math.floor(Math.log10(amount)) : 0;
  const decimals = amount >= 1 ? 2 : Math.min(12, Math.max(4, twoDigits));
  // Not more zeros at the end than the four decimals that every amount has.
  const digits = amount.toFixed(decimals).replace(/(\.\d{4}\d*?)0+$/, '$1');
  if (currency === 'USD') return `$${digits}`;
  return currency === undefined ? digits : `${digits} ${currency}`;
}

/** A cost in a few words: `$0.0021`, `~$0.0021` where estimated, `$0.0021 + 1 unpriced`; empty where there is none. */
export function formatCost(cost: CostReport): string {
  const known = cost.sums.map(
    (sum: CostSum) => `${cost.estimated ? '~' : ''}${formatAmount(sum.total, sum.currency)}`,
  );
  const unknown = cost.missingCount > 0 ? [`${cost.missingCount} unpriced`] : [];
  return [...known, ...unknown].join(' + ');
}

/** `1 turn`, `2 turns`. */
export function formatCount(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

function minutes(seconds: number): string {
  const ss = String(seconds % 60).padStart(2, '0');
  const mm = Math.floor(seconds / 60) % 60;
  const hh = Math.floor(seconds / 3600);
  return hh === 0 ? `${mm}:${ss}` : `${hh}:${String(mm).padStart(2, '0')}:${ss}`;
}
