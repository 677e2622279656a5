import { SpanStatusCode } from '@opentelemetry/api';
import { BatchSpanProcessor, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { VoiceTracer } from '../../src/conversation/tracer.js';
import type { ReadableSpanLike } from '../../src/otel/types.js';
import { VoiceSpanProcessor } from '../../src/processor/voice-span-processor.js';
import { MemoryExporter } from '../../src/testing/index.js';
import { KeepingProcessor, provider, spanId } from '../support/spans.js';

const SECRETS = ['jane.doe@example.com', '415-555-0123', '4242 4242 4242 4242', '536-22-8726'];
const TEXT = `mail ${SECRETS[0]}, call ${SECRETS[1]}, card ${SECRETS[2]}, ssn ${SECRETS[3]}`;

function bytesOf(spans: readonly ReadableSpanLike[]): string {
  return JSON.stringify(
    spans.map(({ name, attributes, events, status, links }) => [name, attributes, events, status, links]),
  );
}

function leaks(spans: readonly ReadableSpanLike[]): string[] {
  const bytes = bytesOf(spans);
  return SECRETS.filter((secret) => bytes.includes(secret));
}

/** A conversation and a foreign span, with secrets wherever text goes. */
function talk(sdk: ReturnType<typeof provider>): void {
  const session = new VoiceTracer({ tracerProvider: sdk }).startSession({
    agentId: 'a',
    metadata: { note: TEXT },
  });
  const turn = session.startUserTurn();
  turn.setTranscript(TEXT);
  turn.event('note', { deep: { text: TEXT } });
  const stage = turn.startStage('llm', { provider: 'openai', model: 'gpt-4.1-mini' });
  stage.setPayload({
    prompt: [{ role: 'user', content: TEXT }],
    toolCalls: [{ name: 'f', arguments: { to: TEXT } }],
  });
  stage.fail(new Error(TEXT));
  stage.end();
  turn.end();
  session.end({ reason: TEXT });
  const foreign = sdk.getTracer('somebody').startSpan(`POST ${TEXT}`, {
    attributes: { 'input.value': TEXT, list: ['a', TEXT] },
    links: [
      { context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }, attributes: { TEXT } },
    ],
  });
  foreign.recordException(new Error(TEXT));
  foreign.setStatus({ code: SpanStatusCode.ERROR, message: TEXT });
  foreign.end();
}

describe('masking by the processor', () => {
  it('reaches neighbours before and after it, exporters that flush at once included', async () => {
    const before = new KeepingProcessor();
    const after = new KeepingProcessor();
    const simple = new MemoryExporter();
    const batch = new MemoryExporter();
    const sdk = provider(
      before,
      new SimpleSpanProcessor(simple),
      new VoiceSpanProcessor(),
      new BatchSpanProcessor(batch),
      after,
    );
    talk(sdk);
    await sdk.forceFlush();
    for (const spans of [before.spans, after.spans, simple.spans, batch.spans]) {
      expect(spans).toHaveLength(4);
      expect(leaks(spans)).toEqual([]);
    }
    expect(before.spans[0]?.attributes['voice.masked.count']).toBeGreaterThan(0);
    expect(bytesOf(before.spans)).toContain('mail [REDACTED:email]');
  });

  it('where the SDK has no onEnding, its own exporter and the next processor get a masked copy', async () => {
    const exporter = new MemoryExporter();
    const next = new KeepingProcessor();
    const processor = new VoiceSpanProcessor({ exporter, next });
    const old = new KeepingProcessor();
    const withoutOnEnding = {
      onStart: processor.onStart.bind(processor),
      onEnd: processor.onEnd.bind(processor),
      forceFlush: () => processor.forceFlush(),
      shutdown: () => processor.shutdown(),
    };
    const sdk = provider(old, withoutOnEnding);
    talk(sdk);
    await sdk.forceFlush();
    expect(leaks(exporter.spans)).toEqual([]);
    expect(leaks(next.spans)).toEqual([]);
    expect(leaks(old.spans)).toEqual(SECRETS);
    expect(exporter.spans.map(spanId)).toEqual(old.spans.map(spanId));
    expect(exporter.spans.find(({ name }) => name === 'voice.session')?.attributes).toMatchObject({
      'voice.session.user_turn_count': 1,
    });
  });

  it('leaves frozen attributes alone and copies instead', async () => {
    const exporter = new MemoryExporter();
    const processor = new VoiceSpanProcessor({ exporter });
    const freezing = new KeepingProcessor();
    const sdk = provider(
      {
        ...freezing,
        onStart: () => {},
        onEnding: (span: ReadableSpanLike) => {
          Object.freeze(span.attributes);
        },
        onEnd: () => {},
        forceFlush: async () => {},
        shutdown: async () => {},
      },
      processor,
    );
    talk(sdk);
    await sdk.forceFlush();
    expect(exporter.spans).toHaveLength(4);
    expect(leaks(exporter.spans)).toEqual([]);
    expect(exporter.spans.find(({ name }) => name === 'voice.session')?.attributes).toMatchObject({
      'voice.session.user_turn_count': 1,
      'voice.session.cost.missing_count': 1,
    });
  });

  it('masker: false masks nothing, and captureContent: false leaves no content', async () => {
    const raw = new KeepingProcessor();
    talk(provider(new VoiceSpanProcessor({ masker: false }), raw));
    expect(leaks(raw.spans)).toEqual(SECRETS);

    const bare = new KeepingProcessor();
    talk(provider(new VoiceSpanProcessor({ masker: false, captureContent: false }), bare));
    expect(leaks(bare.spans.filter(({ name }) => !name.startsWith('POST')))).toEqual([]);
    expect(bare.spans[0]?.attributes).not.toHaveProperty('gen_ai.input.messages');
  });

  it('never damages ids, models or enum values', () => {
    const kept = new KeepingProcessor();
    const sdk = provider(new VoiceSpanProcessor(), kept);
    const id = 's_4242424242424242';
    const session = new VoiceTracer({ tracerProvider: sdk }).startSession({ agentId: 'a', sessionId: id });
    const turn = session.startUserTurn({ turnId: 't_4155550123415555' });
    turn.startStage('stt', { model: 'model-4155550123', stageId: 'st_4242424242424242' }).end();
    turn.end();
    session.end();
    for (const { attributes } of kept.spans) expect(attributes['voice.session.id']).toBe(id);
    expect(kept.spans[0]).toMatchObject({
      name: 'speech_to_text model-4155550123',
      attributes: {
        'voice.turn.id': 't_4155550123415555',
        'voice.stage.id': 'st_4242424242424242',
        'gen_ai.request.model': 'model-4155550123',
      },
    });
  });
});
