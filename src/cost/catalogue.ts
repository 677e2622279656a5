import { LLM_JSON, STT_JSON, TTS_JSON, WORDS_JSON } from './data/generated.js';
import { spellings, splitProvider, withoutDate } from './names.js';
import { type PackedModel, unpackModel } from './packed.js';
import { type Provider, resolveProvider } from './providers.js';
import type { ModelRow } from './rows.js';
import type { CostKind, EstimateReason, MissingCost } from './types.js';

/** The rows of one stage kind, by name. */
interface KindIndex {
  /** Provider id → its models. */
  byProvider: Map<string, ProviderModels>;
  /** Models that only one provider serves. */
  anywhere: ProviderModels;
}

interface ProviderModels {
  names: Map<string, ModelRow>;
  prefixes: [string, ModelRow][];
  suffixes: [string, ModelRow][];
  usual: ModelRow | undefined;
}

/** A model found in the table, and what had to be assumed to find it. */
export interface FoundModel {
  row: ModelRow;
  assumed: readonly EstimateReason[];
}

/** What to look for. */
export interface ModelQuery {
  kind: CostKind;
  provider: string | undefined;
  model: string | undefined;
  responseModel: string | undefined;
  language: string | undefined;
  voiceId: string | undefined;
}

const indexes = new Map<CostKind, KindIndex>();

const unpacked = new Map<CostKind, readonly ModelRow[]>();
let wordList: readonly string[] | undefined;

/** The words that the packed tables refer to. */
export function tableWords(): readonly string[] {
  wordList ??= JSON.parse(WORDS_JSON) as readonly string[];
  return wordList;
}

/** Every row of a stage kind. Unpacked at first use: importing the package must cost nothing. */
export function modelRows(kind: CostKind): readonly ModelRow[] {
  const known = unpacked.get(kind);
  if (known !== undefined) return known;
  const packed: readonly PackedModel[] = JSON.parse({ stt: STT_JSON, llm: LLM_JSON, tts: TTS_JSON }[kind]);
  const rows = packed.map((row) => unpackModel(row, tableWords()));
  unpacked.set(kind, rows);
  return rows;
}

function emptyModels(): ProviderModels {
  return { names: new Map(), prefixes: [], suffixes: [], usual: undefined };
}

function kindIndex(kind: CostKind): KindIndex {
  const known = indexes.get(kind);
  if (known !== undefined) return known;
  const index: KindIndex = { byProvider: new Map(), anywhere: emptyModels() };
  const shared = new Set<string>();
  for (const row of modelRows(kind)) {
    const models = index.byProvider.get(row.provider) ?? emptyModels();
    index.byProvider.set(row.provider, models);
    addModel(models, row);
    if (row.usual === true) models.usual = row;
    if (row.providerRequired === true) continue;
    for (const name of [row.model, ...(row.aliases ?? [])]) {
      if (index.anywhere.names.has(name)) shared.add(name);
    }
    addModel(index.anywhere, row);
  }
  for (const name of shared) index.anywhere.names.delete(name);
  indexes.set(kind, index);
  return index;
}

/** Reads the tables and indexes them, a few milliseconds that the first stage of a call should not wait for. */
export function warmUp(): void {
  for (const kind of ['stt', 'llm', 'tts'] as const) kindIndex(kind);
  resolveProvider('');
}

function addModel(models: ProviderModels, row: ModelRow): void {
  models.names.set(row.model, row);
  for (const alias of row.aliases ?? []) if (!models.names.has(alias)) models.names.set(alias, row);
  for (const prefix of row.prefixes ?? []) models.prefixes.push([prefix, row]);
  for (const suffix of row.suffixes ?? []) models.suffixes.push([suffix, row]);
}

/** Exact id or alias, then without its date, then the longest declared beginning or ending. */
function lookUp(models: ProviderModels, names: readonly string[]): ModelRow | undefined {
  const dateless = names.flatMap((name) => withoutDate(name) ?? []);
  for (const name of [...names, ...dateless]) {
    const exact = models.names.get(name);
    if (exact !== undefined) return exact;
  }
  for (const name of [...names, ...dateless]) {
    const family =
      longest(models.prefixes, name, (affix) => beginsWith(affix, name)) ??
      longest(models.suffixes, name, (affix) => name.endsWith(affix));
    if (family !== undefined) return family;
  }
  return undefined;
}

/** `aura-` begins `aura-nobody-en`, a voice, but not `aura-3-nobody-en`, another generation. */
function beginsWith(prefix: string, name: string): boolean {
  return name.startsWith(prefix) && !/^\d+(?:\.\d+)?-/.test(name.slice(prefix.length));
}

function longest(
  affixes: readonly [string, ModelRow][],
  name: string,
  matches: (affix: string) => boolean,
): ModelRow | undefined {
  let best: [string, ModelRow] | undefined;
  for (const entry of affixes) {
    if (entry[0].length < name.length && matches(entry[0]) && entry[0].length > (best?.[0].length ?? 0)) {
      best = entry;
    }
  }
  return best?.[1];
}

/** Finds the row that prices a stage; never guesses between two. */
export function findModel(query: ModelQuery): FoundModel | MissingCost {
  const index = kindIndex(query.kind);
  const provider = named(query.provider) ? resolveProvider(query.provider) : undefined;
  if (named(query.provider) && provider === undefined) {
    return missing('unknown_provider', `no prices for the provider ${quote(query.provider)}`);
  }
  if (provider === undefined) {
    const reason = namesProvider(query.model) ? 'unknown_model' : 'unknown_provider';
    return (
      findAnywhere(index, query) ?? missing(reason, `no price for ${quote(query.model)} as ${query.kind}`)
    );
  }
  return (
    findServed(index, provider, query) ??
    missing('unknown_model', `no price for ${quote(query.model)} of ${provider.name} as ${query.kind}`)
  );
}

/** At a provider; a gateway's own price first, else the list price of the model's maker. */
function findServed(index: KindIndex, provider: Provider, query: ModelQuery): FoundModel | undefined {
  const own = findAt(index, provider, query);
  if (own !== undefined || provider.gateway !== true) return own;
  const behind = findAnywhere(index, query);
  return behind === undefined ? undefined : { row: behind.row, assumed: ['list_price_behind_gateway'] };
}

function findAt(index: KindIndex, provider: Provider, query: ModelQuery): FoundModel | undefined {
  const models = index.byProvider.get(provider.id) ?? emptyModels();
  for (const text of [query.responseModel, query.model]) {
    if (!named(text)) continue;
    const row =
      lookUp(models, withLanguage(spellings(text, query.kind), query)) ??
      afterPrefix(models, provider, text, query);
    if (row !== undefined) return { row, assumed: [] };
  }
  const deployed = findDeployed(index, provider, query);
  if (deployed !== undefined) return deployed;
  if (named(query.model)) return undefined;
  if (named(query.voiceId)) {
    const row = lookUp(models, spellings(query.voiceId, query.kind));
    if (row !== undefined) return { row, assumed: [] };
  }
  return models.usual === undefined ? undefined : { row: models.usual, assumed: ['model_assumed'] };
}

/** `deepgram/nova-3` and `deepgram:nova-3` of the provider deepgram. */
function afterPrefix(
  models: ProviderModels,
  provider: Provider,
  text: string,
  query: ModelQuery,
): ModelRow | undefined {
  for (const spelled of spellings(text, query.kind)) {
    const split = splitProvider(spelled);
    if (split === undefined || resolveProvider(split.provider)?.id !== provider.id) continue;
    const row = lookUp(models, withLanguage(spellings(split.model, query.kind), query));
    if (row !== undefined) return row;
  }
  return undefined;
}

/**
 * A deployment's name says nothing about its model; a full snapshot name with its date does, which nobody gives to a
 * deployment of another model. In an answer, too: an undated `gpt-4` was what Azure said of every model.
 */
function findDeployed(index: KindIndex, provider: Provider, query: ModelQuery): FoundModel | undefined {
  if (provider.deployments === undefined) return undefined;
  const models = index.byProvider.get(provider.deployments);
  if (models === undefined) return undefined;
  for (const text of [query.responseModel, query.model]) {
    if (!named(text)) continue;
    const names = spellings(splitAt(provider, text), query.kind);
    if (!names.some((name) => withoutDate(name) !== undefined)) continue;
    const row = lookUp(models, names);
    if (row !== undefined) return { row, assumed: ['list_price_behind_gateway'] };
  }
  return undefined;
}

function splitAt(provider: Provider, text: string): string {
  const split = splitProvider(text);
  return split !== undefined && resolveProvider(split.provider)?.id === provider.id ? split.model : text;
}

/** Without a provider: the one that the name begins with, else the only one that serves the name. */
function findAnywhere(index: KindIndex, query: ModelQuery): FoundModel | undefined {
  for (const text of [query.responseModel, query.model]) {
    if (!named(text)) continue;
    for (const spelled of spellings(text, query.kind)) {
      const split = splitProvider(spelled);
      const provider = split === undefined ? undefined : resolveProvider(split.provider);
      if (split === undefined || provider === undefined) continue;
      const inner = { ...query, model: split.model, responseModel: undefined };
      const found = findServed(index, provider, inner);
      if (found !== undefined) return found;
    }
    const row = lookUp(index.anywhere, withLanguage(spellings(text, query.kind), query));
    if (row !== undefined) return { row, assumed: [] };
  }
  return undefined;
}

function namesProvider(model: string | undefined): boolean {
  const split = named(model) ? splitProvider(model) : undefined;
  return split !== undefined && resolveProvider(split.provider) !== undefined;
}

/** Models whose price depends on the language are listed as `model:language`. */
function withLanguage(names: readonly string[], query: ModelQuery): string[] {
  if (query.kind !== 'stt' || !named(query.language)) return [...names];
  const language = query.language.trim().toLowerCase();
  return [...names.map((name) => `${name}:${language}`), ...names];
}

/** Frameworks write `unknown` where they do not know. */
function named(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '' && text.trim().toLowerCase() !== 'unknown';
}

function quote(text: string | undefined): string {
  return text === undefined ? 'without a name' : JSON.stringify(text.slice(0, 100));
}

export function missing(reason: MissingCost['missing'], detail: string): MissingCost {
  return { missing: reason, detail };
}
