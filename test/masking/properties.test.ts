import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMasker } from '../../src/masking/masker.js';
import { findPlaceholders } from '../../src/masking/placeholder.js';
import type { Masker } from '../../src/masking/types.js';

/** Pieces that detectors react to, so that random texts come near every rule. */
const PIECES = [
  ...'0 1 4 5 12 415 555 0123 4242 2026 +1 +44 00 ( ) - . , / : @ # [ ] _ x ext \n'.split(' '),
  ...'one two four five oh double triple hundred thousand twenty fifteen ten uh no wait plus and dash to for'.split(
    ' ',
  ),
  ...'at dot gmail com john smith underscore j k as in my phone number card social is order id email name'.split(
    ' ',
  ),
  ...'seis null drei huit quatre vingt teen do char एक दो नौ arroba punto'.split(' '),
  '4242 4242 4242 4242',
  '415-555-0123',
  'four one five five five five oh one two three',
  'john@example.com',
  '536-22-1234',
  '[REDACTED:email]',
  '[REDACTED:phone:0123]',
  '[REDACTED:',
  '%40',
  '&#64;',
  '\\u0040',
  '\u200b',
  '\u00ad',
  '\u0664',
  '\uff14',
  '192.168.1.1',
  'DE89 3704 0044 0532 0130 00',
  '12 Main Street',
  'born on 01/02/1984',
  'code 482916',
];

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc
    .array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom(' ', ' ', ' ', '', ', ', '. ', '-')), {
      maxLength: 40,
    })
    .map((pieces) => pieces.map(([piece, space]) => piece + space).join('')),
);

const maskers: [string, Masker][] = [
  ['default', createMasker()],
  [
    'all detectors and regions',
    createMasker({
      detectors: {
        iban: true,
        ip_address: true,
        postal_address: true,
        date_of_birth: true,
        one_time_code: true,
        person_name: true,
      },
      regions: ['US', 'GB', 'DE', 'FR', 'IN', 'ES'],
      placeholder: { lastFour: true },
    }),
  ],
  ['a short limit', createMasker({ maxLength: 60 })],
  [
    'a detector of one’s own',
    createMasker({
      add: [
        { type: 'four', pattern: /\d{4}/ },
        { type: 'word', pattern: /\bjohn\b/i },
      ],
    }),
  ],
];

describe.each(maskers)('%s', (_, masker) => {
  it('masks every string, and twice changes nothing', () => {
    fc.assert(
      fc.property(text, (given) => {
        const once = masker.mask(given);
        expect(masker.mask(once)).toBe(once);
      }),
      { numRuns: 1_500 },
    );
  });

  it('detects just what it masks, in order and without overlaps', () => {
    fc.assert(
      fc.property(text, (given) => {
        const found = masker.detect(given);
        let at = 0;
        for (const { start, end } of found) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          at = end;
        }
        expect(at).toBeLessThanOrEqual(given.length);
        // What is left of the text between the detections stands, in order, between the placeholders.
        const masked = masker.mask(given);
        let from = 0;
        let position = 0;
        for (const { start, end } of found) {
          const kept = given.slice(from, start);
          expect(masked.startsWith(kept, position)).toBe(true);
          position += kept.length;
          const next = findPlaceholders(masked).find(([begin]) => begin === position);
          expect(next).toBeDefined();
          position = next?.[1] ?? position;
          from = end;
        }
        expect(masked.slice(position)).toBe(given.slice(from));
      }),
      { numRuns: 800 },
    );
  });
});
