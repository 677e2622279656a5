import { afterEach, describe, expect, it, vi } from 'vitest';
import { ATTACKS } from '../../bench/masking/attacks.js';
import { createMasker } from '../../src/masking/masker.js';
import { TokenList } from '../../src/masking/tokens.js';

const masker = createMasker();

/** How often the detectors look at a token of a text: what their time goes into. */
function looks(text: string): number {
  const at = vi.spyOn(TokenList.prototype, 'at');
  masker.mask(text);
  const count = at.mock.calls.length;
  at.mockRestore();
  return count;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('work grows with the length of a hostile text, not faster', () => {
  it.each(Object.entries(ATTACKS))('%s', (_, piece) => {
    const text = (length: number): string => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
    const small = looks(text(4_000));
    const large = looks(text(40_000));
    expect(large).toBeLessThanOrEqual(12 * small + 200);
    // A small number of looks at each character, whatever the text.
    expect(large).toBeLessThanOrEqual(40_000 * 40);
  });
});
