import { readFile } from 'node:fs/promises';
import { plainText } from '../cost/decimal.js';
import { createPriceTable, type PriceBook, type PriceTableOptions } from '../cost/price-table.js';
import type { CostEstimate, CostKind } from '../cost/types.js';
import { errorText } from '../otel/diagnostics.js';
import { type CommandIo, EXIT_FAILED, EXIT_OK, UsageError } from './io.js';
import { PRICE_HELP, type PriceArguments, parsePriceArguments } from './price-args.js';
import { repriceFiles } from './price-file.js';
import { inForce, listPrices } from './price-list.js';
import { rateText, type TableKind, tableEntries } from './price-rows.js';

const KINDS: readonly CostKind[] = ['stt', 'tts', 'llm'];

/** `voice-otel price`. Resolves to the exit code; throws a `UsageError` for a wrong command line. */
export async function runPrice(argv: readonly string[], io: CommandIo): Promise<number> {
  const args = parsePriceArguments(argv);
  if (args.help) {
    io.stdout.write(PRICE_HELP);
    return EXIT_OK;
  }
  const day = args.at ?? new Date();
  if (args.list) return listPrices(args.names, day, args.json, io.stdout);
  const book = createPriceTable(await readOptions(args.prices));
  if (args.files.length > 0) return repriceFiles(args.files, book, args.at, args.json, io);
  const [name, ...others] = args.names;
  if (name === undefined || others.length > 0) {
    throw new UsageError('price needs one MODEL such as deepgram/nova-3, or --file, or --list');
  }
  return showPrice(name, args, book, day, io);
}

/** The options of `--prices`. */
async function readOptions(file: string | undefined): Promise<PriceTableOptions> {
  if (file === undefined) return {};
  try {
    const options: PriceTableOptions = JSON.parse(await readFile(file, 'utf8'));
    createPriceTable(options);
    return options;
  } catch (error) {
    throw new UsageError(`--prices ${file}: ${errorText(error)}`);
  }
}

function showPrice(name: string, args: PriceArguments, book: PriceBook, day: Date, io: CommandIo): number {
  const { kind, estimate } = priceOf(name, args, book, day);
  if (args.json) {
    io.stdout.write(`${JSON.stringify({ name, kind, ...estimate })}\n`);
    return estimate.missing === undefined ? EXIT_OK : EXIT_FAILED;
  }
  if (estimate.missing !== undefined) {
    io.stderr.write(`${name}: ${estimate.missing}: ${estimate.detail}\n`);
    return EXIT_FAILED;
  }
  const { amount, currency, provider, model, mode, plan, priceDate, reasons } = estimate;
  const what = [kind, mode].filter((part) => part !== undefined).join(', ');
  io.stdout.write(
    `${provider ?? name}${model === undefined ? '' : `/${model}`} (${what}): ${plainText(amount)} ${currency}\n`,
  );
  const facts = [
    `from ${estimate.source.replace('_', ' ')}`,
    ...(plan === undefined ? [] : [`plan ${plan}`]),
    ...(priceDate === undefined ? [] : [`verified ${priceDate}`]),
  ];
  io.stdout.write(`  ${facts.join(', ')}\n`);
  if (reasons.length > 0) io.stdout.write(`  an estimate: ${reasons.join(', ')}\n`);
  for (const line of sourceLines(kind, estimate, day)) io.stdout.write(`  ${line}\n`);
  return EXIT_OK;
}

interface NamedEstimate {
  kind: TableKind;
  estimate: CostEstimate;
}

/** The first kind that prices the name; else the one that says most about why there is no price. */
function priceOf(name: string, args: PriceArguments, book: PriceBook, day: Date): NamedEstimate {
  if (args.connectedMs !== undefined) {
    const [provider = '', ...service] = name.split('/');
    const usage = {
      provider,
      service: service.join('/'),
      durationMs: args.connectedMs,
      plan: args.usage.plan,
    };
    return { kind: 'infrastructure', estimate: book.estimateService(usage, day) };
  }
  const tried = (args.kind === undefined ? KINDS : [args.kind]).map(
    (kind): { kind: CostKind; estimate: CostEstimate } => ({
      kind,
      estimate: book.estimate({ ...args.usage, kind, model: name }, day),
    }),
  );
  const best =
    tried.find(({ estimate }) => estimate.missing === undefined) ??
    tried.find(({ estimate }) => estimate.missing === 'no_usage' || estimate.missing === 'invalid_usage') ??
    tried.find(({ estimate }) => estimate.missing === 'unknown_model') ??
    tried[0];
  if (best === undefined) throw new UsageError('no kind of stage to price');
  return best;
}

/** The row behind an amount: its price and where it was read. */
function sourceLines(kind: TableKind, estimate: CostEstimate, day: Date): string[] {
  if (estimate.missing !== undefined || estimate.source !== 'price_table') return [];
  const entry = tableEntries(kind).find(
    ({ provider, model }) => provider === estimate.provider && model === estimate.model,
  );
  const row = entry?.prices.find(
    (price) => price.plan === estimate.plan && price.mode === estimate.mode && inForce(price, day),
  );
  if (row === undefined) return [];
  const readings = (row.readings ?? []).map(({ by, date }) => `${by} ${date}`).join(', ');
  return [
    `${row.rates.map(rateText).join('; ')} (${row.currency ?? 'USD'}, confidence ${row.confidence})`,
    `${row.source ?? ''}, read by ${readings}`,
    ...(row.note === undefined ? [] : [row.note]),
  ];
}
