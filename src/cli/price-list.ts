import type { PriceRow } from '../cost/rows.js';
import { EXIT_OK, type Output, UsageError } from './io.js';
import { rateText, TABLE_KINDS, type TableEntry, type TableKind, tableEntries } from './price-rows.js';

/** `voice-otel price --list [KIND]`: what the table covers, with the prices in force on `at`. */
export function listPrices(kinds: readonly string[], at: Date, json: boolean, out: Output): number {
  const wanted = kinds.length === 0 ? TABLE_KINDS : kinds.map(tableKind);
  const lines = wanted.flatMap((kind) => tableEntries(kind).flatMap((entry) => entryLines(entry, at)));
  if (json) {
    out.write(`${JSON.stringify(lines)}\n`);
    return EXIT_OK;
  }
  if (kinds.length > 0) out.write(table(lines));
  for (const kind of wanted) {
    const entries = tableEntries(kind);
    const providers = new Set(entries.map((entry) => entry.provider));
    const what = kind === 'infrastructure' ? 'services' : 'models';
    out.write(
      `${kind}: ${entries.length} ${what} of ${providers.size} providers: ${[...providers].sort().join(', ')}\n`,
    );
  }
  return EXIT_OK;
}

interface PriceLine {
  readonly kind: TableKind;
  readonly model: string;
  readonly mode: string;
  readonly price: string;
  readonly plan: string;
  readonly confidence: string;
  readonly verified: string;
  readonly source: string;
}

function entryLines({ kind, provider, model, prices }: TableEntry, at: Date): PriceLine[] {
  return prices
    .filter((price) => inForce(price, at))
    .map((price) => ({
      kind,
      model: `${provider}/${model}`,
      mode: price.mode ?? 'any',
      price: price.rates.map(rateText).join('; '),
      plan: price.plan,
      confidence: price.confidence,
      verified: price.verified,
      source: price.source ?? '',
    }));
}

/** Whether a row is valid on the UTC day of `at`. */
export function inForce({ validFrom, validTo }: PriceRow, at: Date): boolean {
  const day = at.toISOString().slice(0, 10);
  return (validFrom ?? day) <= day && day <= (validTo ?? day);
}

function table(lines: readonly PriceLine[]): string {
  const columns = ['model', 'mode', 'price', 'plan', 'confidence', 'verified'] as const;
  const widths = columns.map((name) => Math.max(name.length, ...lines.map((line) => line[name].length)));
  const row = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  const body = lines.map((line) => row(columns.map((name) => line[name])));
  return `${[row(columns), ...body].join('\n')}\n\n`;
}

function tableKind(text: string): TableKind {
  const found = TABLE_KINDS.find((kind) => kind === text);
  if (found === undefined) throw new UsageError(`--list takes ${TABLE_KINDS.join(', ')}, not "${text}"`);
  return found;
}
