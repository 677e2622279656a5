import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, readLines } from '../../src/cli/lines.js';

async function linesOf(chunks: readonly (string | Uint8Array)[], maxLength?: number): Promise<Line[]> {
  async function* stream(): AsyncGenerator<string | Uint8Array> {
    yield* chunks;
  }
  const lines: Line[] = [];
  for await (const line of readLines(stream(), maxLength)) lines.push(line);
  return lines;
}

describe('lines of a stream', () => {
  it('are those of the text, wherever its bytes were cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '会', '👩', '\n', '\u2028', '\r') }), {
          maxLength: 6,
        }),
        fc.array(fc.nat(40), { maxLength: 6 }),
        async (parts, cuts) => {
          const text = parts.join('');
          const bytes = new TextEncoder().encode(text);
          const at = [
            0,
            ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
            bytes.length,
          ];
          const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
          const expected = text.split('\n');
          if (expected.at(-1) === '') expected.pop();
          expect(await linesOf(chunks)).toEqual(expected.map((line, i) => ({ number: i + 1, text: line })));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('that are too long are left out, and what follows is read', async () => {
    expect(await linesOf(['abcdef', 'ghi\nabc\n', 'abcd'], 3)).toEqual([
      { number: 1, text: undefined },
      { number: 2, text: 'abc' },
      { number: 3, text: undefined },
    ]);
  });
});
