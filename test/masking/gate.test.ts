import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayHold } from '../../src/masking/gate.js';
import { lexiconOf } from '../../src/masking/lexicon.js';
import { readChains } from '../../src/masking/number-chain.js';
import { findNumbers } from '../../src/masking/numbers.js';
import { TokenList } from '../../src/masking/tokens.js';

const lexicon = lexiconOf(['en', 'es', 'de', 'fr', 'hi']);
const DIGITS = 'one two three four five six seven eight nine oh zero'.split(' ');
const OTHERS =
  `ten eleven fifteen twenty thirty ninety hundred thousand double triple fives zeros to too for ate won tree uh um
  and is it's wait sorry dash period dot point full stop plus extension my phone card social as in Chicago fi-
  smudged glasses on the table one moment hang , . ? ; ... - ( ) / 4 15 415 555 0123 01 5 1 treinta y vingt quatre`.split(
    /\s+/,
  );
const said = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...DIGITS) },
      { weight: 2, arbitrary: fc.constantFrom(...OTHERS) },
    ),
    { minLength: 3, maxLength: 20 },
  )
  .map((words) => words.join(' '));

const search = {
  types: new Set(['phone', 'credit_card', 'ssn']),
  plans: { nanp: true, regions: [] },
  expecting: undefined,
  keyCue: undefined,
  measurement: false,
};

function quiet(text: string): boolean {
  return !mayHold(text, 0, text.length, lexicon, false, false);
}

describe('the first look at a text', () => {
  it('passes over no number', () => {
    fc.assert(
      fc.property(said, (text) => {
        if (!quiet(text)) return;
        const tokens = new TokenList(text, lexicon);
        expect(findNumbers(text, tokens, readChains(text, tokens), search)).toEqual([]);
      }),
      { numRuns: 4_000 },
    );
  });

  it.each([
    'yes actually, I was charged twice, seven ninety nine and then again it said two to three business days',
    'it said two to three business days and now it is almost ten days',
    'they can try again between nine and twelve, would that work for the three of you',
    'I have five of the six, and the other one is on the list',
  ])('spares a closer one: %s', (text) => {
    expect(quiet(text)).toBe(true);
  });

  it.each([
    'four one five five five five oh one two three',
    'five five five oh one two three',
    'my number is four one five five five',
    "four one five, hang on, it's smudged, five five five, oh one two three",
    'seven seven three five five five as in Chicago oh one eight nine',
    'ninety nine fifty five thirty one twelve',
    'for too five, five five five, oh won ate',
    'four one five full stop five five five oh',
    '030/901',
  ])('wants one: %s', (text) => {
    expect(quiet(text)).toBe(false);
  });
});
