import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { CostKind, CostUsage } from '../cost/types.js';
import { UsageError } from './io.js';

export const PRICE_HELP = `voice-otel price MODEL [usage]        what a stage costs, and from which price
voice-otel price PROVIDER/SERVICE --connected 10m
voice-otel price --file TRACES       what a recorded trace costs by this table
voice-otel price --list [KIND]       what is covered: stt, llm, tts, infrastructure

  MODEL              in any spelling: deepgram/nova-3, openai:gpt-4.1-mini, aura-2-thalia-en
  --kind KIND        stt, llm or tts (default: the one that knows the model)
  --audio TIME       audio sent or made: 2.4s, 1500ms, 1m30s (a bare number is seconds)
  --session TIME     time the connection was open, for providers that bill it
  --characters N     or --text TEXT, of a synthesiser
  --input N          tokens in, all of them; --output N tokens out
  --cached N, --cache-write N, --audio-input N, --image-input N, --cached-audio N    parts of --input
  --reasoning N, --audio-output N                                                    parts of --output
  --mode MODE        stream (default) or batch
  --language LANG    where the price depends on it (multi)
  --plan PLAN        a price plan by its name
  --date YYYY-MM-DD  by the prices of that day (default: today; with --file the day of each stage)
  --prices FILE      options of createPriceTable as JSON: overrides, aliases, currency, exchangeRates
  --json             one JSON object instead of text
`;

const OPTIONS = {
  kind: { type: 'string' },
  audio: { type: 'string' },
  session: { type: 'string' },
  connected: { type: 'string' },
  characters: { type: 'string' },
  text: { type: 'string' },
  input: { type: 'string' },
  output: { type: 'string' },
  cached: { type: 'string' },
  'cache-write': { type: 'string' },
  'audio-input': { type: 'string' },
  'image-input': { type: 'string' },
  'cached-audio': { type: 'string' },
  reasoning: { type: 'string' },
  'audio-output': { type: 'string' },
  mode: { type: 'string' },
  language: { type: 'string' },
  plan: { type: 'string' },
  date: { type: 'string' },
  prices: { type: 'string' },
  file: { type: 'string', multiple: true },
  list: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies NonNullable<ParseArgsConfig['options']>;

/** What the command line asks for. */
export interface PriceArguments {
  readonly names: readonly string[];
  readonly kind: CostKind | undefined;
  readonly usage: Omit<CostUsage, 'kind'>;
  readonly connectedMs: number | undefined;
  readonly at: Date | undefined;
  readonly prices: string | undefined;
  readonly files: readonly string[];
  readonly list: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** Throws a `UsageError` (or one of `parseArgs`) for a command line that makes no sense. */
export function parsePriceArguments(argv: readonly string[]): PriceArguments {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS });
  const count = (
    name:
      | 'characters'
      | 'input'
      | 'output'
      | 'cached'
      | 'cache-write'
      | 'audio-input'
      | 'image-input'
      | 'cached-audio'
      | 'reasoning'
      | 'audio-output',
  ) => wholeNumber(values[name], name);
  return {
    names: positionals,
    kind: oneOf(values.kind, ['stt', 'llm', 'tts'] as const, 'kind'),
    usage: {
      audioDurationMs: duration(values.audio, 'audio'),
      sessionDurationMs: duration(values.session, 'session'),
      characters: count('characters'),
      textInput: values.text,
      promptTokens: count('input'),
      completionTokens: count('output'),
      cachedTokens: count('cached'),
      cacheWriteTokens: count('cache-write'),
      promptAudioTokens: count('audio-input'),
      promptImageTokens: count('image-input'),
      cachedAudioTokens: count('cached-audio'),
      reasoningTokens: count('reasoning'),
      completionAudioTokens: count('audio-output'),
      mode: oneOf(values.mode, ['stream', 'batch'] as const, 'mode'),
      language: values.language,
      plan: values.plan,
    },
    connectedMs: duration(values.connected, 'connected'),
    at: date(values.date),
    prices: values.prices,
    files: values.file ?? [],
    list: values.list,
    json: values.json,
    help: values.help,
  };
}

function wholeNumber(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new UsageError(`--${name} takes a whole number, not "${text}"`);
  return Number(text);
}

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** `2.4s`, `1m30s`, `1500ms`; a bare number is seconds. */
function duration(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(text)) return milliseconds(text, 1000);
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) {
    throw new UsageError(`--${name} takes a time such as 2.4s, 1500ms or 1m30s, not "${text}"`);
  }
  let total = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += milliseconds(amount, UNIT_MS.get(unit) ?? 0);
  }
  return total;
}

/** Without the residue of a binary fraction: 1.001 s is 1001 ms. */
function milliseconds(amount: string, unit: number): number {
  return Math.round(Number(amount) * unit * 1e6) / 1e6;
}

function date(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T12:00:00Z`) : undefined;
  if (day === undefined || Number.isNaN(day.getTime())) {
    throw new UsageError(`--date takes a day YYYY-MM-DD, not "${text}"`);
  }
  return day;
}

function oneOf<T extends string>(
  text: string | undefined,
  allowed: readonly T[],
  name: string,
): T | undefined {
  if (text === undefined) return undefined;
  const found = allowed.find((one) => one === text);
  if (found === undefined) throw new UsageError(`--${name} takes ${allowed.join(' or ')}, not "${text}"`);
  return found;
}
