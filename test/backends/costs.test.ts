/**
 * Cost under the keys of other conventions (`compatibilityKeys`). Sources: Langfuse's server, 4.16.0 (commit 6275144 of
 * 2026-08-22), packages/shared/src/server/otel/OtelIngestionProcessor.ts: cost is the JSON of
 * `langfuse.observation.cost_details`, else `gen_ai.usage.cost`, else `llm.cost.total`, and is not looked at on agent
 * spans; a cost that is given wins over its own price list. Logfire's documentation and source of 2026-08-21
 * (`operation.cost`), Sentry's conventions of 2026-08-13 (`gen_ai.cost.total_tokens`). All are US dollars.
 */
import { describe, expect, it } from 'vitest';
import { VoiceTracer } from '../../src/conversation/tracer.js';
import { createPriceTable } from '../../src/cost/price-table.js';
import type { VoiceSpanProcessorOptions } from '../../src/processor/options.js';
import { VoiceSpanProcessor } from '../../src/processor/voice-span-processor.js';
import { checkConformance } from '../../src/testing/index.js';
import { KeepingProcessor, provider } from '../support/spans.js';
import { converse, named, OUTLINE, type ReceivedSpan, sum } from './conversation.js';

const ALL = ['langfuse', 'gen_ai', 'openinference', 'logfire', 'sentry'] as const;
const KEYS = [
  'langfuse.observation.cost_details',
  'gen_ai.usage.cost',
  'llm.cost.total',
  'operation.cost',
  'gen_ai.cost.total_tokens',
];

function keysOf({ attributes }: ReceivedSpan): string[] {
  return KEYS.filter((key) => key in attributes);
}

/** What Langfuse takes a span to have cost; undefined: worked out from its own price list. */
function langfuseCost({ attributes }: ReceivedSpan): number | undefined {
  if (['invoke_agent', 'agent_step'].includes(String(attributes['gen_ai.operation.name']))) return undefined;
  const details = attributes['langfuse.observation.cost_details'];
  if (details !== undefined) {
    const costs: Record<string, number> = JSON.parse(String(details));
    return costs.total ?? sum(Object.values(costs));
  }
  const given = attributes['gen_ai.usage.cost'] ?? attributes['llm.cost.total'];
  return given === undefined ? undefined : Number(given);
}

describe('compatibility keys', () => {
  it('are off by default', () => {
    expect(converse().flatMap(keysOf)).toEqual([]);
  });

  it('stand on every priced stage and on nothing else', () => {
    const spans = converse({}, { compatibilityKeys: ALL });
    expect(spans).toHaveLength(OUTLINE.length);
    for (const span of spans) {
      expect(keysOf(span), span.name).toEqual('voice.cost.amount' in span.attributes ? KEYS : []);
    }
    expect(spans.filter((span) => keysOf(span).length > 0).map(({ name }) => name)).toEqual([
      'text_to_speech sonic-2',
      'speech_to_text nova-3',
      'chat gpt-4.1-mini',
      'chat gpt-4.1-mini',
      'text_to_speech sonic-2',
      'speech_to_text nova-3',
      'chat gpt-4.1-mini',
    ]);
  });

  it('say the amount in the form that each is read in', () => {
    const [stt] = named(converse({}, { compatibilityKeys: ALL }), 'speech_to_text nova-3');
    // 1.35 s · $0.0048/min
    expect(stt?.attributes).toMatchObject({
      'voice.cost.amount': 0.000108,
      'langfuse.observation.cost_details': '{"total":0.000108}',
      'gen_ai.usage.cost': 0.000108,
      'llm.cost.total': 0.000108,
      'operation.cost': 0.000108,
      'gen_ai.cost.total_tokens': 0.000108,
    });
  });

  it.each([[['langfuse']], [['gen_ai']], [['openinference']], [ALL]] as const)(
    '%j: Langfuse adds up to what the session says, each stage once',
    (compatibilityKeys) => {
      const spans = converse({}, { compatibilityKeys });
      const [session] = named(spans, 'voice.session');
      const costs = spans.map(langfuseCost).filter((cost) => cost !== undefined);
      expect(costs).toHaveLength(7);
      expect(session?.attributes['voice.session.cost.total']).toBeCloseTo(sum(costs), 12);
    },
  );

  it('only those that are asked for', () => {
    const spans = converse({}, { compatibilityKeys: ['gen_ai'] });
    expect(new Set(spans.flatMap(keysOf))).toEqual(new Set(['gen_ai.usage.cost']));
  });
});

/** The spans of one agent turn with an `llm` stage of 420 + 80 tokens: $0.000296. */
function oneStage(
  options: VoiceSpanProcessorOptions,
  {
    payload = {},
    given = {},
  }: { payload?: { costUsd?: number }; given?: Record<string, string | number> } = {},
) {
  const kept = new KeepingProcessor();
  const sdk = provider(new VoiceSpanProcessor(options), kept);
  const session = new VoiceTracer({ tracerProvider: sdk }).startSession({ agentId: 'a' });
  session.agentTurn((turn) => {
    const span = sdk.getTracer('own').startSpan(
      'chat',
      {
        attributes: {
          'voice.session.id': session.sessionId,
          'voice.turn.id': turn.turnId,
          'voice.stage.type': 'llm',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'gpt-4.1-mini',
          'gen_ai.usage.input_tokens': 420,
          'gen_ai.usage.output_tokens': 80,
          ...given,
        },
      },
      turn.context,
    );
    span.end();
    if (payload.costUsd !== undefined) turn.stage('tts', {}, (stage) => stage.setPayload(payload));
  });
  session.end();
  return kept.spans;
}

describe('the amount under a compatibility key', () => {
  const gen_ai: VoiceSpanProcessorOptions = { compatibilityKeys: ['gen_ai'] };

  it('never replaces one that is there', () => {
    const [stage] = oneStage(gen_ai, { given: { 'gen_ai.usage.cost': 5 } });
    expect(stage?.attributes).toMatchObject({ 'gen_ai.usage.cost': 5, 'voice.cost.amount': 0.000296 });
  });

  it('is absent where the price is missing', () => {
    const [stage] = oneStage(gen_ai, { given: { 'gen_ai.request.model': 'gpt-unheard-of' } });
    expect(stage?.attributes).toMatchObject({ 'voice.cost.missing_reason': 'unknown_model' });
    expect(stage?.attributes).not.toHaveProperty('gen_ai.usage.cost');
  });

  it('is absent where it is not in US dollars', () => {
    const prices = createPriceTable({ currency: 'EUR', exchangeRates: { USD: '0.92' } });
    const spans = oneStage({ ...gen_ai, prices });
    // 0.000296 · 0.92
    expect(spans[0]?.attributes).toMatchObject({
      'voice.cost.amount': 0.00027232,
      'voice.cost.currency': 'EUR',
    });
    expect(spans.filter(({ attributes }) => 'gen_ai.usage.cost' in attributes)).toEqual([]);
  });

  it('is that of the caller where the caller knows, also with prices: false', () => {
    for (const prices of [undefined, false] as const) {
      const spans = oneStage(
        { ...gen_ai, ...(prices === undefined ? {} : { prices }) },
        { payload: { costUsd: 0.01 } },
      );
      const [tts] = spans.filter(({ attributes }) => attributes['voice.stage.type'] === 'tts');
      expect(tts?.attributes).toMatchObject({ 'voice.cost.source': 'caller', 'gen_ai.usage.cost': 0.01 });
    }
  });

  it('goes with spans that conform', () => {
    const kept = new KeepingProcessor();
    const sdk = provider(new VoiceSpanProcessor({ compatibilityKeys: ALL }), kept);
    const session = new VoiceTracer({ tracerProvider: sdk }).startSession({ agentId: 'a' });
    session.agentTurn((turn) =>
      turn.stage('stt', { provider: 'deepgram', model: 'nova-3' }, (stage) =>
        stage.setPayload({ audioDurationMs: 2400 }),
      ),
    );
    session.end();
    expect(kept.spans[0]?.attributes).toMatchObject({ 'gen_ai.usage.cost': 0.000192 });
    expect(checkConformance(kept.spans)).toEqual([]);
  });

  it('is absent on a stage that is priced by an instrumented call inside it, which the back end prices itself', () => {
    const kept = new KeepingProcessor();
    const sdk = provider(new VoiceSpanProcessor(gen_ai), kept);
    const session = new VoiceTracer({ tracerProvider: sdk }).startSession({ agentId: 'a' });
    session.agentTurn((turn) => {
      const stage = turn.startStage('llm');
      const attributes = {
        'gen_ai.system': 'openai',
        'gen_ai.request.model': 'gpt-4.1-mini',
        'gen_ai.usage.input_tokens': 420,
        'gen_ai.usage.output_tokens': 80,
      };
      sdk.getTracer('client').startSpan('client', { attributes }, stage.context).end();
      stage.end();
    });
    session.end();
    const [client, stage] = kept.spans;
    expect(client?.name).toBe('client');
    expect(stage?.attributes).toMatchObject({ 'voice.cost.amount': 0.000296 });
    expect(kept.spans.filter(({ attributes }) => 'gen_ai.usage.cost' in attributes)).toEqual([]);
  });
});

describe('the option', () => {
  it.each([['langfuse'], [['vendor']], [[5]], [{}], [null]])('refuses %j', (compatibilityKeys) => {
    const options = { compatibilityKeys } as unknown as VoiceSpanProcessorOptions; // what JavaScript may hand over
    expect(() => new VoiceSpanProcessor(options)).toThrow(TypeError);
    expect(() => new VoiceSpanProcessor(options)).toThrow(
      'compatibilityKeys must be a list of langfuse, gen_ai, openinference, logfire, sentry',
    );
  });
});
