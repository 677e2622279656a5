import { context } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VoiceTracer } from '../../src/conversation/tracer.js';
import { encodeTraceRequest, type OtlpSpan } from '../../src/exporters/otlp-json.js';
import type { Gateway } from '../../src/gateway/gateway.js';
import { VoiceSpanProcessor } from '../../src/processor/voice-span-processor.js';
import { BackEnd, gatewayTo, JSON_TYPE, post, spansOf } from './support.js';

/** A conversation written with the tracer and exported raw, as by an application without our processor. */
async function rawConversation(): Promise<InMemorySpanExporter> {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  let now = 1_795_398_770_000;
  const clock = { wallMs: () => now, monotonicMs: () => now };
  const session = new VoiceTracer({ tracerProvider, clock }).startSession({
    agentId: 'front-desk',
    sessionId: 'call-1',
  });
  for (let i = 0; i < 3; i += 1) {
    const user = session.startUserTurn();
    const stt = user.startStage('stt', { provider: 'deepgram', model: 'nova-3' });
    now += 2000;
    const stop = now;
    // The recogniser takes 300 ms to be sure.
    now += 300;
    user.speechEnded(stop);
    stt.setPayload({ audioDurationMs: 2400, finalTranscript: 'My number is 202-555-0143' });
    stt.end();
    user.setTranscript('My number is 202-555-0143');
    user.end();
    const agent = session.startAgentTurn();
    const llm = agent.startStage('llm', { provider: 'openai', model: 'gpt-4.1-mini' });
    now += 400 + 100 * i;
    llm.setPayload({ promptTokens: 420, completionTokens: 80, completion: 'Thank you' });
    llm.end();
    agent.firstAudio(now);
    now += 1500;
    agent.lastAudio(now);
    agent.end();
  }
  session.end({ reason: 'user_left' });
  await tracerProvider.forceFlush();
  return exporter;
}

let backEnd: BackEnd;
let gateway: Gateway;

beforeEach(async () => {
  backEnd = await BackEnd.start();
  gateway = await gatewayTo(backEnd);
});

afterEach(async () => {
  await gateway.shutdown();
  await backEnd.close();
});

function attributesById(spans: readonly OtlpSpan[]): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    spans.map(({ spanId, name, attributes }) => [
      `${name} ${spanId}`,
      Object.fromEntries(attributes.map(({ key, value }) => [key, value])),
    ]),
  );
}

describe('spans that come over the wire', () => {
  it('get what the processor in the process would have given them, whatever their order in the request', async () => {
    const exporter = await rawConversation();
    const spans = exporter.getFinishedSpans();
    // The session first and the last turn before the first: the worst for a roll-up.
    const raw = encodeTraceRequest([...spans].reverse());
    expect(spansOf(raw)).toHaveLength(13);
    expect(JSON.stringify(raw)).not.toContain('voice.cost.amount');

    expect((await post(gateway, '/v1/traces', JSON_TYPE, JSON.stringify(raw))).status).toBe(200);
    await gateway.flush();

    const processor = new VoiceSpanProcessor();
    for (const span of spans) {
      processor.onStart(span, context.active());
      processor.onEnding(span);
    }
    const expected = attributesById(spansOf(encodeTraceRequest(spans)));
    expect(attributesById(backEnd.spans())).toEqual(expected);
    await processor.shutdown();
  });

  it('are priced and timed as worked out by hand', async () => {
    const raw = encodeTraceRequest((await rawConversation()).getFinishedSpans());
    await post(gateway, '/v1/traces', JSON_TYPE, JSON.stringify(raw));
    await gateway.flush();
    const session = backEnd.spans().find(({ name }) => name === 'voice.session');
    const attributes = Object.fromEntries((session?.attributes ?? []).map(({ key, value }) => [key, value]));
    expect(attributes).toMatchObject({
      'voice.session.turn_count': { intValue: '6' },
      // 300 ms end-pointing + 400, 500, 600 ms: nearest rank.
      'voice.session.response_latency.p50': { doubleValue: 0.8 },
      'voice.session.response_latency.p95': { doubleValue: 0.9 },
      'voice.session.time_to_first_audio.p50': { doubleValue: 0.5 },
      // 3 · (2.4 s · $0.0048/min + 420 · $0.40/1M + 80 · $1.60/1M).
      'voice.session.cost.total': { doubleValue: 0.001464 },
      'voice.session.cost.missing_count': { intValue: '0' },
    });
    expect(JSON.stringify(backEnd.spans())).not.toContain('555-0143');
  });
});
