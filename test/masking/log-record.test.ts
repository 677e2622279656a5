import { logs } from '@opentelemetry/sdk-node';
import { describe, expect, it } from 'vitest';
import {
  VoiceLogRecordProcessor,
  type VoiceLogRecordProcessorOptions,
} from '../../src/masking/log-record.js';
import type { Masker } from '../../src/masking/types.js';

/** What the SDK's own exporter gets behind our processor. */
function emit(record: object, options: VoiceLogRecordProcessorOptions = {}): logs.ReadableLogRecord {
  const exporter = new logs.InMemoryLogRecordExporter();
  const provider = new logs.LoggerProvider({
    processors: [new VoiceLogRecordProcessor(options), new logs.SimpleLogRecordProcessor({ exporter })],
  });
  provider.getLogger('test').emit(record);
  const [first] = exporter.getFinishedLogRecords();
  if (first === undefined) throw new Error('nothing was exported');
  return first;
}

describe('log records', () => {
  it('are masked in body, attributes and event name', () => {
    const record = emit({
      body: 'mail john@example.com',
      eventName: 'call 415-555-0123',
      attributes: {
        note: '415-555-0123',
        nested: { list: ['a@b.co'] },
        'gen_ai.request.model': 'm-4155550123',
      },
    });
    expect(record.body).toBe('mail [REDACTED:email]');
    expect(record.eventName).toBe('call [REDACTED:phone]');
    expect(record.attributes).toEqual({
      note: '[REDACTED:phone]',
      nested: { list: ['[REDACTED:email]'] },
      'gen_ai.request.model': 'm-4155550123',
    });
  });

  it('structured bodies are followed', () => {
    expect(
      emit({ body: { messages: [{ content: 'four one five five five five oh one two three' }] } }).body,
    ).toEqual({
      messages: [{ content: '[REDACTED:phone]' }],
    });
  });

  it('messages go when content is not captured, other logs stay', () => {
    const message = {
      eventName: 'gen_ai.user.message',
      body: { content: 'hello' },
      attributes: { content: 'hello', index: 1 },
    };
    const dropped = emit(message, { captureContent: false });
    expect(dropped.body).toBeUndefined();
    expect(dropped.attributes).toEqual({ index: 1 });
    expect(emit({ body: 'started' }, { captureContent: false }).body).toBe('started');
    expect(emit(message, { captureContent: true }).body).toEqual({ content: 'hello' });
  });

  it('a masker that throws blanks', () => {
    const broken: Masker = {
      mask: () => {
        throw new Error('broken');
      },
      detect: () => [],
    };
    const record = emit({ body: 'secret', attributes: { note: 'secret' } }, { masker: broken });
    expect(record.body).toBe('[REDACTED:masking_failed]');
    expect(JSON.stringify(record.attributes)).not.toContain('secret');
  });

  it('options are checked', () => {
    expect(() => new VoiceLogRecordProcessor({ masker: {} as Masker })).toThrow(
      /masker must have a function mask/,
    );
    expect(() => new VoiceLogRecordProcessor({ captureContent: 'no' as unknown as boolean })).toThrow(
      TypeError,
    );
  });
});
