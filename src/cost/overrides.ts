import type { Decimal } from './decimal.js';
import { currencyCode, factor } from './money.js';
import { spellings, splitProvider, withoutDate } from './names.js';
import { resolveProvider } from './providers.js';
import { compilePrice, type ModelRow, type Price, type RateRow } from './rows.js';
import type { BillingMode, CostKind } from './types.js';

/**
 * A price of the user's own, which wins over the table.
 *
 * With `rates` it is a price, also for providers and models that the table does not know. Without, it changes
 * what the table says: `plan` picks a plan's rows, `discount` multiplies them. Where several match, the one
 * that names the model wins over the one that names only the provider, and the later over the earlier.
 */
export interface PriceOverride {
  /** Absent: every kind. */
  kind?: CostKind | 'infrastructure';
  provider: string;
  /** The model, or the service of an infrastructure line. Absent: every one of the provider. */
  model?: string;
  mode?: BillingMode;
  plan?: string;
  /** Factor on the price, as a number or decimal string: 0.9 is ten per cent off. */
  discount?: number | string;
  rates?: readonly RateRow[];
  /** ISO 4217, of `rates`; USD unless said. */
  currency?: string;
  /** First and last day of validity, UTC, `YYYY-MM-DD`, both inclusive. */
  validFrom?: string;
  validTo?: string;
  /** The day on which the price was last looked at, `YYYY-MM-DD`; becomes the cost's `priceDate`. */
  verified?: string;
}

/** An override, checked. */
export interface Override {
  readonly kind: CostKind | 'infrastructure' | undefined;
  readonly provider: string;
  readonly model: string | undefined;
  readonly plan: string | undefined;
  readonly discount: Decimal | undefined;
  /** The price, or (without rates) the days and mode to which the change applies. */
  readonly price: Price;
}

const KINDS: readonly unknown[] = ['stt', 'llm', 'tts', 'infrastructure'];

/** Checks an override. Throws a TypeError that names what is wrong and what is allowed. */
export function compileOverride(override: PriceOverride, where: string): Override {
  if (typeof override !== 'object' || override === null) throw new TypeError(`${where} must be an object`);
  if (override.kind !== undefined && !KINDS.includes(override.kind)) {
    throw new TypeError(
      `${where}.kind must be 'stt', 'llm', 'tts' or 'infrastructure', got ${JSON.stringify(override.kind)}`,
    );
  }
  if (typeof override.provider !== 'string' || override.provider.trim() === '') {
    throw new TypeError(`${where}.provider must be a provider's name`);
  }
  const { rates, plan, discount } = override;
  if (rates === undefined && plan === undefined && discount === undefined) {
    throw new TypeError(`${where} must have rates, a plan or a discount`);
  }
  if (rates !== undefined && rates.length === 0) throw new TypeError(`${where}.rates must not be empty`);
  return {
    kind: override.kind,
    provider: providerKey(override.provider),
    model: override.model?.trim().toLowerCase(),
    plan,
    discount: discount === undefined ? undefined : factor(discount, `${where}.discount`),
    price: compilePrice(
      {
        mode: override.mode,
        rates: rates ?? [],
        currency:
          override.currency === undefined ? undefined : currencyCode(override.currency, `${where}.currency`),
        validFrom: override.validFrom,
        validTo: override.validTo,
        verified: override.verified ?? '',
        confidence: 'a',
        plan: plan ?? '',
      },
      where,
    ),
  };
}

/** The canonical id of a provider, or its own spelling where the table does not know it. */
export function providerKey(provider: string): string {
  return resolveProvider(provider)?.id ?? provider.trim().toLowerCase();
}

/** The overrides of a model, the most specific first. `row`: what the table found for the same names. */
export function matchingOverrides(
  overrides: readonly Override[],
  kind: CostKind | 'infrastructure',
  provider: string | undefined,
  model: string | undefined,
  row: ModelRow | undefined,
): Override[] {
  const spelledProvider = provider ?? row?.provider ?? splitProvider(model ?? '')?.provider;
  const key = spelledProvider === undefined ? undefined : providerKey(spelledProvider);
  const names =
    model === undefined
      ? []
      : kind === 'infrastructure'
        ? [model.trim().toLowerCase()]
        : spellings(model, kind);
  const spelled = new Set([...names, ...names.flatMap((name) => withoutDate(name) ?? [])]);
  for (const name of row === undefined ? [] : [row.model, ...(row.aliases ?? [])]) spelled.add(name);
  const qualified = new Set([...spelled].flatMap((name) => [name, `${key}/${name}`, `${key}:${name}`]));
  const matching = overrides.filter(
    (override) =>
      (override.kind === undefined || override.kind === kind) &&
      (override.provider === key || override.provider === row?.provider) &&
      (override.model === undefined ||
        qualified.has(override.model) ||
        spelled.has(`${key}/${override.model}`)),
  );
  const specific = matching.filter((override) => override.model !== undefined).reverse();
  const general = matching.filter((override) => override.model === undefined).reverse();
  return [...specific, ...general];
}

/** Whether an override covers a call of this mode at this time. */
export function appliesAt(price: Price, mode: BillingMode | undefined, at: number): boolean {
  return at >= price.from && at < price.to && (price.mode === undefined || price.mode === (mode ?? 'stream'));
}
