import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMasker } from '../../src/masking/masker.js';

const masker = createMasker();
const MARK = /<<(?<type>[a-z_]+):(?<value>.*?)>>/gs;

interface Example {
  readonly text: string;
  readonly values: readonly { readonly start: number; readonly end: number }[];
}

function read(line: string): Example {
  const given = line.slice(2).replaceAll('\\n', '\n');
  const values: { start: number; end: number }[] = [];
  let text = '';
  let copied = 0;
  for (const match of given.matchAll(MARK)) {
    text += given.slice(copied, match.index);
    const { value = '' } = match.groups ?? {};
    values.push({ start: text.length, end: text.length + value.length });
    text += value;
    copied = match.index + match[0].length;
  }
  return { text: text + given.slice(copied), values };
}

const sections = readFileSync(new URL('./phenomena.txt', import.meta.url), 'utf8')
  .split('\n# ')
  .slice(2)
  .map((section) => {
    const [title = '', ...lines] = section.split('\n');
    return { title, lines: lines.filter((line) => /^[wsn] /.test(line)) };
  });

/** Letters and digits of labelled values that are left. */
function left({ text, values }: Example): string {
  const found = masker.detect(text);
  const isMasked = (at: number): boolean => found.some(({ start, end }) => start <= at && at < end);
  return values
    .flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i))
    .filter((at) => /[\p{L}\p{N}]/u.test(text.charAt(at)) && !isMasked(at))
    .map((at) => text.charAt(at))
    .join('');
}

describe.each(sections)('$title', ({ lines }) => {
  const masked = lines.filter((line) => !line.startsWith('n ')).map(read);
  const clean = lines.filter((line) => line.startsWith('n ')).map(read);

  it('is masked in full, or stays', () => {
    expect(masked.length + clean.length).toBeGreaterThan(2);
    expect(masked.filter((example) => left(example) !== '').map(({ text }) => text)).toEqual([]);
    expect(clean.map(({ text }) => text).filter((text) => masker.mask(text) !== text)).toEqual([]);
  });

  it('is found once, and nothing else far from it', () => {
    for (const { text, values } of masked) {
      for (const { start, end } of masker.detect(text)) {
        expect(values.some((value) => value.start < end && start < value.end)).toBe(true);
      }
      const once = masker.mask(text);
      expect(masker.mask(once)).toBe(once);
    }
  });
});
