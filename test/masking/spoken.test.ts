import { describe, expect, it } from 'vitest';
import { createMasker } from '../../src/masking/masker.js';

const masker = createMasker();

describe('dictated numbers', () => {
  it.each([
    ['phone', 'four one five five five five oh one two three'],
    ['phone', 'Four, one, five. Five, five, five. Oh, one, two, three'],
    ['phone', 'four-one-five, five-five-five, zero-one-two-three'],
    ['phone', 'four one five triple five oh one two three'],
    ['phone', 'four one five double five five o one two three'],
    ['phone', 'six-one-seven-double-two-six-o-nine-seven-one'],
    ['phone', 'eight hundred five five five oh one nine nine'],
    ['phone', 'one eight hundred five five five oh one nine nine'],
    ['phone', 'four fifteen five fifty five oh one twenty three'],
    ['phone', 'nine one nine four two forty two thirty one eleven'],
    ['phone', 'four one five uh five five five um oh one two three'],
    ['phone', 'four one five dash five five five dash oh one two three'],
    ['phone', 'four one five, five five six, no wait, five five five, oh one two three'],
    ['phone', 'four one five to five five for one two three'],
    ['phone', 'plus one four one five five five five oh one two three'],
    ['phone', 'plus-one-four-one-five-five-five-five-oh-one-two-three'],
    ['phone', 'plus forty four twenty seventy nine forty six oh nine fifty eight'],
    ['phone', 'zero two zero seven nine four six zero nine five eight'],
    ['phone', '415 five five five 0123'],
    ['phone', 'four one five 5550123'],
    ['phone', 'one 4155550123'],
    ['phone', 'four one five five five five oh one two three extension four two'],
    ['phone', 'nine eight seven six five four three two one zero'],
    ['credit_card', 'four two four two, four two four two, four two four two, four two four two'],
    ['credit_card', 'forty two forty two, forty two forty two, forty two forty two, forty two forty two'],
    ['credit_card', 'three seven eight two, eight two two four six three, one oh oh oh five'],
    ['credit_card', '4242 four two four two 4242 four two four two'],
    ['ssn', 'five three six, two two, one two three four'],
    ['ssn', 'five three six dash two two dash one two three four'],
    ['phone', 'seis uno dos tres cuatro cinco seis siete ocho'],
    ['phone', 'null eins fünf eins zwei drei vier fünf sechs sieben acht'],
    ['phone', 'null eins fünf eins, einundzwanzig, zweiundvierzig, sieben acht'],
    ['phone', 'zéro un, vingt-trois, quarante-cinq, soixante-sept, quatre-vingt-neuf'],
    ['phone', 'zéro six douze trente-quatre soixante-dix-huit quatre-vingt-douze'],
    ['phone', 'नौ आठ सात छह पांच चार तीन दो एक शून्य'],
    ['phone', 'nau aath saat chhe paanch char teen do ek shunya'],
  ])('%s: %s', (type, text) => {
    expect(masker.detect(text)).toEqual([{ type, start: 0, end: text.length }]);
  });

  it.each([
    ['my social is one two three forty five six seven eight nine', 'my social is [REDACTED:ssn]'],
    ['my card number is four two four two four two', 'my card number is [REDACTED:credit_card]'],
    ['my phone number is four one five five', 'my phone number is [REDACTED:phone]'],
    ['I have two. Call four one five five five five oh one two three.', 'I have two. Call [REDACTED:phone].'],
    ['mera number hai nau aath saat chhe paanch do do ek do ek', 'mera number hai [REDACTED:phone]'],
  ])('%s', (text, masked) => {
    expect(masker.mask(text)).toBe(masked);
  });
});

describe('numbers that are counted, not dictated', () => {
  it.each([
    'nineteen ninety nine',
    'twenty twenty six',
    'from nineteen ninety nine to twenty twenty six',
    'one or two of them',
    'one two three four five six seven eight nine ten',
    'ten nine eight seven six five four three two one',
    'five ten fifteen twenty twenty five thirty thirty five',
    'testing testing one two one two one two one two',
    'four thousand two hundred and thirty one',
    'one million two hundred thousand four hundred and five',
    'one hundred and twenty five dollars and fifty cents',
    'oh five twelve nineteen eighty four',
    'one nine two dot one six eight dot one dot one',
    'the trains leave at three forty five, nine fifteen and ten thirty',
    'highs of fifty five, sixty two, fifty eight, seventy one and sixty',
    'four, eight, fifteen, sixteen, twenty three and forty two',
    'my card ends in four two four two',
    'call me at ten forty five',
    'order number four eight two nine one three seven two',
    'do do do do do do do, that song',
    'pi is three point one four one five nine two six five',
    'we won four nil, three one, two nil and five two',
    'the last four of my social are one two three four',
    'the tracking number is nine four zero zero one one one two three four five six seven eight',
    'two four six eight who do we appreciate',
    'the once and only teen char do',
    'mujhe do ticket chahiye teen baje ke',
    'der Wert ist null null null',
  ])('%s', (text) => {
    expect(masker.mask(text)).toBe(text);
  });
});

describe('dictated addresses', () => {
  it.each([
    'john dot smith at gmail dot com',
    'john dot smith at g mail dot com',
    'john dot smith at g m a i l dot c o m',
    'john dot smith@gmail.com',
    'john underscore smith ninety nine at hotmail dot com',
    'sarah plus news at fastmail dot com',
    'bob dash jones at my hyphen company dot co dot uk',
    'j o h n at example dot org',
    'juliet oscar hotel november at acme dot com',
    'j as in juliet o as in oscar h n at gmail dot com',
    'john at the rate gmail dot com',
    'john at sign example dot com',
    'john.smith at gmail.com',
    'kevin1984 at hotmail dot com',
    'jane at gmail',
    'dave at gmail dotcom',
    'info at acme dot com',
    'maria punto lopez arroba gmail punto com',
    'hans punkt meier at web punkt de',
    'jean point dupont arobase orange point fr',
    'राहुल डॉट शर्मा ऐट जीमेल डॉट कॉम',
  ])('%s', (text) => {
    expect(masker.detect(text)).toEqual([{ type: 'email', start: 0, end: text.length }]);
  });

  it.each([
    ['my email is john smith at gmail dot com', 'my email is [REDACTED:email]'],
    ['send it to john smith at yahoo dot com please', 'send it to [REDACTED:email] please'],
    ['my email is me at example dot com', 'my email is [REDACTED:email]'],
    ['I signed up with jdoe at kestrel dot dev as my email', 'I signed up with [REDACTED:email] as my email'],
    ['yes jdoe at mail dot example dot co dot uk thanks', 'yes [REDACTED:email] thanks'],
  ])('%s', (text, masked) => {
    expect(masker.mask(text)).toBe(masked);
  });

  it.each([
    'I work at amazon dot com',
    'look at example.com',
    'check it out at example dot com',
    'I live at Phoenix. You know',
    'we bought these shoes at zappos dot com',
    'contact us at example dot com',
    'I am at home dot dot dot',
    'sign in at gmail dot com',
    'meet at 5 at gmail headquarters',
    'I stayed at hotel california dot com',
    'look at that. Comcast is down',
  ])('not an address: %s', (text) => {
    expect(masker.mask(text)).toBe(text);
  });
});
