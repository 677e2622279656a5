import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { estimateCost } from '../../src/cost/estimate.js';
import { createPriceTable, type PriceTableOptions } from '../../src/cost/price-table.js';
import type { CostUsage } from '../../src/cost/types.js';
import { resetWarnings } from '../../src/otel/diagnostics.js';

const DAY = new Date('2026-11-24T12:00:00Z');
const MINI: CostUsage = {
  kind: 'llm',
  provider: 'openai',
  model: 'gpt-4.1-mini',
  promptTokens: 420,
  completionTokens: 80,
};

afterEach(() => {
  vi.restoreAllMocks();
  resetWarnings();
});

describe('estimateCost', () => {
  it('gives the amount with its source, its row and its date', () => {
    expect(
      estimateCost({ kind: 'stt', provider: 'Deepgram', model: 'nova-3:en', audioDurationMs: 2400 }, DAY),
    ).toEqual({
      amount: 0.000192,
      currency: 'USD',
      source: 'price_table',
      estimated: false,
      reasons: [],
      priceDate: '2026-08-01',
      provider: 'deepgram',
      model: 'nova-3',
      mode: 'stream',
      plan: 'pay-as-you-go',
    });
  });

  it('takes today where no day is given, or one that is none', () => {
    vi.useFakeTimers({ now: DAY });
    const flash: CostUsage = {
      ...MINI,
      provider: 'google',
      model: 'gemini-3.8-flash',
      promptTokens: 1000,
      completionTokens: 0,
    };
    expect(estimateCost(flash)).toMatchObject({ amount: 0.00075 });
    expect(estimateCost(flash, new Date(Number.NaN))).toMatchObject({ amount: 0.00075 });
    vi.setSystemTime(new Date('2027-06-01T00:00:00Z'));
    expect(estimateCost(flash)).toMatchObject({ amount: 0.0015 });
    vi.useRealTimers();
  });

  it('leaves no residue of floating point, and equals the sum of the exact products', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(1_000_000), (input, output) => {
        fc.pre(input + output > 0);
        const result = estimateCost({ ...MINI, promptTokens: input, completionTokens: output }, DAY);
        // In units of 10^-8 dollars both prices are whole numbers.
        expect(result.amount).toBe((input * 40 + output * 160) / 1e8);
      }),
    );
  });

  it('is never dearer with more of the input cached', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), fc.nat(10_000), (input, a, b) => {
        fc.pre(input > 0);
        const [less = 0, more = 0] = [a % (input + 1), b % (input + 1)].sort((x, y) => x - y);
        const cost = (cachedTokens: number) =>
          estimateCost({ ...MINI, promptTokens: input, cachedTokens }, DAY).amount;
        expect(cost(more)).toBeLessThanOrEqual(cost(less) ?? Number.NaN);
      }),
    );
  });

  it('still knows its models after thousands of names that it does not', () => {
    for (let index = 0; index < 2000; index += 1) {
      expect(estimateCost({ ...MINI, model: `unheard-of-${index}` }, DAY).missing).toBe('unknown_model');
    }
    expect(estimateCost(MINI, DAY)).toMatchObject({ amount: 0.000296 });
  });
});

describe('an amount that cannot be', () => {
  const counts = [
    'characters',
    'promptTokens',
    'completionTokens',
    'cachedTokens',
    'cacheWriteTokens',
    'reasoningTokens',
    'promptTextTokens',
    'promptAudioTokens',
    'promptImageTokens',
    'completionTextTokens',
    'completionAudioTokens',
    'cachedTextTokens',
    'cachedAudioTokens',
    'cachedImageTokens',
  ];

  it.each(counts)('%s: negative, broken, endless, not a number', (field) => {
    for (const value of [-1, 0.5, Number.POSITIVE_INFINITY, Number.NaN, '5', null]) {
      const result = createPriceTable().estimate({ ...MINI, [field]: value } as CostUsage, DAY);
      expect(result).toEqual({
        missing: 'invalid_usage',
        detail: `${field} is not a whole number from 0 up`,
      });
    }
  });

  it.each(['audioDurationMs', 'sessionDurationMs'])('%s: negative, endless, not a number', (field) => {
    for (const value of [-0.5, Number.POSITIVE_INFINITY, Number.NaN, '5', null]) {
      const result = createPriceTable().estimate({ ...MINI, [field]: value } as CostUsage, DAY);
      expect(result).toEqual({
        missing: 'invalid_usage',
        detail: `${field} is not a finite number from 0 up`,
      });
    }
  });
});

describe('whatever it is given', () => {
  const hostile = fc.oneof(
    fc.anything(),
    fc.constantFrom<unknown>(Number.NaN, Number.POSITIVE_INFINITY, -1, 1e308, '5', null, 5n, Symbol('s'), {
      valueOf() {
        throw new Error('no');
      },
    }),
  );
  const fields = [
    'provider',
    'model',
    'responseModel',
    'mode',
    'plan',
    'costUsd',
    'language',
    'textInput',
    'voiceId',
  ];
  const amounts = [
    'audioDurationMs',
    'sessionDurationMs',
    'characters',
    'promptTokens',
    'completionTokens',
    'cachedTokens',
    'promptAudioTokens',
  ];

  it('it answers with an amount or a reason', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const kind = fc.constantFrom<unknown>('stt', 'llm', 'tts', 'vad', undefined, null, 5);
    const usage = fc
      .tuple(kind, fc.dictionary(fc.constantFrom(...fields, ...amounts), hostile))
      .map(([chosen, rest]) => ({ provider: 'openai', model: 'gpt-4.1-mini', ...rest, kind: chosen }));
    fc.assert(
      fc.property(usage, hostile, (given, at) => {
        // What a JavaScript caller may hand over.
        const result = createPriceTable().estimate(given as CostUsage, at as Date);
        if (result.missing === undefined) expect(result.amount).toBeGreaterThanOrEqual(0);
        else
          expect(['unknown_model', 'unknown_provider', 'no_usage', 'invalid_usage']).toContain(
            result.missing,
          );
      }),
      { numRuns: 500 },
    );
  });

  it('it does not throw for what throws', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { proxy, revoke } = Proxy.revocable(MINI, {});
    revoke();
    const throwing = Object.defineProperty({ ...MINI }, 'promptTokens', {
      get() {
        throw new Error('no');
      },
    });
    for (const usage of [proxy, throwing, null, undefined, 'x'] as CostUsage[]) {
      expect(createPriceTable().estimate(usage).missing).toBe('invalid_usage');
      expect(createPriceTable().estimateService(usage as never).missing).toBe('invalid_usage');
    }
  });
});

describe('createPriceTable', () => {
  const rates = [{ unit: 'token', per: 1_000_000, tokens: { textInput: '1', textOutput: '2' } }];

  it.each<[string, unknown, string]>([
    ['overrides that are no list', { overrides: {} }, 'overrides must be an array'],
    ['an override without a provider', { overrides: [{ discount: 1 }] }, 'overrides[0].provider must be'],
    [
      'an override that says nothing',
      { overrides: [{ provider: 'openai' }] },
      'overrides[0] must have rates, a plan or a discount',
    ],
    [
      'a kind that there is not',
      { overrides: [{ provider: 'a', kind: 'vad', discount: 1 }] },
      "overrides[0].kind must be 'stt'",
    ],
    [
      'a unit that there is not',
      { overrides: [{ provider: 'a', rates: [{ unit: 'word', per: 1, price: '1' }] }] },
      'overrides[0].rates[0].unit must be one of audio_second',
    ],
    [
      'a price that is no decimal',
      { overrides: [{ provider: 'a', rates: [{ unit: 'character', per: 1, price: 0.1 }] }] },
      "overrides[0].rates[0].price must be a decimal string such as '0.0048', got 0.1",
    ],
    [
      'a price for nothing',
      { overrides: [{ provider: 'a', rates: [{ unit: 'character', per: 0, price: '1' }] }] },
      'overrides[0].rates[0].per must be a positive whole number',
    ],
    [
      'tokens without a price',
      { overrides: [{ provider: 'a', rates: [{ unit: 'token', per: 1 }] }] },
      'overrides[0].rates[0].tokens must name a price',
    ],
    ['no rates', { overrides: [{ provider: 'a', rates: [] }] }, 'overrides[0].rates must not be empty'],
    [
      'a day that is none',
      { overrides: [{ provider: 'a', rates, validFrom: '1.1.2026' }] },
      'overrides[0].validFrom must be a date YYYY-MM-DD',
    ],
    [
      'a discount below zero',
      { overrides: [{ provider: 'a', discount: -1 }] },
      'overrides[0].discount must be a number above 0',
    ],
    [
      'a mode that there is not',
      { overrides: [{ provider: 'a', rates, mode: 'fast' }] },
      'overrides[0].mode must be one of stream, batch',
    ],
    ['an alias for nothing', { aliases: { x: '' } }, 'aliases["x"] must be'],
    ['a currency that is none', { currency: 'dollars' }, "currency must be an ISO 4217 code such as 'USD'"],
    ['a rate of no currency', { exchangeRates: { euro: 1 } }, 'exchangeRates must be an ISO 4217 code'],
    ['a rate of zero', { exchangeRates: { EUR: 0 } }, 'exchangeRates.EUR must be a number above 0'],
  ])('refuses %s', (_name, options, message) => {
    const make = () => createPriceTable(options as PriceTableOptions);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  it('finds an alias by model alone and with its provider, in any case, the latter first', () => {
    const table = createPriceTable({
      aliases: { 'My-Model': 'openai/gpt-4.1-nano', 'azure/my-model': 'openai/gpt-4.1' },
    });
    const price = (provider: string | undefined) => {
      const result = table.estimate({ ...MINI, provider, model: 'MY-model' }, DAY);
      return result.missing ?? result.model;
    };
    expect(price('azure')).toBe('gpt-4.1');
    expect(price('acme')).toBe('gpt-4.1-nano');
    expect(price(undefined)).toBe('gpt-4.1-nano');
  });

  it('says the day of a price of the user, where they say it', () => {
    const table = createPriceTable({
      overrides: [{ kind: 'llm', provider: 'acme', model: 'm', rates, verified: '2026-11-01' }],
    });
    const result = table.estimate({ ...MINI, provider: 'acme', model: 'm' }, DAY);
    expect(result).toMatchObject({
      amount: 0.00058,
      source: 'user_table',
      priceDate: '2026-11-01',
      estimated: false,
    });
  });

  it('keeps a price of the user to its kind, its mode and its days', () => {
    const table = createPriceTable({
      overrides: [
        {
          kind: 'stt',
          provider: 'deepgram',
          mode: 'batch',
          validTo: '2026-12-31',
          rates: [{ unit: 'audio_second', per: 60, price: '0.001' }],
        },
      ],
    });
    const minute: CostUsage = { kind: 'stt', provider: 'deepgram', model: 'nova-3', audioDurationMs: 60_000 };
    const batch: CostUsage = { ...minute, mode: 'batch' };
    expect(table.estimate(batch, DAY)).toMatchObject({ amount: 0.001, source: 'user_table' });
    expect(table.estimate(batch, new Date('2027-01-01T00:00:00Z'))).toMatchObject({ source: 'price_table' });
    expect(table.estimate(minute, DAY)).toMatchObject({ amount: 0.0048, source: 'price_table' });
    expect(
      table.estimate({ kind: 'tts', provider: 'deepgram', model: 'aura-2', characters: 1 }, DAY),
    ).toMatchObject({
      source: 'price_table',
    });
  });

  it('leaves one table as it is when another is made', () => {
    createPriceTable({ overrides: [{ provider: 'openai', discount: 0.1 }] });
    expect(createPriceTable().estimate(MINI, DAY)).toMatchObject({ amount: 0.000296 });
  });
});
