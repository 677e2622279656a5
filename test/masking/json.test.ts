import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskJsonOrText } from '../../src/masking/json.js';
import { looksLikeJson, scanJson } from '../../src/masking/json-scan.js';
import { createMasker } from '../../src/masking/masker.js';

const masker = createMasker();
const mask = (text: string): string => maskJsonOrText(text, masker);

describe('JSON in a string', () => {
  it.each([
    ['{"mail":"john@example.com"}', '{"mail":"[REDACTED:email]"}'],
    ['{"john@example.com":1}', '{"[REDACTED:email]":1}'],
    ['["a@b.co",["c@d.co"]]', '["[REDACTED:email]",["[REDACTED:email]"]]'],
    // Numbers are found in the source text: as a double this one would end in 0.
    ['{"n":4242424242424242}', '{"n":"[REDACTED:credit_card]"}'],
    [
      '{"id":12345678901234567891,"n":6304985028090561515}',
      '{"id":12345678901234567891,"n":"[REDACTED:credit_card]"}',
    ],
    ['{"phone": 4155550132 }', '{"phone": "[REDACTED:phone]" }'],
    ['{"duration":4155550132,"t":1732300000123}', '{"duration":4155550132,"t":1732300000123}'],
    // Everything else stays byte for byte: spaces, escapes, order, duplicate keys, the form of numbers.
    [
      '{ "b" : 1.0 , "a":1e3,"b":"caf\\u00e9 \\/ \\"q\\"","m":"a@b.co" }',
      '{ "b" : 1.0 , "a":1e3,"b":"caf\\u00e9 \\/ \\"q\\"","m":"[REDACTED:email]" }',
    ],
    ['{"t":"first\\njohn@example.com"}', '{"t":"first\\n[REDACTED:email]"}'],
    ['{"t":"john\\u0040example.com"}', '{"t":"[REDACTED:email]"}'],
    [
      '{"args":"{\\"to\\":\\"a@b.co\\",\\"n\\":1.50}"}',
      '{"args":"{\\"to\\":\\"[REDACTED:email]\\",\\"n\\":1.50}"}',
    ],
    // Invalid or cut JSON is masked as text.
    ['{"mail":"john@example.com","x":', '{"mail":"[REDACTED:email]","x":'],
    ['{"a":"line\\njohn@example.com"', '{"a":"line\\n[REDACTED:email]"'],
    ["{'mail': 'john@example.com'}", "{'mail': '[REDACTED:email]'}"],
    ['{"phone":4155550132', '{"phone":[REDACTED:phone]'],
  ])('%s', (text, masked) => {
    expect(mask(text)).toBe(masked);
  });

  it('is opened level by level, and masked as text beyond the last', () => {
    let text = '{"mail":"john@example.com"}';
    for (let level = 0; level < 12; level += 1) text = JSON.stringify({ level, inner: text });
    const masked = mask(text);
    expect(masked).not.toContain('john');
    expect(masked).toContain('[REDACTED:email]');
    let opened: unknown = JSON.parse(masked);
    for (let level = 11; level > 3; level -= 1) {
      expect(opened).toHaveProperty('level', level);
      opened = JSON.parse((opened as { inner: string }).inner);
    }
  });

  it('values spread over the items of a row are found', () => {
    const words = [
      'my',
      'number',
      'is',
      'four',
      'one',
      'five',
      'five',
      'five',
      'five',
      'oh',
      'one',
      'two',
      'three',
      'bye',
    ];
    const text = JSON.stringify({ words: words.map((word, i) => ({ word, start: i / 2 })) });
    const masked = JSON.parse(mask(text)) as { words: { word: string; start: number }[] };
    expect(masked.words.map(({ word }) => word)).toEqual([
      'my',
      'number',
      'is',
      ...Array.from({ length: 10 }, () => '[REDACTED:phone]'),
      'bye',
    ]);
    expect(masked.words.map(({ start }) => start)).toEqual(words.map((_, i) => i / 2));
  });

  it('groups dictated over several messages are found', () => {
    const messages = [
      'what is your phone number',
      'four one five',
      'five five five',
      'oh one two three',
      'thanks',
    ];
    const text = JSON.stringify(messages.map((content) => ({ role: 'user', content })));
    expect(mask(text)).toBe(
      JSON.stringify(
        [
          'what is your phone number',
          '[REDACTED:phone]',
          '[REDACTED:phone]',
          '[REDACTED:phone]',
          'thanks',
        ].map((content) => ({ role: 'user', content })),
      ),
    );
  });
});

describe('the scanner', () => {
  it('accepts just what JSON.parse accepts', () => {
    const piece = fc.constantFrom(
      ...'{}[],:"\\ \n',
      '"a"',
      '1',
      '-0',
      '01',
      '1.5e3',
      'true',
      'null',
      'nul',
      '"\\u00e9"',
      '"\\x"',
    );
    const text = fc.oneof(
      fc.json(),
      fc.json().map((json) => ` ${json}\n`),
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
      fc.tuple(fc.json(), fc.nat()).map(([json, cut]) => json.slice(0, cut % (json.length + 1))),
    );
    fc.assert(
      fc.property(text, (given) => {
        let valid = true;
        try {
          JSON.parse(given);
        } catch {
          valid = false;
        }
        expect(scanJson(given) !== undefined).toBe(valid);
      }),
      { numRuns: 3_000 },
    );
  });

  it('finds each leaf where it stands', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        for (const leaf of scanJson(json) ?? []) {
          const source = json.slice(leaf.start, leaf.end);
          expect(leaf.kind === 'number' ? source : JSON.parse(source)).toBe(leaf.value);
        }
      }),
    );
  });

  it('masked JSON is JSON with the same shape', () => {
    const shape = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(shape)
        : value !== null && typeof value === 'object'
          ? Object.values(value).map(shape)
          : typeof value;
    fc.assert(
      fc.property(
        fc.object({
          values: [
            fc.string(),
            fc.constant('a@b.co'),
            fc.constant('415-555-0123'),
            fc.integer({ min: -99_999, max: 99_999 }),
          ],
        }),
        (value) => {
          const masked = mask(JSON.stringify(value));
          expect(shape(JSON.parse(masked))).toEqual(shape(value));
          expect(masked).not.toMatch(/a@b\.co|415-555-0123/);
          expect(mask(masked)).toBe(masked);
        },
      ),
    );
  });

  it('judges by the ends what may be JSON', () => {
    expect(looksLikeJson(' {"a":1} ')).toBe(true);
    expect(looksLikeJson('[]')).toBe(true);
    expect(looksLikeJson('{"a":1')).toBe(false);
    expect(looksLikeJson('"text"')).toBe(false);
    expect(looksLikeJson('')).toBe(false);
  });
});
