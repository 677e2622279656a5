import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createMasker } from '../../src/masking/masker.js';
import {
  isMasked,
  MASKED,
  type MaskPolicy,
  maskedCopy,
  maskSpanInPlace,
  NOT_WRITABLE,
} from '../../src/masking/span.js';
import type { Masker } from '../../src/masking/types.js';
import { resetWarnings } from '../../src/otel/diagnostics.js';
import type { ReadableSpanLike } from '../../src/otel/types.js';

const masker = createMasker();
const KEEP: MaskPolicy = { captureContent: true };
const DROP: MaskPolicy = { captureContent: false };

/** A span of the SDK, ended through `onEnding` or only kept. */
function record(
  write: (span: import('@opentelemetry/api').Span) => void,
  onEnding?: (span: ReadableSpan) => void,
  limit?: number,
): ReadableSpan {
  let ended: ReadableSpan | undefined;
  const processor: SpanProcessor = {
    onStart: () => {},
    onEnding: (span) => onEnding?.(span),
    onEnd: (span) => {
      ended = span;
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const provider = new BasicTracerProvider({
    spanProcessors: [processor],
    resource: resourceFromAttributes({ 'service.name': 'agent' }),
    ...(limit === undefined ? {} : { spanLimits: { attributeValueLengthLimit: limit } }),
  });
  const span = provider.getTracer('test').startSpan('call', { kind: SpanKind.CLIENT });
  write(span);
  span.end();
  if (ended === undefined) throw new Error('the span did not end');
  return ended;
}

function writeSecrets(span: import('@opentelemetry/api').Span): void {
  span.setAttributes({
    'app.note': 'mail john@example.com',
    'app.list': ['ok', '415-555-0123'],
    'app.spread': ['my number is 415', '555', '0123'],
    'app.json': '{"card":4242424242424242,"keep":1.50}',
    'john@example.com': 'key',
    'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"call 415-555-0123"}]}]',
    'lk.pii.user_transcript': 'four one five five five five oh one two three',
    'langfuse.observation.input': 'john@example.com',
    'input.value': 'john@example.com',
    'user.card': 4242424242424242,
    'app.bytes': 4155550123,
    'gen_ai.usage.input_tokens': 12,
    'gen_ai.request.model': 'model-4155550123',
    'voice.session.id': 's_4155550123',
  });
  span.updateName('call to 415-555-0123');
  span.addEvent('said john@example.com', { 'voice.event.payload': '{"phone":"4155550123"}' });
  const error = new Error('no account for john@example.com');
  span.recordException(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  const context = { traceId: 'f'.repeat(32), spanId: 'e'.repeat(16), traceFlags: TraceFlags.SAMPLED };
  span.addLink({ context, attributes: { note: '415-555-0123' } });
}

const EXPECTED = {
  'app.note': 'mail [REDACTED:email]',
  'app.list': ['ok', '[REDACTED:phone]'],
  'app.spread': ['my number is [REDACTED:phone]', '[REDACTED:phone]', '[REDACTED:phone]'],
  'app.json': '{"card":"[REDACTED:credit_card]","keep":1.50}',
  '[REDACTED:email]': 'key',
  'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"call [REDACTED:phone]"}]}]',
  'lk.pii.user_transcript': '[REDACTED:phone]',
  'langfuse.observation.input': '[REDACTED:email]',
  'input.value': '[REDACTED:email]',
  'user.card': '[REDACTED:credit_card]',
  'app.bytes': 4155550123,
  'gen_ai.usage.input_tokens': 12,
  'gen_ai.request.model': 'model-4155550123',
  'voice.session.id': 's_4155550123',
};

function expectMasked(span: ReadableSpanLike): void {
  expect(span.attributes).toEqual(EXPECTED);
  expect(span.name).toBe('call to [REDACTED:phone]');
  expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'no account for [REDACTED:email]' });
  expect(span.events[0]?.name).toBe('said [REDACTED:email]');
  expect(span.events[0]?.attributes).toEqual({ 'voice.event.payload': '{"phone":"[REDACTED:phone]"}' });
  expect(span.events[1]?.attributes?.['exception.message']).toBe('no account for [REDACTED:email]');
  expect(span.events[1]?.attributes?.['exception.stacktrace']).toMatch(
    /^Error: no account for \[REDACTED:email\]\n/,
  );
  expect(span.links[0]?.attributes).toEqual({ note: '[REDACTED:phone]' });
  expect(isMasked(span)).toBe(true);
}

beforeEach(() => {
  resetWarnings();
  vi.restoreAllMocks();
});

describe('in place', () => {
  it('masks every part of a span of the SDK, in onEnding', () => {
    let masked = 0;
    const span = record(writeSecrets, (ending) => {
      masked = maskSpanInPlace(ending, masker, KEEP);
    });
    expectMasked(span);
    // Ten attributes, the name, the status, an event's name and payload, message and stack, and a link.
    expect(masked).toBe(10 + 1 + 1 + 2 + 2 + 1);
    expect(Object.keys(span)).not.toContain(String(MASKED));
  });

  it('changes nothing the second time', () => {
    const span = record(writeSecrets);
    maskSpanInPlace(span, masker, KEEP);
    expect(maskSpanInPlace(span, masker, KEEP)).toBe(0);
    expectMasked(span);
  });

  it('leaves the arrays and objects of the caller alone', () => {
    const list = ['a@b.co'];
    const span = record(
      (open) => open.setAttribute('list', list),
      (ending) => maskSpanInPlace(ending, masker, KEEP),
    );
    expect(list).toEqual(['a@b.co']);
    expect(span.attributes.list).toEqual(['[REDACTED:email]']);
  });

  it('reports a frozen span, of which a copy is masked', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const span = record(writeSecrets);
    Object.freeze(span.attributes);
    expect(maskSpanInPlace(span, masker, KEEP)).toBe(NOT_WRITABLE);
    expect(isMasked(span)).toBe(false);
    expectMasked(maskedCopy(span, masker, KEEP));
  });
});

describe('a copy', () => {
  it('is masked in every part, and the span stays as it was', () => {
    const span = record(writeSecrets);
    const before = structuredClone(span.attributes);
    const copy = maskedCopy(span, masker, KEEP);
    expectMasked(copy);
    expect(span.attributes).toEqual(before);
    expect(span.name).toBe('call to 415-555-0123');
    expect(isMasked(span)).toBe(false);
    expect(copy.spanContext()).toBe(span.spanContext());
    expect(copy.resource).toBe(span.resource);
    expect([copy.kind, copy.startTime, copy.endTime, copy.duration, copy.ended]).toEqual([
      span.kind,
      span.startTime,
      span.endTime,
      span.duration,
      true,
    ]);
  });

  it('is what both OTLP serializers write', () => {
    const copy = maskedCopy(record(writeSecrets), masker, KEEP);
    // The serializers take the SDK's own type; the copy has its seventeen fields.
    const spans = [copy as ReadableSpan];
    for (const serializer of [JsonTraceSerializer, ProtobufTraceSerializer]) {
      const bytes = new TextDecoder('latin1').decode(serializer.serializeRequest(spans));
      expect(bytes).toContain('[REDACTED:phone]');
      expect(bytes).not.toMatch(/john@|555-0123|4242424242|five five/);
    }
  });

  it('keeps the identity of resources: one copy for all spans of one', () => {
    const resource = {
      attributes: { 'process.command_args': ['agent', '--mail=a@b.co'], 'service.name': 'agent' },
    };
    const span = (): ReadableSpanLike =>
      Object.assign(
        record(() => {}),
        { resource },
      );
    const first = maskedCopy(span(), masker, KEEP);
    expect(first.resource.attributes).toEqual({
      'process.command_args': ['agent', '--mail=[REDACTED:email]'],
      'service.name': 'agent',
    });
    expect(maskedCopy(span(), masker, KEEP).resource).toBe(first.resource);
    expect(maskedCopy(first, masker, KEEP).resource).toBe(first.resource);
    expect(resource.attributes['process.command_args']).toEqual(['agent', '--mail=a@b.co']);
  });

  it('waits for resource attributes that are still detected', async () => {
    const resource = resourceFromAttributes({ owner: Promise.resolve('a@b.co') });
    const copy = maskedCopy(
      Object.assign(
        record(() => {}),
        { resource },
      ),
      masker,
      KEEP,
    );
    const pending = copy.resource as typeof resource;
    expect(pending.asyncAttributesPending).toBe(true);
    await pending.waitForAsyncAttributes?.();
    expect(pending.asyncAttributesPending).toBe(false);
    expect(pending.attributes).toEqual({ owner: '[REDACTED:email]' });
  });
});

describe('without content', () => {
  it('nothing of what was said is left', () => {
    const span = record((open) => {
      writeSecrets(open);
      open.setAttributes({
        'voice.turn.transcript': 'hello',
        'llm.input_messages.0.message.content': 'hello',
        'lk.response.ttft': 0.4,
      });
      open.addEvent('gen_ai.user.message', { content: 'hello', role: 'user', index: 1 });
    });
    const copy = maskedCopy(span, masker, DROP);
    expect(copy.attributes).toEqual({
      'app.note': 'mail [REDACTED:email]',
      'app.list': ['ok', '[REDACTED:phone]'],
      'app.spread': ['my number is [REDACTED:phone]', '[REDACTED:phone]', '[REDACTED:phone]'],
      'app.json': '{"card":"[REDACTED:credit_card]","keep":1.50}',
      '[REDACTED:email]': 'key',
      'user.card': '[REDACTED:credit_card]',
      'app.bytes': 4155550123,
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.request.model': 'model-4155550123',
      'voice.session.id': 's_4155550123',
      'lk.response.ttft': 0.4,
    });
    expect(copy.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(copy.events.map(({ attributes }) => attributes)).toEqual([
      {},
      { 'exception.type': 'Error' },
      { index: 1 },
    ]);
  });
});

describe('values that the SDK has cut', () => {
  it('lose an unfinished candidate at their end', () => {
    const span = record(
      (open) => {
        open.setAttribute('note', 'call me: bob.longname@example.com');
        open.setAttribute('list', ['my number is four one five five', 'short']);
      },
      undefined,
      20,
    );
    expect(span.attributes.note).toBe('call me: bob.longnam');
    const copy = maskedCopy(span, masker, { captureContent: true, attributeLengthLimit: 20 });
    expect(copy.attributes).toEqual({
      note: 'call me: [REDACTED:cut]',
      list: ['my number is [REDACTED:cut]', 'short'],
    });
  });
});

describe('structured values', () => {
  const masked = (value: unknown): unknown => {
    // SDK 3.x allows such values; the API's type does not know them yet.
    const span = Object.assign(
      record(() => {}),
      { attributes: { value } },
    ) as unknown as ReadableSpanLike;
    return maskedCopy(span, masker, KEEP).attributes.value;
  };

  it('are followed to the leaves, keys included', () => {
    expect(masked({ user: { 'a@b.co': ['415-555-0123', { phone: 4155550123, n: 4155550123 }] } })).toEqual({
      user: { '[REDACTED:email]': ['[REDACTED:phone]', { phone: '[REDACTED:phone]', n: 4155550123 }] },
    });
    expect(masked(new TextEncoder().encode('mail a@b.co'))).toEqual(
      new TextEncoder().encode('mail [REDACTED:email]'),
    );
    expect(masked(4242424242424242n)).toBe('[REDACTED:credit_card]');
  });

  it('that do not change are the same object', () => {
    const value = { a: [1, 'x', null, Number.NaN], b: new Uint8Array([0xff, 0xfe]) };
    expect(masked(value)).toBe(value);
  });

  it('that never end are blanked at a depth', () => {
    const loop: { self?: unknown; mail: string } = { mail: 'a@b.co' };
    loop.self = [loop, loop, loop];
    const text = JSON.stringify(masked(loop));
    expect(text).not.toContain('a@b.co');
    expect(text).toContain('[REDACTED:too_deep]');
  });

  it('two keys that become one keep both values', () => {
    expect(masked({ 'a@b.co': 1, 'c@d.co': 2 })).toEqual({ '[REDACTED:email]': 1, '[REDACTED:email]#2': 2 });
  });
});

describe('a masker that fails', () => {
  it.each<[string, Masker]>([
    [
      'throws',
      {
        mask: () => {
          throw new Error('broken');
        },
        detect: () => [],
      },
    ],
    ['returns no string', { mask: () => undefined as unknown as string, detect: () => [] }],
    [
      'throws in detect',
      {
        mask: (text) => text.replace(/.+/s, '[gone]'),
        detect: () => {
          throw new Error('broken');
        },
      },
    ],
  ])('that %s leaks nothing and does not throw', (_, broken) => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const copy = maskedCopy(record(writeSecrets), broken, KEEP);
    const bytes = new TextDecoder().decode(JsonTraceSerializer.serializeRequest([copy as ReadableSpan]));
    expect(bytes).not.toMatch(/john@|555-0123|4242424242|five five/);
    expect(warned.mock.calls.length).toBeLessThanOrEqual(2);
  });
});

describe('random span trees with planted secrets', () => {
  const SECRETS: readonly [string, RegExp][] = [
    ['jane.roe@example.org', /jane\.roe/],
    ['(212) 555-0187', /555-0187/],
    ['5555 5555 5555 4444', /5555 4444/],
    ['536-22-1234', /22-1234/],
    ['six one seven five five five oh one nine nine', /six one seven/],
    ['jane dot roe at gmail dot com', /jane dot roe/],
  ];
  const secret = fc.constantFrom(...SECRETS.map(([text]) => text));
  const wrapped = fc
    .tuple(
      secret,
      fc.constantFrom<(text: string) => string>(
        (text) => text,
        (text) => `before ${text} after`,
        (text) => JSON.stringify({ note: text, n: 1.5 }),
        (text) => JSON.stringify([{ inner: JSON.stringify({ note: text }) }]),
        (text) => JSON.stringify({ note: `x\n${text}` }).slice(0, -1),
      ),
    )
    .map(([text, wrap]) => wrap(text));
  const key = fc.constantFrom(
    'note',
    'gen_ai.input.messages',
    'lk.chat',
    'http.url',
    'langfuse.x.output',
    'voice.turn.transcript',
  );
  const attributes = fc.dictionary(key, fc.oneof(wrapped, fc.array(wrapped, { minLength: 1, maxLength: 3 })));
  const plan = fc.record({
    name: wrapped,
    attributes,
    keys: fc.array(secret, { maxLength: 2 }),
    events: fc.array(fc.record({ name: wrapped, attributes }), { maxLength: 3 }),
    error: wrapped,
    link: attributes,
  });

  it.each([['in place'], ['copied']])('%s: the bytes that leave hold none', (way) => {
    fc.assert(
      fc.property(plan, ({ name, attributes: own, keys, events, error, link }) => {
        const span = record(
          (open) => {
            open.updateName(name);
            open.setAttributes(own);
            for (const text of keys) open.setAttribute(text, 'x');
            for (const event of events) open.addEvent(event.name, event.attributes);
            open.recordException(new Error(error));
            open.setStatus({ code: SpanStatusCode.ERROR, message: error });
            open.addLink({ context: open.spanContext(), attributes: link });
          },
          (ending) => {
            if (way === 'in place') maskSpanInPlace(ending, masker, KEEP);
          },
        );
        const safe = way === 'in place' ? span : (maskedCopy(span, masker, KEEP) as ReadableSpan);
        for (const serializer of [JsonTraceSerializer, ProtobufTraceSerializer]) {
          const bytes = new TextDecoder('latin1').decode(serializer.serializeRequest([safe]));
          for (const [, pattern] of SECRETS) expect(bytes).not.toMatch(pattern);
        }
      }),
      { numRuns: 150 },
    );
  });
});
