import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SpanKind } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FinishedRecording, RecordingSink } from '../../../src/audio/index.js';
import { VoiceSpanProcessor, VoiceTracer } from '../../../src/index.js';
import { AshrExporter, ashrOtlpExporter, Client } from '../../../src/presets/ashr.js';
import { type AshrMock, startAshrMock } from '../../../src/testing/ashr-mock/mock.js';
import { warnings } from '../../exporters/ashr/support.js';
import { FakeClock } from '../../support/clock.js';

let mock: AshrMock;

beforeEach(async () => {
  warnings();
  mock = await startAshrMock();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await mock.close();
});

describe('Client', () => {
  it('registers nothing global, and its own requests are not traced', async () => {
    const memory = new InMemorySpanExporter();
    const { context, trace } = await import('@opentelemetry/api');
    const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
    const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http');
    const manager = new AsyncLocalStorageContextManager().enable();
    context.setGlobalContextManager(manager);
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
    const instrumentation = new HttpInstrumentation();
    instrumentation.setTracerProvider(provider);
    try {
      const client = new Client({ apiKey: 'vo_key', baseUrl: mock.url });
      const session = client.startSession({ agentId: 'a' });
      session.startUserTurn().end();
      await client.uploadAudio({ sessionId: session.sessionId, audio: new Uint8Array(10), durationMs: 1 });
      session.end();
      await client.shutdown();
      expect(mock.audio.size).toBe(1);
      expect(memory.getFinishedSpans().filter(({ kind }) => kind === SpanKind.CLIENT)).toEqual([]);
      expect(trace.getTracer('x').startSpan('y').isRecording()).toBe(false);
    } finally {
      instrumentation.disable();
      context.disable();
    }
  });

  it('forgets sessions that have ended, however many there are', async () => {
    const client = new Client({ apiKey: 'vo_key', baseUrl: mock.url });
    const open = client.startSession({ agentId: 'a' });
    for (let index = 0; index < 200; index += 1) client.startSession({ agentId: 'a' }).end();
    await client.shutdown({ drainTimeoutMs: 20_000 });
    expect(open.ended).toBe(true);
    expect([...mock.sessions.values()].filter(({ patch }) => patch !== undefined)).toHaveLength(201);
  });

  it('captureContent: false sends no content', async () => {
    const client = new Client({ apiKey: 'vo_key', baseUrl: mock.url, captureContent: false });
    const session = client.startSession({ agentId: 'a', metadata: { plan: 'secret plan' } });
    session.userTurn((turn) => {
      turn.setTranscript('secret words');
      turn.event('barge_in', { heard: 'secret words' });
    });
    session.end();
    await client.shutdown();
    expect(JSON.stringify(mock.requests)).not.toContain('secret');
    expect(mock.store.turns.size).toBe(1);
    expect(mock.store.turnEvents.size).toBe(1);
  });

  it('is a sink for the recorder of voice-otel/audio', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ashr-sink-'));
    const path = join(folder, 'call.ogg');
    await writeFile(path, 'sound');
    const client = new Client({ apiKey: 'vo_key', baseUrl: mock.url });
    const sink: RecordingSink = client.recordingSink();
    const recording = { path, durationMs: 1200, codec: 'opus', sessionId: 's_1' };
    expect(await sink.store(recording as FinishedRecording)).toBeUndefined();
    expect([...mock.audio.values()]).toMatchObject([
      { sessionId: 's_1', bytes: 5, committed: { codec: 'opus', duration_ms: 1200 } },
    ]);
    expect(existsSync(path)).toBe(true);
    await client.shutdown();
    await rm(folder, { recursive: true });
  });
});

describe('AshrExporter in a set-up of somebody else', () => {
  it('beside another exporter, behind a BatchSpanProcessor of the SDK', async () => {
    const memory = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      spanProcessors: [
        new VoiceSpanProcessor(),
        new SimpleSpanProcessor(memory),
        new BatchSpanProcessor(new AshrExporter({ apiKey: 'vo_key', baseUrl: mock.url })),
      ],
    });
    const session = new VoiceTracer({ tracerProvider: provider }).startSession({ agentId: 'a' });
    session.agentTurn((turn) => {
      turn.stage('llm', { provider: 'openai', model: 'gpt-4.1-mini' }, (stage) =>
        stage.setPayload({ promptTokens: 1000, completionTokens: 100 }),
      );
      turn.setTranscript('mail jane.doe@example.com');
    });
    session.end();
    await provider.forceFlush();

    const spans = memory.getFinishedSpans();
    const total = spans.find(({ name }) => name === 'voice.session')?.attributes['voice.session.cost.total'];
    expect(total).toBeGreaterThan(0);
    // Both sides show the same.
    expect(mock.sessions.get(session.sessionId)?.patch?.rollups).toMatchObject({
      total_cost_usd: total,
      turn_count: 1,
    });
    expect([...mock.store.turns.values()]).toMatchObject([
      { transcript: 'mail [REDACTED:email]', cost_usd: total },
    ]);
    await provider.shutdown();
  });

  it('two exporters of one processor show the same TTFA, costs and turns', async () => {
    const memory = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      spanProcessors: [
        new VoiceSpanProcessor({
          exporter: [memory, new AshrExporter({ apiKey: 'vo_key', baseUrl: mock.url })],
        }),
      ],
    });
    const clock = new FakeClock();
    const session = new VoiceTracer({ tracerProvider: provider, clock }).startSession({ agentId: 'a' });
    const user = session.startUserTurn();
    clock.pass(700);
    user.speechEnded();
    user.end();
    const agent = session.startAgentTurn();
    clock.pass(1234);
    agent.firstAudio();
    clock.pass(800);
    agent.end();
    session.end();
    await provider.forceFlush();
    const spans = memory.getFinishedSpans();
    const turn = spans.find(({ name }) => name === 'voice.agent_turn');
    const ttfa = Number(turn?.attributes['voice.turn.time_to_first_audio']);
    expect(ttfa).toBe(1.234);
    expect(mock.store.turns.get(agent.turnId)?.ttfa_ms).toBe(1234);
    const ended = spans.find(({ name }) => name === 'voice.session')?.attributes;
    expect(mock.sessions.get(session.sessionId)?.patch?.rollups).toMatchObject({
      turn_count: ended?.['voice.session.turn_count'],
      p95_ttfa_ms: Math.round(Number(ended?.['voice.session.time_to_first_audio.p95']) * 1000),
    });
    await provider.shutdown();
  });
});

describe('ashrOtlpExporter', () => {
  it('sends OTLP to the documented path with the key', async () => {
    const seen: Pick<IncomingMessage, 'url' | 'headers'>[] = [];
    const server = createServer((request, response) => {
      seen.push({ url: request.url, headers: request.headers });
      request.resume().on('end', () => response.writeHead(200).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const exporter = ashrOtlpExporter({
      apiKey: 'tp_key',
      baseUrl: `http://127.0.0.1:${port}/testing-platform-api/`,
    });
    const processor = new VoiceSpanProcessor({ exporter });
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [processor] });
    new VoiceTracer({ tracerProvider }).startSession({ agentId: 'a' }).end();
    await processor.shutdown();
    expect(seen).toMatchObject([
      { url: '/testing-platform-api/v1/traces', headers: { authorization: 'Bearer tp_key' } },
    ]);
    await new Promise((resolve) => server.close(resolve));
  });

  it.each<[object, string]>([
    [{}, 'apiKey must be a key'],
    [{ apiKey: 'vo_key' }, 'begins with vo_, which is a key of the voice ingest'],
    [{ apiKey: 'tp_key', baseUrl: 'ashr' }, 'baseUrl must be an http(s) URL'],
  ])('%j is a TypeError', (options, message) => {
    expect(() => ashrOtlpExporter(options as never)).toThrow(TypeError);
    expect(() => ashrOtlpExporter(options as never)).toThrow(message);
  });
});
