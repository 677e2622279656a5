import { describe, expect, test } from 'vitest';
import { chunks, firstPart } from '../../../src/viewer/page/call/chunks.js';
import { textParts, visibleText } from '../../../src/viewer/page/call/text-parts.js';

describe('masked parts', () => {
  test('are told from the text around them', () => {
    expect(textParts('mail [REDACTED:email].')).toEqual([
      { kind: 'text', text: 'mail ' },
      { kind: 'masked', type: 'email', suffix: undefined },
      { kind: 'text', text: '.' },
    ]);
  });

  test('keep their last four digits or their token', () => {
    expect(textParts('[REDACTED:phone:0123][REDACTED:credit_card:9f2c0d1ab77e4c55]')).toEqual([
      { kind: 'masked', type: 'phone', suffix: '0123' },
      { kind: 'masked', type: 'credit_card', suffix: '9f2c0d1ab77e4c55' },
    ]);
  });

  test('what only looks like one is text: a number could hide in it', () => {
    for (const text of [
      '[REDACTED:phone:5550123456]',
      '[REDACTED:]',
      '[REDACTED:Email]',
      '[REDACTED:email',
    ]) {
      expect(textParts(text)).toEqual([{ kind: 'text', text }]);
    }
  });
});

describe('characters that cannot be seen', () => {
  test('are written out by their code points', () => {
    expect(textParts('a\u202eb\u200bc\u0000')).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'hidden', codePoint: 'U+202E' },
      { kind: 'text', text: 'b' },
      { kind: 'hidden', codePoint: 'U+200B' },
      { kind: 'text', text: 'c' },
      { kind: 'hidden', codePoint: 'U+0000' },
    ]);
  });

  test('a surrogate without its other half is one', () => {
    expect(textParts('x\ud800')).toEqual([
      { kind: 'text', text: 'x' },
      { kind: 'hidden', codePoint: 'U+D800' },
    ]);
  });

  test('line ends, tabs, emoji with joiners and Persian stay as they are', () => {
    for (const text of ['a\n\tb\r\n', '👩‍👩‍👧 ❤️', 'می‌خواهم']) {
      expect(textParts(text)).toEqual([{ kind: 'text', text }]);
    }
  });

  test('marks that would paint over other lines are cut to six', () => {
    expect(textParts(`e${'\u0301'.repeat(40)}`)).toEqual([{ kind: 'text', text: `e${'\u0301'.repeat(6)}` }]);
  });
});

test('a label has all of it on one line', () => {
  expect(visibleText(' to\n[REDACTED:credit_card:4242]  \u202eok ')).toBe('to [credit card] [U+202E]ok');
});

describe('long texts', () => {
  test('are cut at line ends, else at spaces; together the pieces are the text', () => {
    const text = `${'word '.repeat(100)}\n${'x'.repeat(500)}`;
    const pieces = chunks(text, 120);
    expect(pieces.join('')).toBe(text);
    expect(pieces[0]).toBe('word '.repeat(24));
    expect(Math.max(...pieces.map(({ length }) => length))).toBe(120);
  });

  test('no pair of surrogates is split', () => {
    const text = '😀'.repeat(50);
    expect(chunks(text, 7).every((piece) => !/\p{Cs}/u.test(piece))).toBe(true);
    expect(chunks(text, 7).join('')).toBe(text);
  });

  test('a short one is its own first part', () => {
    expect(firstPart('abc', 3)).toBe('abc');
    expect(firstPart('one two three', 9)).toBe('one two ');
  });
});
