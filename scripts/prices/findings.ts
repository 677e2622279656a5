import type { PriceRow, ReadingRow, TokenPriceRow } from '../../src/cost/rows.js';

/** A row that somebody should look at. */
export interface Finding {
  kind: 'stale' | 'disagreement';
  /** `provider/model mode plan`. */
  row: string;
  detail: string;
}

const DAY_MS = 86_400_000;
/** Days after which a price has to be looked at again (issue 6). */
export const MAX_AGE_DAYS = 90;

/** Rows in force on `today` that are older than 90 days, and rows in force whose readings disagree. */
export function findings(name: string, prices: readonly PriceRow[], today: Date): Finding[] {
  const found: Finding[] = [];
  for (const price of prices) {
    if (price.validTo !== undefined && Date.parse(price.validTo) + DAY_MS <= today.getTime()) continue;
    const row = [name, price.mode, price.plan].filter((part) => part !== undefined).join(' ');
    const age = Math.floor((today.getTime() - Date.parse(price.verified)) / DAY_MS);
    if (age > MAX_AGE_DAYS)
      found.push({ kind: 'stale', row, detail: `last read ${price.verified}, ${age} days ago` });
    const dissent = (price.readings ?? []).filter((reading) => disagrees(price, reading));
    for (const reading of dissent) {
      found.push({
        kind: 'disagreement',
        row,
        detail: `${reading.by} (${reading.date}) says ${say(reading.says)}, the row ${say(ownPrice(price))}`,
      });
    }
  }
  return found;
}

/** Whether a reading says another number than the row; of tokens, only what it names counts. */
export function disagrees(price: PriceRow, reading: ReadingRow): boolean {
  const own = ownPrice(price);
  if (typeof own === 'string' || typeof reading.says === 'string') {
    return (
      typeof own !== 'string' || typeof reading.says !== 'string' || Number(own) !== Number(reading.says)
    );
  }
  return entries(reading.says).some(([kind, says]) => Number(own[kind]) !== Number(says));
}

/** What the row itself says, in its first rate. */
export function ownPrice(price: PriceRow): string | TokenPriceRow {
  const rate = price.rates[0];
  return rate?.price ?? rate?.tokens ?? {};
}

function entries(tokens: TokenPriceRow): [keyof TokenPriceRow, string | undefined][] {
  return Object.entries(tokens) as [keyof TokenPriceRow, string | undefined][];
}

function say(says: string | TokenPriceRow): string {
  if (typeof says === 'string') return says;
  return entries(says)
    .map(([kind, price]) => `${kind} ${price}`)
    .join(', ');
}
