/**
 * Model calls that another instrumentation traces inside our `llm` stages: priced and counted once. The spans of the
 * OpenAI client's instrumentation and of the Vercel AI SDK are recorded (test/fixtures/cost/README.md), LiveKit's come
 * from a real run of `@livekit/agents`.
 */
import { readFileSync } from 'node:fs';
import { initializeLogger, llm as livekit, telemetry } from '@livekit/agents';
import { type Context, context, type SpanKind, type Tracer, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LlmPayload } from '../../src/conversation/payloads.js';
import { VoiceTracer } from '../../src/conversation/tracer.js';
import { createPriceTable } from '../../src/cost/price-table.js';
import type { ReadableSpanLike } from '../../src/otel/types.js';
import type { VoiceSpanProcessorOptions } from '../../src/processor/options.js';
import { VoiceSpanProcessor } from '../../src/processor/voice-span-processor.js';
import { checkConformance } from '../../src/testing/index.js';
import { FakeLlm } from '../instrumentation/livekit/fakes/model.js';
import { KeepingProcessor, named, outline, provider } from '../support/spans.js';

interface RecordedSpan {
  id: string;
  parent?: string;
  scope: string;
  name: string;
  kind: SpanKind;
  attributes: Record<string, string | number | boolean | string[]>;
}

interface RecordedCall {
  name: string;
  spans: RecordedSpan[];
}

const file = new URL('../fixtures/cost/inner-calls.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as RecordedCall[];
/** Worked out by hand from gpt-4.1-mini's list prices per million: 0.40 in, 0.10 cached, 1.60 out. */
const BY_HAND: Readonly<Record<string, number>> = {
  // This instrumentation does not report cached tokens: 420 · 0.40 + 80 · 1.60
  'OpenAI client, chat completion': 0.000296,
  'OpenAI client, streamed': 0.000296,
  // 320 · 0.40 + 100 · 0.10 + 80 · 1.60
  'Vercel AI SDK, generateText': 0.000266,
  'Vercel AI SDK, streamText': 0.000266,
  // (420 + 460) · 0.40 + (20 + 60) · 1.60; the outer span repeats the sum
  'Vercel AI SDK, generateText with a tool': 0.00048,
};
/** 420 · 0.40 + 80 · 1.60 per million. */
const OWN: LlmPayload = { promptTokens: 420, completionTokens: 80 };
const OWN_COST = 0.000296;
const MODEL = { provider: 'openai', model: 'gpt-4.1-mini' };

let kept: KeepingProcessor;
beforeEach(() => {
  kept = new KeepingProcessor();
});

/** An agent turn with one `llm` stage, in which `inside` happens. */
function call(
  inside: (stage: Context, tracer: (scope: string) => Tracer) => void,
  { payload, model = {}, options = {} }: Partial<CallOptions> = {},
): void {
  const sdk = provider(new VoiceSpanProcessor(options), kept);
  const session = new VoiceTracer({ tracerProvider: sdk }).startSession({ agentId: 'a' });
  session.agentTurn((turn) => {
    const stage = turn.startStage('llm', model);
    inside(stage.context, (scope) => sdk.getTracer(scope));
    if (payload !== undefined) stage.setPayload(payload);
    stage.end();
  });
  session.end();
}

interface CallOptions {
  payload: LlmPayload;
  model: { provider?: string; model?: string };
  options: VoiceSpanProcessorOptions;
}

/** The recorded spans, each inside the one that it was inside of. */
function replay({ spans }: RecordedCall) {
  return (stage: Context, tracer: (scope: string) => Tracer): void => {
    const under = (parent: string | undefined, at: Context): void => {
      for (const { id, scope, name, kind, attributes } of spans.filter((span) => span.parent === parent)) {
        const span = tracer(scope).startSpan(name, { kind, attributes }, at);
        under(id, trace.setSpan(at, span));
        span.end();
      }
    };
    under(undefined, stage);
  };
}

/** What a span of ours says about cost. */
function costs(name: string): Record<string, unknown> {
  const [span] = named(kept.spans, name).filter(({ attributes }) => 'voice.session.id' in attributes);
  return Object.fromEntries(
    Object.entries(span?.attributes ?? {}).filter(([key]) => /(^|\.)cost(\.|$)/.test(key)),
  );
}

/** Spans of others, which must stay as they are. */
function pricedStrangers(): ReadableSpanLike[] {
  return kept.spans.filter(
    ({ attributes }) =>
      attributes['voice.stage.type'] === undefined && attributes['voice.cost.amount'] !== undefined,
  );
}

describe('a model call that another instrumentation traces inside our stage', () => {
  const cases = recorded.map((one) => [one.name, one] as const);

  it('is recorded of the two instrumentations, in five forms', () => {
    expect(recorded.map(({ name }) => name).sort()).toEqual(Object.keys(BY_HAND).sort());
  });

  it.each(cases)('%s: the stage that knows its tokens is priced by them, once', (_name, one) => {
    call(replay(one), { payload: OWN, model: MODEL });
    expect(costs('chat gpt-4.1-mini')).toMatchObject({ 'voice.cost.amount': OWN_COST });
    expect(costs('voice.agent_turn')).toMatchObject({
      'voice.turn.cost.total': OWN_COST,
      'voice.turn.cost.llm': OWN_COST,
      'voice.turn.cost.missing_count': 0,
    });
    expect(costs('voice.session')).toMatchObject({ 'voice.session.cost.total': OWN_COST });
    expect(pricedStrangers()).toEqual([]);
  });

  it.each(cases)('%s: the stage that does not is priced by what is inside, once', (name, one) => {
    const amount = BY_HAND[name];
    call(replay(one));
    expect(costs('chat')).toEqual({
      'voice.cost.amount': amount,
      'voice.cost.currency': 'USD',
      'voice.cost.source': 'price_table',
      'voice.cost.estimated': false,
      'voice.cost.price_date': '2026-09-23',
    });
    // The tokens stay where they were reported: back ends add them up over spans.
    expect(Object.keys(named(kept.spans, 'chat')[0]?.attributes ?? {}).join()).not.toContain('usage');
    expect(costs('voice.session')).toEqual({
      'voice.session.cost.total': amount,
      'voice.session.cost.llm': amount,
      'voice.session.cost.missing_count': 0,
      'voice.cost.currency': 'USD',
    });
    expect(pricedStrangers()).toEqual([]);
    expect(checkConformance(kept.spans)).toEqual([]);
  });

  it('of LiveKit, in a real run, is priced once', async () => {
    const manager = new AsyncLocalStorageContextManager().enable();
    context.setGlobalContextManager(manager);
    const sdk = provider(new VoiceSpanProcessor(), kept);
    telemetry.setTracerProvider(sdk, { allowPii: true, registerSpanProcessor: () => {} });
    try {
      const model = new FakeLlm(() => ({ text: 'On its way.', ttftMs: 1 }));
      const session = new VoiceTracer({ tracerProvider: sdk }).startSession({ agentId: 'a' });
      await session.agentTurn((turn) =>
        turn.stage('llm', {}, async () => {
          const chatCtx = new livekit.ChatContext();
          chatCtx.addMessage({ role: 'user', content: 'Where is my order?' });
          for await (const _chunk of model.chat({ chatCtx }));
        }),
      );
      session.end();
    } finally {
      context.disable();
    }
    expect(outline(kept.spans)).toEqual([
      'voice.session',
      '  voice.agent_turn',
      '    chat',
      '      llm_request',
      '        llm_request_run',
    ]);
    expect(named(kept.spans, 'llm_request')[0]?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.cache_read.input_tokens': 10,
    });
    // 90 · 0.40 + 10 · 0.10 + 20 · 1.60 per million
    expect(costs('voice.session')).toMatchObject({ 'voice.session.cost.total': 0.000069 });
    expect(pricedStrangers()).toEqual([]);
  });
});

describe('the calls inside a stage', () => {
  const client =
    (attributes: Record<string, string | number>) => (stage: Context, tracer: (s: string) => Tracer) =>
      tracer('client').startSpan('chat', { attributes }, stage).end();
  const usage = { 'gen_ai.usage.input_tokens': 420, 'gen_ai.usage.output_tokens': 80 };

  it('are priced under the names of the stage where they have none', () => {
    call(client(usage), { model: MODEL });
    expect(costs('voice.session')).toMatchObject({ 'voice.session.cost.total': OWN_COST });
  });

  it('do not count where the caller knows the cost', () => {
    call(client({ ...usage, 'gen_ai.request.model': 'gpt-4.1-mini' }), { payload: { costUsd: 0.5 } });
    expect(costs('voice.session')).toMatchObject({ 'voice.session.cost.total': 0.5 });
  });

  it('make the cost missing where one of them has no price', () => {
    call((stage, tracer) => {
      client({ ...usage, 'gen_ai.request.model': 'gpt-4.1-mini' })(stage, tracer);
      client({ ...usage, 'gen_ai.request.model': 'gpt-unheard-of', 'gen_ai.system': 'openai' })(
        stage,
        tracer,
      );
    });
    expect(costs('chat')).toEqual({ 'voice.cost.missing_reason': 'unknown_model' });
    expect(costs('voice.session')).toEqual({ 'voice.session.cost.missing_count': 1 });
  });

  it('are its own: nothing that came after, nothing beside it, no embeddings', () => {
    const priced = { ...usage, 'gen_ai.request.model': 'gpt-4.1-mini' };
    const sdk = provider(new VoiceSpanProcessor(), kept);
    const session = new VoiceTracer({ tracerProvider: sdk }).startSession({ agentId: 'a' });
    const tracer = (scope: string): Tracer => sdk.getTracer(scope);
    session.agentTurn((turn) => {
      const stage = turn.startStage('llm', MODEL);
      client({ ...priced, 'gen_ai.operation.name': 'embeddings' })(stage.context, tracer);
      stage.end();
      client(priced)(stage.context, tracer);
      client(priced)(turn.context, tracer);
    });
    session.end();
    expect(costs('voice.session')).toEqual({ 'voice.session.cost.missing_count': 1 });
  });

  it('count once where the outer span ends first, too', () => {
    call((stage, tracer) => {
      const outer = tracer('client').startSpan(
        'chat',
        { attributes: { ...usage, 'gen_ai.request.model': 'gpt-4.1-mini' } },
        stage,
      );
      const inner = tracer('client').startSpan(
        'chat',
        { attributes: { ...usage, 'gen_ai.request.model': 'gpt-4.1-mini' } },
        trace.setSpan(stage, outer),
      );
      outer.end();
      inner.end();
    });
    expect(costs('voice.session')).toMatchObject({ 'voice.session.cost.total': OWN_COST });
  });

  it('are priced by the table of the user', () => {
    const prices = createPriceTable({
      aliases: { 'azure/prod-eu-1': 'openai/gpt-4.1-mini' },
      overrides: [{ provider: 'openai', discount: 0.5 }],
      currency: 'EUR',
      exchangeRates: { USD: 0.5 },
    });
    call(client({ ...usage, 'gen_ai.provider.name': 'azure', 'gen_ai.request.model': 'prod-eu-1' }), {
      options: { prices },
    });
    // 0.000296 · 0.5 · 0.5
    expect(costs('voice.session')).toMatchObject({
      'voice.session.cost.total': 0.000074,
      'voice.cost.currency': 'EUR',
    });
  });

  it('are too many to know beyond a hundred', () => {
    const priced = client({ ...usage, 'gen_ai.request.model': 'gpt-4.1-mini' });
    call((stage, tracer) => {
      for (let index = 0; index < 101; index += 1) priced(stage, tracer);
    });
    expect(costs('voice.session')).toEqual({ 'voice.session.cost.missing_count': 1 });
  });

  it('are not looked at with prices: false', () => {
    call(client({ ...usage, 'gen_ai.request.model': 'gpt-4.1-mini' }), { options: { prices: false } });
    expect(costs('voice.session')).toEqual({});
  });
});

beforeAll(() => initializeLogger({ pretty: false, level: 'silent' }));
afterAll(() => context.disable());
