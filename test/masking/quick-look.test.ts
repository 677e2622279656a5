import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskJsonOrText } from '../../src/masking/json.js';
import { createMasker } from '../../src/masking/masker.js';
import { maskTogether } from '../../src/masking/together.js';
import type { Masker } from '../../src/masking/types.js';

/** The same masker without what is remembered of it, as somebody else's would be: texts are read in full each time. */
function plain(masker: Masker): Masker {
  return {
    mask: (text, context) => masker.mask(text, context),
    detect: (text, context) => masker.detect(text, context),
    mayRunOn: (before, after) => masker.mayRunOn?.(before, after) !== false,
    maxLength: masker.maxLength,
  };
}

const WORDS = [
  ...'0 4 12 415 555 0123 4242 +1 ( ) - . , ? ! : " \' @ # [ ] { x ext \n \\ %40 &#64; \u2019 é'.split(' '),
  ...'one two four five oh double twenty fifteen hundred uh no wait plus and to for a'.split(' '),
  ...'at AT dot gmail com john smith underscore dash j k as in like my phone number card social order email'.split(
    ' ',
  ),
  ...'seis huit quatre vingts punto arroba sure thing please look account today thanks'.split(' '),
  'four one five five five five oh one two three',
  'four one five, five five five,',
  "hang on it's smudged",
  'one moment',
  'dash',
  'period',
  'oh one two three',
  '415-555-0123',
  '4242 4242 4242 4242',
  'john dot smith at gmail dot com',
  'j as in jabber, o as in orange at gmail dot com',
  '"john doe"@example.com',
  'john@example.com',
  '[REDACTED:phone]',
  '[REDACTED:phone:0123]',
];
const ENDS = ['', '', '.', '.', ',', '?', '!', ';', ' .', '...', ' uh', ' -', ')', '"'];
const said = fc
  .tuple(
    fc.array(fc.constantFrom(...WORDS), { maxLength: 14 }),
    fc.constantFrom(' ', ' ', ' ', ', ', ''),
    fc.constantFrom(...ENDS),
  )
  .map(([words, space, end]) => words.join(space) + end);

const role = fc.constantFrom('user', 'assistant', 'system', 'tool', 'at', 'four', 'User 415-555-0123');
const message = fc.oneof(
  { weight: 5, arbitrary: fc.record({ role, content: said }) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(role, said)
      .map(([role, content]) => ({ role, parts: [{ type: 'text', content }] }) as object),
  },
  fc.record({ role, content: fc.array(said, { maxLength: 3 }), phone: said, id: fc.integer() }),
  fc.record({ role, content: said.map((text) => JSON.stringify({ text })) }),
  fc.record({
    role,
    parts: fc.array(fc.record({ type: fc.constant('text'), content: said }), { maxLength: 3 }),
  }),
  fc.constant({ '': 'four one five', role: 'user' }),
);

/** A prompt that grows by some messages with every turn. */
const call = fc.tuple(
  fc.array(message, { minLength: 1, maxLength: 6 }),
  fc.array(fc.array(message, { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
  fc.boolean(),
);

const maskers: [string, Masker][] = [
  ['default', createMasker()],
  ['all detectors', createMasker({ detectors: { iban: true, person_name: true, one_time_code: true } })],
  ['a short limit', createMasker({ maxLength: 200 })],
];

describe.each(maskers)('what is remembered and looked at quickly changes nothing: %s', (_, masker) => {
  const other = plain(masker);

  it('of the prompts of a call', () => {
    fc.assert(
      fc.property(call, ([first, turns, spaced]) => {
        const messages = [...first];
        for (const turn of turns) {
          messages.push(...turn);
          const prompt = JSON.stringify(messages, null, spaced ? 1 : undefined);
          expect(maskJsonOrText(prompt, masker)).toBe(maskJsonOrText(prompt, other));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('of texts in a row', () => {
    const key = fc.constantFrom(undefined, 'content', 'phone', 'email');
    fc.assert(
      fc.property(fc.array(said, { maxLength: 6 }), key, (texts, key) => {
        expect(maskTogether(texts, masker, { key })).toEqual(maskTogether(texts, other, { key }));
      }),
      { numRuns: 600 },
    );
  });
});

describe('a prompt that begins as an earlier one', () => {
  const masker = createMasker();
  const system = { role: 'system', content: 'You speak for a firm that sends parcels. '.repeat(10) };
  const prompt = (...contents: string[]): string =>
    JSON.stringify([system, ...contents.map((content) => ({ role: 'user', content }))]);

  it('is read again where a number runs on into its new messages', () => {
    expect(masker.mask('four one five five')).toBe('four one five five');
    maskJsonOrText(prompt('my number is four one five five'), masker);
    expect(
      maskJsonOrText(prompt('my number is four one five five', 'five five oh one two three'), masker),
    ).toBe(prompt('my number is [REDACTED:phone]', '[REDACTED:phone]'));
  });

  it('keeps what was masked in it', () => {
    const first = prompt('call 415-555-0123 please.');
    expect(maskJsonOrText(first, masker)).toBe(prompt('call [REDACTED:phone] please.'));
    const second = prompt('call 415-555-0123 please.', 'or write to jane@example.com.');
    const masked = prompt('call [REDACTED:phone] please.', 'or write to [REDACTED:email].');
    expect(maskJsonOrText(second, masker)).toBe(masked);
    expect(maskJsonOrText(second, masker)).toBe(masked);
  });

  it('is told from one that only looks alike', () => {
    for (let pad = 0; pad < 40; pad += 1) {
      const start = 'so '.repeat(pad);
      const first = prompt(`${start}write to jane@example.com please.`);
      const other = prompt(`${start}write to jane.example.com please.`, 'thanks.');
      maskJsonOrText(first, masker);
      expect(maskJsonOrText(other, masker)).toBe(other);
    }
  });

  it('is read again where its last messages mean something else with the new ones', () => {
    const first = prompt('it is four one five', 'five five');
    expect(maskJsonOrText(first, masker)).toBe(first);
    const second = prompt('it is four one five', 'five five', 'that is my cell');
    const masked = prompt('it is [REDACTED:phone]', '[REDACTED:phone]', 'that is my cell');
    expect(maskJsonOrText(second, plain(masker))).toBe(masked);
    expect(maskJsonOrText(second, masker)).toBe(masked);
  });
});

describe('values that were cut in two at every place, with every sign behind the first half', () => {
  const masker = createMasker();
  const phrases = [
    'my email is j as in jabber o as in orange at gmail dot com',
    'my email is m as in mike x as in x-ray at gmail dot com',
    'my email is mike j at gmail dot com',
    'my email is double t smith at gmail dot com',
    'it is anna dot berg at gmail dot com',
    'it is john underscore doe at gmail dot com',
    'reach me at kilo lima nine at yahoo dot com',
    'write to "john doe"@example.com',
    'call four one five five five five oh one two three',
    'call + 1 415 555 0123',
    "call four one five hang on it's smudged five five five oh one two three",
    'it is s, t, e, f, dot, k, at, w, e, b, dot, d, e',
  ];
  const halves = phrases.flatMap((phrase) => {
    const words = phrase.split(' ');
    return words
      .slice(1)
      .flatMap((_, i) =>
        ['', ',', '.', ';', '?', ' .', '. '].map((sign) => [
          words.slice(0, i + 1).join(' ') + sign,
          words.slice(i + 1).join(' '),
        ]),
      );
  });

  it('in a row', () => {
    let crossed = 0;
    for (const pair of halves) {
      const expected = maskTogether(pair, plain(masker));
      if (expected[0] !== masker.mask(pair[0] ?? '')) crossed += 1;
      expect(maskTogether(pair, masker)).toEqual(expected);
    }
    expect(crossed).toBeGreaterThan(60);
  });

  it('behind an at sign in HTML', () => {
    for (const sign of ['&#64;', '&#x40;', '&commat;']) {
      for (const pair of [
        [`0 ${sign}`, 'gmail'],
        [`my email is anna ${sign}`, 'gmail dot com'],
      ]) {
        const expected = maskTogether(pair, plain(masker));
        expect(expected[1]).toBe('[REDACTED:email]');
        expect(maskTogether(pair, masker)).toEqual(expected);
      }
    }
  });

  it('in a prompt and the one before it', () => {
    const system = { role: 'system', content: 'You speak for a firm that sends parcels. '.repeat(10) };
    for (const [before, after] of halves) {
      const said = [system, { role: 'user', content: before }];
      maskJsonOrText(JSON.stringify(said), masker);
      const prompt = JSON.stringify([...said, { role: 'user', content: after }]);
      expect(maskJsonOrText(prompt, masker)).toBe(maskJsonOrText(prompt, plain(masker)));
    }
  });
});
