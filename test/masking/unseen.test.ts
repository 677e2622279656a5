import { describe, expect, it } from 'vitest';
import { readUnseen, UNSEEN_SETS } from '../../bench/masking/unseen.js';
import { createMasker } from '../../src/masking/masker.js';

/**
 * What is known to be missed, with the reason. The sets are not tuned to by example: a text may only leave this list, when
 * a rule finds it.
 */
const MISSED: readonly string[] = [
  // A blank in an account is no address; the rest is masked.
  '"weird name@example.com" with a blank, as typed',
  // "ten thousand five" for 10005; the other ten digits are masked.
  'amex number thirty seven eighty two, eight double two four six three, ten thousand five',
  // More words than digits are misheard in the first four and the last; eleven digits between them are masked.
  "i'll pay the rest with for too for too, ate one won three, oh oh one nine, seven six for for if the system lets me split it between two",
  // Sixteen digits in fours, but neither a checksum nor anything that speaks of a card.
  'Okay. 5105, 1051, 0510, 5101. Sorry, I have a cold.',
];

/** Clean texts that are changed; the first is said of a tennis match. */
const TOUCHED: readonly string[] = [
  'we won six two six three four six seven five',
  // Ids as long as a card or a telephone number; "says" and "you gave me last week is" part them from their name.
  'tracking says one z nine nine nine a a one oh one two three four five six seven eight four',
  'the ticket id you gave me last week is eight eight two oh four one nine three three seven, can you see what the other agent wrote there',
  "five six seven eight and one two three four, that's how she counts us in",
];

const texts = UNSEEN_SETS.flatMap(readUnseen);

describe('the hand-written sets', () => {
  it('are masked in full but for what is known', () => {
    const missed = texts.filter(({ text, spans, regions }) => {
      const found = createMasker(regions === undefined ? {} : { regions: [...regions] }).detect(text);
      const isMasked = (at: number): boolean => found.some(({ start, end }) => start <= at && at < end);
      return spans.some(({ start, end }) =>
        [...text.slice(start, end)].some((_, i) => {
          return /[\p{L}\p{N}]/u.test(text.charAt(start + i)) && !isMasked(start + i);
        }),
      );
    });
    expect(missed.map(({ text }) => text)).toEqual(MISSED);
  });

  it('stay as they are where there is nothing to mask', () => {
    const masker = createMasker();
    const clean = texts.filter(({ form }) => form === 'none').map(({ text }) => text);
    expect(clean.length).toBeGreaterThan(220);
    expect(clean.filter((text) => masker.mask(text) !== text)).toEqual(TOUCHED);
  });
});
