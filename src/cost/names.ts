import type { CostKind } from './types.js';

/** Wrappers that say where a model is served, not what it is. */
const WRAPPERS = [
  /^arn:aws[a-z-]*:bedrock:[^/]*\//,
  /^projects\/[^/]+\/locations\/[^/]+\//,
  /^(?:publishers\/[^/]+\/)?models\//,
];
/** Bedrock's cross-region prefix and version suffix. `global.` is another price, so another name. */
const BEDROCK_REGION = /^(?:us|eu|apac|us-gov|jp|au|ca|sa)\.(?=[a-z0-9-]+\.)/;
const BEDROCK_VERSION = /^([a-z][a-z0-9]*\.[a-z].*)-v\d+(?::\d+)?$/;
/** A cloud voice starts with its locale: `en-US-Neural2-A`, `cmn-CN-Wavenet-A`. */
const LOCALE = /^[a-z]{2,3}-(?:[a-z]{4}-)?(?:[a-z]{2}|\d{3})-/;

/**
 * The spellings under which a model name may be in the table, the most literal first: as it is, without the
 * wrapper of a cloud (`models/…`, `publishers/google/models/…`, a Bedrock ARN), without Bedrock's region and
 * version; of speech models also without what follows a colon (`nova-3:en`; behind a language model's colon
 * stands another product, `:free`) and without the locale of a voice. Lower case.
 */
export function spellings(model: string, kind: CostKind): string[] {
  const found: string[] = [];
  const add = (name: string): void => {
    if (name !== '' && !found.includes(name)) found.push(name);
  };
  let name = model.trim().toLowerCase();
  add(name);
  for (const wrapper of WRAPPERS) name = name.replace(wrapper, '');
  add(name);
  const regionless = name.replace(BEDROCK_REGION, '');
  add(regionless);
  add(regionless.replace(BEDROCK_VERSION, '$1'));
  if (kind === 'llm') return found;
  for (const spelled of [...found]) {
    const colon = spelled.indexOf(':');
    if (colon > 0) add(spelled.slice(0, colon));
  }
  for (const spelled of [...found]) add(spelled.replace(LOCALE, ''));
  return found;
}

const YEAR = '(?:20[2-3]\\d)';
const MONTH = '(?:0[1-9]|1[0-2])';
const DAY = '(?:0[1-9]|[12]\\d|3[01])';
/** `-2025-04-14`, `-20250514`, `@20250514`, `-09-2025`, `-latest`, `@default`. */
const DATE = new RegExp(
  `(?:-${YEAR}-${MONTH}-${DAY}|[-@]${YEAR}${MONTH}${DAY}|-${MONTH}-${YEAR}|[-@](?:latest|default))$`,
);

/** The name without the date of its snapshot, or undefined where it has none. */
export function withoutDate(name: string): string | undefined {
  const stripped = name.replace(DATE, '');
  return stripped === name || stripped === '' ? undefined : stripped;
}

/** Splits `provider/model` or `provider:model` at the first separator; undefined where there is none. */
export function splitProvider(name: string): { provider: string; model: string } | undefined {
  const at = name.search(/[/:]/);
  if (at <= 0 || at === name.length - 1) return undefined;
  return { provider: name.slice(0, at), model: name.slice(at + 1) };
}
