import { describe, expect, it } from 'vitest';
import { createMasker } from '../../src/masking/masker.js';
import { createSessionMemory, type SessionMemory, type Speaker } from '../../src/masking/session-memory.js';

/** Observes texts in turn; keys are their positions. */
function hold(memory: SessionMemory, said: readonly (readonly [Speaker, string])[]): string[] {
  const masked: string[] = [];
  said.forEach(([speaker, text], i) => {
    const result = memory.observe('s', String(i), text, speaker);
    masked[i] = result.masked;
    for (const earlier of result.remask) masked[Number(earlier.key)] = earlier.masked;
  });
  return masked;
}

describe('numbers dictated in groups', () => {
  const memory = (): SessionMemory => createSessionMemory(createMasker());

  it('are masked from the first group on after a prompt', () => {
    expect(
      hold(memory(), [
        ['agent', 'What is the best phone number for you?'],
        ['user', 'four one five'],
        ['agent', 'okay'],
        ['user', 'five five five'],
        ['agent', 'go on'],
        ['user', 'oh one two three'],
        ['agent', 'So that is four one five, five five five?'],
        ['user', 'yes'],
      ]),
    ).toEqual([
      'What is the best phone number for you?',
      '[REDACTED:phone]',
      'okay',
      '[REDACTED:phone]',
      'go on',
      '[REDACTED:phone]',
      'So that is [REDACTED:phone]?',
      'yes',
    ]);
  });

  it('are masked backwards when nobody asked', () => {
    expect(
      hold(memory(), [
        ['user', 'so the thing is broken, you know, and I want it fixed'],
        ['user', 'four one five'],
        ['agent', 'sorry, go ahead'],
        ['user', 'five five five'],
        ['user', 'oh one two three'],
      ]),
    ).toEqual([
      'so the thing is broken, you know, and I want it fixed',
      '[REDACTED:phone]',
      'sorry, go ahead',
      '[REDACTED:phone]',
      '[REDACTED:phone]',
    ]);
  });

  it('written by the recogniser as well', () => {
    expect(
      hold(memory(), [
        ['agent', 'Could you read me the card number please?'],
        ['user', '4242 4242'],
        ['user', '4242'],
        ['user', '4241'],
      ]),
    ).toEqual([
      'Could you read me the card number please?',
      '[REDACTED:credit_card]',
      '[REDACTED:credit_card]',
      '[REDACTED:credit_card]',
    ]);
  });

  it('an address in two pieces', () => {
    expect(
      hold(memory(), [
        ['agent', 'And your email?'],
        ['user', 'john dot smith'],
        ['user', 'at gmail dot com'],
      ]),
    ).toEqual(['And your email?', '[REDACTED:email]', '[REDACTED:email]']);
  });

  it('ordinary talk stays', () => {
    const talk: [Speaker, string][] = [
      ['agent', 'How many tickets do you need?'],
      ['user', 'two'],
      ['agent', 'and for which day?'],
      ['user', 'the twenty third of june at seven'],
      ['agent', 'What is your order number?'],
      ['user', 'four eight two'],
      ['user', 'two adults and three children'],
    ];
    expect(hold(memory(), talk)).toEqual(talk.map(([, text]) => text));
  });
});

describe('the memory', () => {
  it('does not ask for what was exported', () => {
    const memory = createSessionMemory(createMasker());
    expect(memory.observe('s', 'a', 'four one five', 'user')).toEqual({
      masked: 'four one five',
      remask: [],
    });
    memory.exported('s', 'a');
    expect(memory.observe('s', 'b', 'five five five oh one two three', 'user')).toEqual({
      masked: '[REDACTED:phone]',
      remask: [],
    });
  });

  it('replaces a growing partial', () => {
    const memory = createSessionMemory(createMasker());
    memory.observe('s', 'a', 'four one', 'user');
    memory.observe('s', 'a', 'four one five five', 'user');
    expect(memory.observe('s', 'a', 'four one five five five five oh one', 'user')).toEqual({
      masked: '[REDACTED:phone]',
      remask: [],
    });
  });

  it('keeps sessions apart and forgets them', () => {
    const memory = createSessionMemory(createMasker(), { maxSessions: 2 });
    memory.observe('a', '1', 'four one five', 'user');
    expect(memory.observe('b', '1', 'five five five oh one two', 'user').masked).toBe(
      'five five five oh one two',
    );
    memory.forget('a');
    expect(memory.observe('a', '2', 'five five five oh one two', 'user').remask).toEqual([]);
    memory.observe('c', '1', 'four one five', 'user');
    memory.observe('d', '1', 'x', 'user');
    memory.observe('e', '1', 'x', 'user');
    // The oldest went: two sessions are remembered.
    expect(memory.observe('c', '2', 'five five five oh one two', 'user').remask).toEqual([]);
  });

  it('takes a prompt back after a while', () => {
    const memory = createSessionMemory(createMasker());
    memory.observe('s', 'p', 'What is your phone number?', 'agent');
    for (let i = 0; i < 8; i += 1) memory.observe('s', `x${i}`, 'hold on', 'user');
    expect(memory.observe('s', 'late', 'four five six', 'user').masked).toBe('four five six');
  });

  it('survives a masker that fails', () => {
    const memory = createSessionMemory({
      mask: () => {
        throw new Error('broken');
      },
      detect: () => [],
    });
    expect(memory.observe('s', 'a', 'four one five', 'user').masked).toBe('[REDACTED:masking_failed]');
  });
});
