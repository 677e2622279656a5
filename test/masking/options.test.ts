import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { CustomFunction } from '../../src/masking/custom.js';
import { createMasker, type MaskerOptions } from '../../src/masking/masker.js';
import { resetWarnings } from '../../src/otel/diagnostics.js';

describe('options that cannot work', () => {
  it.each([
    [{ detectors: ['fax'] }, /unknown detector fax; known are email, phone/],
    [{ detectors: { iban: 'yes' } }, /detectors\.iban must be true or false/],
    [{ regions: ['XX'] }, /unknown region XX; known are/],
    [{ regions: 'US' }, /regions must be an array/],
    [{ locales: ['tlh'] }, /unknown locale tlh; known are en, es, de, fr, hi/],
    [{ locales: [{ name: 'nl' }] }, /needs a name and units/],
    [{ placeholder: { lastFour: 4 } }, /placeholder\.lastFour must be a boolean/],
    [{ placeholder: { hmac: 'key' } }, /placeholder\.hmac must be a function/],
    [{ add: 5 }, /add must be an array/],
    [{ add: [{ type: 'Order Nr', pattern: /x/ }] }, /add\[0\]\.type must be a lower-case name/],
    [
      { add: [{ type: 'order', pattern: 'x' }] },
      /add\[0\]\.pattern must be a RegExp or a function, got string/,
    ],
    [{ allow: [''] }, /allow takes texts and patterns/],
    [{ maxLength: 0 }, /maxLength must be a positive number, got 0/],
    [{ timeBudgetMs: Number.NaN }, /timeBudgetMs must be a positive number/],
    [null, /options must be an object/],
  ])('%j', (options, message) => {
    // The compiler would refuse these; a caller in plain JavaScript is not warned.
    const wrong = options as unknown as MaskerOptions;
    expect(() => createMasker(wrong)).toThrow(TypeError);
    expect(() => createMasker(wrong)).toThrow(message);
  });
});

describe('detectors', () => {
  const all = 'john@example.com 415-555-0123 192.168.1.1';

  it('an array names all that run', () => {
    expect(createMasker({ detectors: ['phone'] }).mask(all)).toBe(
      'john@example.com [REDACTED:phone] 192.168.1.1',
    );
  });

  it('an object switches over the default', () => {
    const masker = createMasker({ detectors: { ip_address: true, email: false } });
    expect(masker.mask(all)).toBe('john@example.com [REDACTED:phone] [REDACTED:ip_address]');
  });

  it.each([
    ['iban', 'DE89 3704 0044 0532 0130 00', '[REDACTED:iban]'],
    ['iban', 'GB29NWBK60161331926819', '[REDACTED:iban]'],
    // A wrong check digit: DE88 instead of DE89.
    ['iban', 'DE88370400440532013000', 'DE88370400440532013000'],
    [
      'ip_address',
      'at 10.0.0.12:8443 and fe80::1ff:fe23:4567:890a',
      'at [REDACTED:ip_address]:8443 and [REDACTED:ip_address]',
    ],
    ['ip_address', 'version 1.2.3 at 12:30:45', 'version 1.2.3 at 12:30:45'],
    [
      'postal_address',
      'I live at 123 Main Street, Springfield, IL 62704',
      'I live at [REDACTED:postal_address]',
    ],
    ['postal_address', 'one two three oak avenue', '[REDACTED:postal_address]'],
    ['postal_address', '12 rue de la Paix 75002 Paris', '[REDACTED:postal_address]'],
    ['postal_address', 'Hauptstraße 12a, 10115 Berlin', '[REDACTED:postal_address]'],
    ['postal_address', 'it takes 3 days on the way', 'it takes 3 days on the way'],
    ['date_of_birth', 'born on January 2nd 1984', 'born on [REDACTED:date_of_birth]'],
    [
      'date_of_birth',
      'my date of birth is oh five twelve nineteen eighty four',
      'my date of birth is [REDACTED:date_of_birth]',
    ],
    ['date_of_birth', 'due on 01/02/2026', 'due on 01/02/2026'],
    ['one_time_code', 'the code is four eight two nine one six', 'the code is [REDACTED:one_time_code]'],
    ['one_time_code', 'verification code: 482916', 'verification code: [REDACTED:one_time_code]'],
    ['one_time_code', 'error code 404 in zip code 94107', 'error code 404 in zip code 94107'],
    ['person_name', 'my name is john smith and I called', 'my name is [REDACTED:person_name] and I called'],
    ['person_name', 'Hello, this is Anna-Maria Müller.', 'Hello, this is [REDACTED:person_name].'],
    ['person_name', 'this is great', 'this is great'],
  ] as const)('%s: %s', (name, text, masked) => {
    expect(createMasker({ detectors: [name] }).mask(text)).toBe(masked);
    // Off unless named.
    expect(createMasker({ detectors: [] }).mask(text)).toBe(text);
  });
});

describe('regions and locales', () => {
  it('national forms without separators need their region', () => {
    expect(createMasker().mask('07700900123')).toBe('07700900123');
    expect(createMasker({ regions: ['UK'] }).mask('07700900123')).toBe('[REDACTED:phone]');
    expect(createMasker({ regions: ['gb'] }).mask('07700900123')).toBe('[REDACTED:phone]');
    expect(createMasker({ regions: ['IN'] }).mask('98765 43210')).toBe('[REDACTED:phone]');
    expect(createMasker({ regions: ['ES'] }).mask('612 345 678')).toBe('[REDACTED:phone]');
    expect(createMasker({ regions: ['GB'] }).mask('415-555-0123')).toBe('415-555-0123');
  });

  it('a language is understood when it is in use', () => {
    const german = 'null eins fünf eins zwei drei vier fünf sechs sieben acht';
    expect(createMasker({ locales: ['en'] }).mask(german)).toBe(german);
    expect(createMasker({ locales: ['de'] }).mask(german)).toBe('[REDACTED:phone]');
  });

  it('a table of one’s own adds a language', () => {
    const dutch = {
      name: 'nl',
      units: {
        nul: '0',
        een: '1',
        twee: '2',
        drie: '3',
        vier: '4',
        vijf: '5',
        zes: '6',
        zeven: '7',
        acht: '8',
        negen: '9',
      },
      cues: { phone: ['telefoonnummer'] },
    };
    const text = 'nul zes twaalf nul zes een twee drie vier vijf zes zeven acht';
    expect(createMasker({ locales: [dutch] }).mask(text)).toBe('nul zes twaalf [REDACTED:phone]');
  });
});

describe('placeholders', () => {
  it('show the last four digits on request, and survive a second masking', () => {
    const masker = createMasker({ placeholder: { lastFour: true } });
    const masked = masker.mask(
      '415-555-0123, four two four two four two four two four two four two four two four two, a@b.co',
    );
    expect(masked).toBe('[REDACTED:phone:0123], [REDACTED:credit_card:4242], [REDACTED:email]');
    expect(masker.mask(masked)).toBe(masked);
  });

  it('carry a keyed hash that is the same however the value was said', () => {
    const hmac = (value: string): string =>
      createHmac('sha256', 'secret').update(value).digest('hex').slice(0, 32);
    const masker = createMasker({ placeholder: { hmac } });
    const phone = `[REDACTED:phone:${hmac('4155550123')}]`;
    expect(masker.mask('(415) 555-0123')).toBe(phone);
    expect(masker.mask('four one five five five five oh one two three')).toBe(phone);
    expect(masker.mask('415, no wait, four one five triple five oh one two three')).toBe(phone);
    const mail = `[REDACTED:email:${hmac('john.smith@gmail.com')}]`;
    expect(masker.mask('John.Smith@Gmail.com')).toBe(mail);
    expect(masker.mask('john dot smith at g mail dot com')).toBe(mail);
    expect(masker.mask(mail)).toBe(mail);
  });

  it('leave a token out that fails or could be a value', () => {
    const failing = createMasker({
      placeholder: {
        hmac: () => {
          throw new Error('no key');
        },
      },
    });
    expect(failing.mask('a@b.co')).toBe('[REDACTED:email]');
    expect(createMasker({ placeholder: { hmac: (value) => value } }).mask('415-555-0123')).toBe(
      '[REDACTED:phone]',
    );
  });

  it('are no hiding place', () => {
    expect(createMasker().mask('[REDACTED:4242424242424242]')).toBe('[REDACTED:[REDACTED:credit_card]]');
    expect(createMasker().mask('[REDACTED:phone:4155550123]')).toBe('[REDACTED:phone:[REDACTED:phone]]');
  });
});

describe('allow and maxLength', () => {
  it('lets named values pass, however they are written', () => {
    const masker = createMasker({ allow: ['+1 800 555 0199', 'support@acme.com', /[a-z]+@acme\.example/] });
    const text = 'call 1-800-555-0199 or 18005550199, support@ACME.com, sales@acme.example';
    expect(masker.mask(text)).toBe(text);
    expect(masker.mask('call 1-800-555-0198, xsupport@acme.com')).toBe(
      'call [REDACTED:phone], [REDACTED:email]',
    );
  });

  it('masks a text above the limit in full', () => {
    const masker = createMasker({ maxLength: 20 });
    expect(masker.mask('x'.repeat(20))).toBe('x'.repeat(20));
    expect(masker.mask('x'.repeat(21))).toBe('[REDACTED:too_long]');
    expect(masker.detect('x'.repeat(21))).toEqual([{ type: 'too_long', start: 0, end: 21 }]);
    const masked = masker.mask('a@b.co, c@d.co, e@f.');
    expect(masker.mask(masked)).toBe(masked);
  });

  it('takes anything for a text', () => {
    const masker = createMasker();
    for (const value of [undefined, null, 5, {}, Symbol('x')]) {
      // What a caller in plain JavaScript may pass.
      expect(masker.mask(value as unknown as string)).toBe('[REDACTED:masking_failed]');
      expect(masker.detect(value as unknown as string)).toEqual([]);
    }
  });
});

describe('detectors of one’s own', () => {
  beforeEach(() => {
    resetWarnings();
    vi.restoreAllMocks();
  });

  it('patterns find every match, whatever their flags and lastIndex', () => {
    const pattern = /ORD-\d{6}/gy;
    pattern.lastIndex = 5;
    const masker = createMasker({ add: [{ type: 'order_number', pattern }] });
    const text = 'ORD-123456 and ORD-654321';
    expect(masker.mask(text)).toBe('[REDACTED:order_number] and [REDACTED:order_number]');
    expect(masker.mask(text)).toBe('[REDACTED:order_number] and [REDACTED:order_number]');
    expect(pattern.lastIndex).toBe(5);
  });

  it('take bare patterns, functions and an object of types', () => {
    expect(createMasker({ add: [/secret/i] }).mask('a SECRET')).toBe('a [REDACTED:custom]');
    expect(createMasker({ add: { plate: /\b[A-Z]{2}-\d{3}\b/ } }).mask('car AB-123')).toBe(
      'car [REDACTED:plate]',
    );
    const ranges = createMasker({ add: [{ type: 'head', pattern: () => [{ start: 0, end: 3 }] }] });
    expect(ranges.mask('abcdef')).toBe('[REDACTED:head]def');
    // As in the Python SDK: a function from text to masked text.
    const rewrite = createMasker({ add: [(text: string) => text.replace('bob', '***')] });
    expect(rewrite.mask('hi bob!')).toBe('hi [REDACTED:custom]!');
  });

  it('zero-length matches end', () => {
    expect(createMasker({ add: [/x{0,3}/] }).mask('axxb')).toBe('a[REDACTED:custom]b');
  });

  it('find matches across the stretches that long texts are read in, and longer ones than those', () => {
    const masker = createMasker({ add: [{ type: 'secret', pattern: /<[a-z]{1,1900}>/ }] });
    const secret = `<${'s'.repeat(1_500)}>`;
    const text = `${'. '.repeat(3_800)}${secret}${' .'.repeat(3_000)}<end>`;
    const start = text.indexOf(secret);
    expect(masker.detect(text)).toEqual([
      { type: 'secret', start, end: start + secret.length },
      { type: 'secret', start: text.length - 5, end: text.length },
    ]);
    const open = createMasker({ add: [{ type: 'secret', pattern: /<s{1,90000}/ }] });
    const long = `<${'s'.repeat(50_000)}`;
    expect(open.detect(`.${long}.`)).toEqual([{ type: 'secret', start: 1, end: 1 + long.length }]);
  });

  it('a pattern without an upper bound is warned about', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    createMasker({ add: [{ type: 'bounded', pattern: /\[a*\]{1,3}[+*]\*/ }] });
    createMasker({ add: [{ type: 'class_only', pattern: /[*+]\+x{2,5}/ }] });
    createMasker({ add: [{ type: 'open', pattern: /a+/ }] });
    expect(warned.mock.calls.map(([line]) => String(line).match(/detector '(\w+)'/)?.[1])).toEqual([
      'bounded',
      'open',
    ]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['returns nonsense', () => [{ start: 'a' }]],
    ['returns a number', () => 5],
  ] as [string, () => unknown][])('one that %s blanks the value', (_, pattern) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    // The second and third return what their type forbids.
    const masker = createMasker({ add: [{ type: 'mine', pattern: pattern as CustomFunction }] });
    expect(masker.mask('hello')).toBe('[REDACTED:masking_failed]');
    expect(masker.detect('hello')).toEqual([{ type: 'masking_failed', start: 0, end: 5 }]);
  });

  it('one over its time blanks the value, then is switched off', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    let time = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => time);
    const pattern = vi.fn(() => {
      time += 60;
      return [];
    });
    const masker = createMasker({ add: [{ type: 'slow', pattern }], timeBudgetMs: 50 });
    expect(masker.mask('hello')).toBe('[REDACTED:masking_failed]');
    expect(masker.mask('hello')).toBe('hello');
    expect(pattern).toHaveBeenCalledTimes(1);
    expect(warned).toHaveBeenCalledTimes(1);
  });
});

describe('texts that were cut', () => {
  const masker = createMasker();

  it.each([
    ['call me: bob.longnam', 'call me: [REDACTED:cut]'],
    ['mail bob@exam', 'mail [REDACTED:cut]'],
    ['my number is four one five fi', 'my number is [REDACTED:cut]'],
    ['dial 415 5', 'dial [REDACTED:cut]'],
    ['it is john dot smi', 'it is [REDACTED:cut]'],
    ['see you at the stati', 'see you at the [REDACTED:cut]'],
  ])('%s', (text, masked) => {
    expect(masker.mask(text, { cut: true })).toBe(masked);
  });

  it('only lose their tail', () => {
    expect(masker.mask('a@b.co and then nothi', { cut: true })).toBe(
      '[REDACTED:email] and then [REDACTED:cut]',
    );
  });
});

describe('what the key says', () => {
  const masker = createMasker();

  it.each([
    ['phone', '5550123', '[REDACTED:phone]'],
    ['customer_phone', '98765 43210', '[REDACTED:phone]'],
    ['cardNumber', '9999888877776666', '[REDACTED:credit_card]'],
    ['ssn', '123456789', '[REDACTED:ssn]'],
    ['email', 'shoes at zappos dot com', '[REDACTED:email]'],
    ['order_id', '4155550123', '4155550123'],
    ['duration', '4155550123', '4155550123'],
  ])('%s: %s', (key, text, masked) => {
    expect(masker.mask(text, { key })).toBe(masked);
  });
});
