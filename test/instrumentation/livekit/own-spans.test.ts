/**
 * LiveKit's own spans about a call that is recorded here, on a real `AgentSession` with a global tracer provider. What is
 * counted, is counted by the rules of Langfuse's server (test/backends/langfuse.test.ts names their source): every numeric
 * `gen_ai.usage.*` of every span that is no `invoke_agent`.
 */
import { initializeLogger } from '@livekit/agents';
import { dispose } from '@livekit/rtc-node';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ReadableSpanLike } from '../../../src/otel/types.js';
import { type AttachOptions, VoiceObservability } from '../../../src/presets/livekit.js';
import { VoiceSpanProcessor } from '../../../src/processor/voice-span-processor.js';
import { MemoryExporter } from '../../../src/testing/index.js';
import { KeepingProcessor } from '../../support/spans.js';
import { Call } from './fakes/call.js';
import { outlineOf } from './outline.js';

beforeAll(() => initializeLogger({ pretty: false, level: 'silent' }));
afterAll(() => dispose());

const QUESTION = 'My mail is ana@example.com';
const OURS = [
  'session user_initiated',
  '0 user "My mail is [REDACTED:email]" completed [stt vad]',
  '1 agent "I see what you mean." completed answers 0 [llm tts]',
];

/** LiveKit keeps to the first global provider that it has seen: one for all tests, emptied before each. */
class BackEnd {
  readonly #neighbour = new KeepingProcessor();
  readonly #exporter = new MemoryExporter();
  readonly #processor = new VoiceSpanProcessor({ exporter: this.#exporter });

  constructor() {
    const spanProcessors = [this.#processor, this.#neighbour];
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
  }

  async empty(): Promise<void> {
    await this.#processor.forceFlush();
    this.#exporter.reset();
    this.#neighbour.spans.length = 0;
  }

  /** What our exporter got. */
  async spans(): Promise<{ ours: ReadableSpanLike[]; livekit: ReadableSpanLike[] }> {
    await this.#processor.forceFlush();
    return parted(this.#exporter.spans);
  }

  /** What an exporter beside ours got. */
  get neighbours(): readonly ReadableSpanLike[] {
    return this.#neighbour.spans;
  }
}

const backEnd = new BackEnd();
afterAll(() => trace.disable());

function parted(spans: readonly ReadableSpanLike[]): {
  ours: ReadableSpanLike[];
  livekit: ReadableSpanLike[];
} {
  return {
    ours: spans.filter(({ instrumentationScope }) => instrumentationScope.name === 'voice-otel'),
    livekit: spans.filter(({ instrumentationScope }) => instrumentationScope.name === 'livekit-agents'),
  };
}

/** Input and output tokens as Langfuse sums them over a trace. */
function tokens(spans: readonly ReadableSpanLike[]): number {
  let sum = 0;
  for (const { attributes } of spans) {
    if (attributes['gen_ai.operation.name'] === 'invoke_agent') continue;
    sum += Number(attributes['gen_ai.usage.input_tokens'] ?? 0);
    sum += Number(attributes['gen_ai.usage.output_tokens'] ?? 0);
  }
  return sum;
}

async function callOf(attach: Partial<AttachOptions> | undefined, options = {}): Promise<void> {
  const call = new Call({ attach: null, hears: [QUESTION] });
  if (attach !== undefined) {
    new VoiceObservability(options).attach(call.session, { agentId: 'a', ...attach });
  }
  await call.start();
  await call.exchange(600);
  await call.close();
}

/** With the context manager of a NodeSDK, and as a lone tracer provider leaves it. */
describe.each([true, false])('LiveKit’s own spans, context manager: %s', (withManager) => {
  const manager = new AsyncLocalStorageContextManager();

  beforeEach(async () => {
    if (withManager) context.setGlobalContextManager(manager.enable());
    await backEnd.empty();
  });
  afterEach(() => context.disable());

  it('are left out by our exporters; a neighbour gets them as ever', async () => {
    await callOf({});
    const { ours, livekit } = await backEnd.spans();
    expect(outlineOf(ours)).toEqual(OURS);
    expect(livekit).toEqual([]);
    const names = parted(backEnd.neighbours).livekit.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['agent_session', 'agent_turn', 'llm_request']));
    expect(tokens(backEnd.neighbours)).toBe(2 * tokens(ours));
  });

  it.each([
    ['attach', { livekitSpans: 'keep' }, {}],
    ['the constructor', {}, { livekitSpans: 'keep' }],
  ] as const)('are kept where %s says so: masked, and no token counts twice', async (_, attach, options) => {
    await callOf(attach, options);
    const { ours, livekit } = await backEnd.spans();
    expect(outlineOf(ours)).toEqual(OURS);
    expect(livekit.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['agent_session', 'user_turn', 'agent_turn', 'llm_node', 'llm_request']),
    );
    expect(JSON.stringify(livekit.map(({ attributes, events }) => [attributes, events]))).toContain(
      'My mail is [REDACTED:email]',
    );
    expect(JSON.stringify(livekit.map((span) => ({ ...span })))).not.toContain('ana@example.com');
    expect(tokens(livekit)).toBe(0);
    expect(livekit.filter(({ attributes }) => attributes['gen_ai.request.model'] !== undefined)).toEqual([]);
    const [llm] = ours.filter(({ name }) => name.startsWith('chat'));
    expect(tokens([...ours, ...livekit])).toBe(tokens(llm === undefined ? [] : [llm]));
    expect(tokens(ours)).toBeGreaterThan(0);
  });

  it('of a session that is not attached are shipped whole', async () => {
    await callOf(undefined);
    const { ours, livekit } = await backEnd.spans();
    expect(ours).toEqual([]);
    expect(livekit.map(({ name }) => name)).toContain('agent_session');
    expect(tokens(livekit)).toBeGreaterThan(0);
  });

  it('are shipped again after detach', async () => {
    const call = new Call({ attach: null, hears: ['Hello', 'Hello again'] });
    const attachment = new VoiceObservability().attach(call.session, { agentId: 'a' });
    await call.start();
    await call.exchange(600);
    attachment.detach();
    await call.exchange(600);
    await call.close();
    const { ours, livekit } = await backEnd.spans();
    expect(ours.filter(({ name }) => name === 'voice.agent_turn')).toHaveLength(1);
    expect(livekit.filter(({ name }) => name === 'agent_turn')).toHaveLength(1);
    expect(tokens(livekit)).toBe(tokens(ours));
  });
});

it('of one session are judged apart from those of another in the same process', async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  await backEnd.empty();
  try {
    await Promise.all([callOf({}), callOf(undefined)]);
    const { ours, livekit } = await backEnd.spans();
    expect(outlineOf(ours)).toEqual(OURS);
    expect(livekit.filter(({ name }) => name === 'agent_session')).toHaveLength(1);
    expect(tokens(livekit)).toBe(tokens(ours));
  } finally {
    context.disable();
  }
});
