import { describe, expect, it } from 'vitest';
import { createMasker } from '../../src/masking/masker.js';
import {
  createSessionMemory,
  type SaidText,
  type SessionMemory,
  type Speaker,
} from '../../src/masking/session-memory.js';

/** Whether a text makes more of the session masked. */
const observe = (session: SessionMemory, id: string, said: SaidText): boolean =>
  session.observe(id, said).length > 0;

const memory = (): SessionMemory => createSessionMemory(createMasker());

/** Observes texts in turn, then masks each as its span would be while it is held. */
function hold(session: SessionMemory, said: readonly (readonly [Speaker, string])[]): string[] {
  said.forEach(([speaker, text], i) => {
    session.observe('s', { key: String(i), text, speaker });
  });
  return said.map(([, text], i) => session.maskerOf('s', String(i)).mask(text));
}

describe('numbers dictated in groups', () => {
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

  it('are masked at once after a prompt, before the rest is said', () => {
    const session = memory();
    session.observe('s', { key: '1', text: 'What is your phone number?', speaker: 'agent' });
    expect(observe(session, 's', { key: '2', text: 'four one five', speaker: 'user' })).toBe(true);
    expect(session.maskerOf('s').mask('four one five')).toBe('[REDACTED:phone]');
  });

  it('are masked backwards when nobody asked', () => {
    const session = memory();
    const say = (key: string, text: string): boolean => observe(session, 's', { key, text, speaker: 'user' });
    expect(say('1', 'four one five')).toBe(false);
    expect(session.maskerOf('s').mask('four one five')).toBe('four one five');
    expect(say('2', 'five five five')).toBe(false);
    expect(say('3', 'oh one two three')).toBe(true);
    expect(
      ['four one five', 'five five five', 'oh one two three', 'and then'].map((text) =>
        session.maskerOf('s').mask(text),
      ),
    ).toEqual(['[REDACTED:phone]', '[REDACTED:phone]', '[REDACTED:phone]', 'and then']);
  });

  it('as pairs, of which none says anything by itself', () => {
    const pairs = ['four one', 'five five', 'five five', 'oh one', 'two three'];
    const said = pairs.map((text): [Speaker, string] => ['user', text]);
    expect(hold(memory(), said)).toEqual(pairs.map(() => '[REDACTED:phone]'));
  });

  it('with talk around them', () => {
    expect(
      hold(memory(), [
        ['user', 'so the thing is broken, and I want it fixed'],
        ['user', "sure it's four one five"],
        ['agent', 'sorry, go ahead'],
        ['user', 'uh five five five'],
        ['user', 'oh one two three, got it?'],
      ]),
    ).toEqual([
      'so the thing is broken, and I want it fixed',
      "sure it's [REDACTED:phone]",
      'sorry, go ahead',
      // A filler between two groups lies within the number.
      '[REDACTED:phone]',
      '[REDACTED:phone], got it?',
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

describe('what repeats a dictated part', () => {
  const session = memory();
  ['Four one five.', 'five five five', 'oh one two three'].forEach((text, i) => {
    session.observe('s', { key: String(i), text, speaker: 'user' });
  });
  const mask = (text: string, key?: string): string => session.maskerOf('s', key).mask(text);

  it('in other case and punctuation', () => {
    expect(mask('four, one, FIVE!')).toBe('[REDACTED:phone]!');
  });

  it('inside a longer text', () => {
    expect(mask('user: four one five\nassistant: go on\nuser: five five five')).toBe(
      'user: [REDACTED:phone]\nassistant: go on\nuser: [REDACTED:phone]',
    );
  });

  it('as a partial result', () => {
    expect(['four one', 'one five', 'one two three'].map((text) => mask(text))).toEqual([
      '[REDACTED:phone]',
      '[REDACTED:phone]',
      '[REDACTED:phone]',
    ]);
    // One digit tells nothing.
    expect(mask('four')).toBe('four');
  });

  it('as a partial result that was heard differently, on the span of the text', () => {
    expect(mask('for one five nine', '0')).toBe('for [REDACTED:phone]');
    expect(mask('for one five nine')).toBe('for one five nine');
  });

  it('and nothing else', () => {
    const texts = ['five of them', 'at four', 'chapter one', '{"a":1}', 'four hundred and one'];
    expect(texts.map((text) => mask(text))).toEqual(texts);
  });

  it('is found in linear time in what repeats itself', () => {
    const hostile = memory();
    const text = 'one '.repeat(500).trim();
    hostile.observe('s', { key: '1', text, speaker: 'user' });
    hostile.observe('s', { key: '2', text: `${text} two`, speaker: 'user' });
    expect(hostile.maskerOf('s').mask('one '.repeat(50_000))).toMatch(/^\[REDACTED:/);
  });
});

describe('the parts of a turn', () => {
  it('count until the turn itself is known, and are masked with it', () => {
    const session = memory();
    const part = (key: string, text: string): boolean =>
      observe(session, 's', { key, turn: 't1', isPart: true, text, speaker: 'user' });
    part('f1', 'four one five');
    part('f2', 'five five five');
    session.observe('s', { key: 't1', text: 'four one five five five five', speaker: 'user' });
    expect(
      observe(session, 's', {
        key: 'f3',
        turn: 't2',
        isPart: true,
        text: 'oh one two three',
        speaker: 'user',
      }),
    ).toBe(true);
    session.observe('s', { key: 't2', text: 'oh one two three', speaker: 'user' });
    const masker = session.maskerOf('s');
    expect(['four one five', 'five five five', 'oh one two three'].map((text) => masker.mask(text))).toEqual([
      '[REDACTED:phone]',
      '[REDACTED:phone]',
      '[REDACTED:phone]',
    ]);
  });

  it('are not read twice', () => {
    const session = memory();
    session.observe('s', { key: 'f', turn: 't', isPart: true, text: 'four eight two one', speaker: 'user' });
    expect(observe(session, 's', { key: 't', text: 'four eight two one', speaker: 'user' })).toBe(false);
    expect(session.maskerOf('s').mask('four eight two one')).toBe('four eight two one');
  });
});

describe('the memory', () => {
  it('gives the masker itself where nothing was dictated', () => {
    const masker = createMasker();
    const session = createSessionMemory(masker);
    session.observe('s', { key: '1', text: 'my number is 415-555-0123', speaker: 'user' });
    expect(session.maskerOf('s')).toBe(masker);
  });

  it('replaces a growing partial', () => {
    const session = memory();
    for (const text of ['four one', 'four one five five', 'four one five five five five oh one']) {
      expect(observe(session, 's', { key: 'a', text, speaker: 'user' })).toBe(false);
    }
    expect(session.maskerOf('s').mask('four one')).toBe('four one');
  });

  it('keeps sessions apart and forgets them', () => {
    const session = createSessionMemory(createMasker(), { maxSessions: 2 });
    const say = (id: string, key: string, text: string): boolean =>
      observe(session, id, { key, text, speaker: 'user' });
    say('a', '1', 'four one five');
    expect(say('b', '1', 'five five five oh one two')).toBe(false);
    session.forget('a');
    expect(say('a', '2', 'five five five oh one two')).toBe(false);
    say('c', '1', 'four one five');
    say('d', '1', 'x');
    say('e', '1', 'x');
    // The oldest went: two sessions are remembered.
    expect(say('c', '2', 'five five five oh one two')).toBe(false);
  });

  it('takes a prompt back after a while', () => {
    const session = memory();
    session.observe('s', { key: 'p', text: 'What is your phone number?', speaker: 'agent' });
    for (let i = 0; i < 8; i += 1) session.observe('s', { key: `x${i}`, text: 'hold on', speaker: 'user' });
    expect(observe(session, 's', { key: 'late', text: 'four five six', speaker: 'user' })).toBe(false);
  });

  it('survives a masker that fails', () => {
    const session = createSessionMemory({
      mask: () => {
        throw new Error('broken');
      },
      detect: () => {
        throw new Error('broken');
      },
    });
    session.observe('s', { key: 'a', text: 'four one five', speaker: 'user' });
    expect(observe(session, 's', { key: 'b', text: 'five five five', speaker: 'user' })).toBe(false);
  });
});
