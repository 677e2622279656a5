import type { CostReport } from '../../../report/model.js';
import { formatAmount, formatDate } from '../../../report/text/format.js';

/** `1,400 ms` */
export function ms(value: number): string {
  return `${WHOLE.format(value)} ms`;
}

/** `5,000` */
export function whole(value: number): string {
  return WHOLE.format(value);
}

/** A ratio 0–1 as `1.2 %`. */
export function percent(ratio: number): string {
  return `${ONE_DIGIT.format(ratio * 100)} %`;
}

/** `4.2` */
export function oneDigit(value: number): string {
  return ONE_DIGIT.format(value);
}

/** Date and time of day where the reader is, without the year where it is this one's. */
export function localTime(epochMs: number, now: number = Date.now()): string {
  const date = new Date(epochMs);
  if (Number.isNaN(date.getTime())) return formatDate(epochMs);
  const format = date.getFullYear() === new Date(now).getFullYear() ? THIS_YEAR : OTHER_YEAR;
  return format.format(date).replace(',', '');
}

/** What is known of a cost: `$0.0021`, `~$0.0021` where estimated, several currencies with `+`; `–` for none. */
export function amounts(cost: CostReport): string {
  if (cost.sums.length === 0) return '–';
  const sign = cost.estimated ? '~' : '';
  return cost.sums.map(({ total, currency }) => `${sign}${formatAmount(total, currency)}`).join(' + ');
}

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const ONE_DIGIT = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
const TIME: Intl.DateTimeFormatOptions = {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
};
const THIS_YEAR = new Intl.DateTimeFormat('en-GB', { ...DAY, ...TIME });
const OTHER_YEAR = new Intl.DateTimeFormat('en-GB', { ...DAY, year: 'numeric', ...TIME });
