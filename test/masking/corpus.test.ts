import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeCorpus, type Utterance } from '../../scripts/masking/corpus.js';
import { createMasker } from '../../src/masking/masker.js';

const file = new URL('../fixtures/masking/corpus.jsonl', import.meta.url);
const utterances = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Utterance);

describe('the corpus', () => {
  it('is what the script makes', () => {
    expect(makeCorpus()).toEqual(utterances);
  });

  it('is large, and a third of it is held out', () => {
    expect(utterances.length).toBeGreaterThanOrEqual(1_500);
    expect(utterances.filter(({ part }) => part === 'held').length).toBe(Math.floor(utterances.length / 3));
  });

  it('labels values and nothing else', () => {
    for (const { text, spans, form } of utterances) {
      expect(spans.length > 0).toBe(form !== 'none');
      for (const { start, end } of spans) expect(text.slice(start, end).trim()).toBe(text.slice(start, end));
    }
  });
});

describe('the development part', () => {
  const masker = createMasker();
  const part = utterances.filter((utterance) => utterance.part === 'dev');

  /** A value is masked when no letter or digit of it is left. */
  const leaks = ({ text, spans }: Utterance): boolean => {
    const found = masker.detect(text);
    return spans.some((span) =>
      [...text.slice(span.start, span.end)].some((_, i) => {
        const at = span.start + i;
        return (
          /[\p{L}\p{N}]/u.test(text.charAt(at)) && !found.some(({ start, end }) => start <= at && at < end)
        );
      }),
    );
  };

  it.each(['written', 'spoken'] as const)('%s values are masked in full', (form) => {
    expect(
      part.filter((utterance) => utterance.form === form && leaks(utterance)).map(({ text }) => text),
    ).toEqual([]);
  });

  it('texts without personal data stay as they are', () => {
    const clean = part.filter(({ form }) => form === 'none').map(({ text }) => text);
    expect(clean.map((text) => masker.mask(text))).toEqual(clean);
  });
});
