import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OtlpHttpExporter } from '../../src/exporters/otlp-http/exporter.js';
import { resetWarnings } from '../../src/otel/diagnostics.js';
import { defaultPipeline, defaultPlan } from '../../src/presets/pipeline.js';
import { otlpExporter, privateProvider, sdkMissing } from '../../src/presets/sdk.js';
import { Receiver, spansOfLines } from '../support/otlp-receiver.js';
import { provider } from '../support/spans.js';

const VARIABLES = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
  'OTEL_SDK_DISABLED',
  'OTEL_TRACES_EXPORTER',
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  'VOICE_OTEL_FILE',
];

let folder: string;
let file: string;
let warnings: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voice-otel-pipeline-'));
  file = join(folder, 'call.otlp.jsonl');
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
  resetWarnings();
  warnings = [];
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void warnings.push(line));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  trace.disable();
  rmSync(folder, { recursive: true });
});

function call(pipeline: ReturnType<typeof defaultPipeline>): void {
  const session = pipeline.tracer.startSession({ agentId: 'a', userId: 'u_42' });
  session.userTurn((turn) => turn.setTranscript('My mail is ana@example.com'));
  session.end();
}

describe('without a global tracer provider', () => {
  it('spans go to a file, masked', async () => {
    vi.stubEnv('VOICE_OTEL_FILE', file);
    const pipeline = defaultPipeline();
    expect(pipeline.destination).toBe(file);
    expect(defaultPlan()).toEqual({ destination: file, missing: [] });
    call(pipeline);
    await pipeline.forceFlush();
    const [turn, session] = spansOfLines(readFileSync(file, 'utf8'));
    expect(turn?.attributes['voice.turn.transcript']).toBe('My mail is [REDACTED:email]');
    expect(session?.name).toBe('voice.session');
    expect(session?.resource.attributes['service.name']).toBe('voice-agent');
    await pipeline.shutdown();
  });

  it('spans go to an endpoint, and to a file beside it where one is named', async () => {
    const receiver = new Receiver();
    await receiver.start();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.url);
    vi.stubEnv('OTEL_SERVICE_NAME', 'phone');
    expect(defaultPlan()).toEqual({ destination: receiver.url, missing: [] });
    vi.stubEnv('VOICE_OTEL_FILE', file);
    expect(defaultPlan()).toEqual({ destination: `${receiver.url} and ${file}`, missing: [] });
    const pipeline = defaultPipeline();
    expect(pipeline.destination).toBe(`${receiver.url} and ${file}`);
    call(pipeline);
    await pipeline.shutdown();
    const names = ['voice.user_turn', 'voice.session'];
    expect(receiver.spans.map(({ name }) => name)).toEqual(names);
    expect(spansOfLines(readFileSync(file, 'utf8')).map(({ name }) => name)).toEqual(names);
    expect(receiver.spans[0]?.resource.attributes['service.name']).toBe('phone');
    await receiver.close();
  });

  it('an empty variable is not set', () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', '');
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', '');
    vi.stubEnv('VOICE_OTEL_FILE', '');
    expect(defaultPlan()).toEqual({ destination: 'files under traces/, one a process', missing: [] });
    expect(defaultPipeline().destination).toMatch(/traces[\\/]\d{4}-\d\d-\d\dT[\d-]+Z-\d+\.otlp\.jsonl$/);
  });

  it.each([
    ['OTEL_SDK_DISABLED', 'true', 'OTEL_SDK_DISABLED is true'],
    ['OTEL_TRACES_EXPORTER', 'none', 'OTEL_TRACES_EXPORTER is none'],
  ])('%s=%s records nothing', (name, value, why) => {
    vi.stubEnv(name, value);
    vi.stubEnv('VOICE_OTEL_FILE', file);
    const pipeline = defaultPipeline();
    expect(pipeline.destination).toBe(`nowhere: ${why}`);
    expect(defaultPlan().destination).toBe(`nowhere: ${why}`);
    call(pipeline);
    expect(() => readFileSync(file)).toThrow('ENOENT');
    expect(warnings).toEqual([]);
  });

  it('a protocol that is not supported is said, and the session can be used', () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:4317');
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc');
    const pipeline = defaultPipeline();
    expect(pipeline.destination).toMatch(/^nowhere: Error: OTEL_EXPORTER_OTLP_PROTOCOL is grpc/);
    expect(defaultPlan().missing).toEqual([expect.stringMatching(/^OTEL_EXPORTER_OTLP_PROTOCOL is grpc/)]);
    expect(warnings).toEqual([
      expect.stringMatching(/^voice-otel: nothing is recorded: Error: OTEL_EXPORTER_OTLP_PROTOCOL is grpc/),
    ]);
    call(pipeline);
  });
});

describe('with a global tracer provider', () => {
  it('spans go there, whatever variables say, and it stays open', async () => {
    vi.stubEnv('VOICE_OTEL_FILE', file);
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(provider(new SimpleSpanProcessor(exporter)));
    const pipeline = defaultPipeline();
    expect(pipeline.destination).toBe("the application's global tracer provider");
    expect(defaultPlan()).toEqual({ destination: "the application's global tracer provider", missing: [] });
    call(pipeline);
    await pipeline.shutdown();
    call(pipeline);
    expect(exporter.getFinishedSpans()).toHaveLength(4);
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });
});

describe('what is installed here', () => {
  it('is an SDK; the OTLP exporter is ours', () => {
    expect(sdkMissing()).toBeUndefined();
    expect(typeof privateProvider([], 'x').getTracer).toBe('function');
    expect(otlpExporter('http/json')).toBeInstanceOf(OtlpHttpExporter);
    expect(() => otlpExporter('grpc')).toThrow('OTEL_EXPORTER_OTLP_PROTOCOL is grpc');
  });
});
