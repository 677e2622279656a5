import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { VoiceTracer } from '../../src/conversation/tracer.js';
import { exactAmount } from '../../src/cost/decimal.js';
import { createPriceTable } from '../../src/cost/price-table.js';
import { Costs } from '../../src/processor/costs.js';
import { VoiceSpanProcessor } from '../../src/processor/voice-span-processor.js';
import { checkConformance } from '../../src/testing/index.js';
import { KeepingProcessor, named, provider } from '../support/spans.js';

let kept: KeepingProcessor;

function tracer(processor = new VoiceSpanProcessor()): VoiceTracer {
  return new VoiceTracer({ tracerProvider: provider(processor, kept) });
}

beforeEach(() => {
  kept = new KeepingProcessor();
});

const llm = { provider: 'openai', model: 'gpt-4.1-mini' };
const usage = { promptTokens: 420, completionTokens: 80 };
/** 420 · $0.40/1M + 80 · $1.60/1M. */
const LLM_COST = 0.000296;
/** 2.4 s · $0.0048/min. */
const STT_COST = 0.000192;

function costsOf(name: string): Record<string, unknown> {
  const [span] = named(kept.spans, name);
  return Object.fromEntries(Object.entries(span?.attributes ?? {}).filter(([key]) => key.includes('.cost.')));
}

describe('costs', () => {
  it('of stages are priced with their source and added up once, per turn and per session', () => {
    const session = tracer().startSession({ agentId: 'a' });
    session.userTurn((turn) =>
      turn.stage('stt', { provider: 'deepgram', model: 'nova-3' }, (stage) =>
        stage.setPayload({ audioDurationMs: 2400 }),
      ),
    );
    session.agentTurn((turn) => {
      turn.stage('llm', llm, (stage) => stage.setPayload(usage));
      turn.stage('llm', llm, (stage) => stage.setPayload(usage));
      turn.stage('tool', {}, (stage) => stage.setPayload({ name: 'free' }));
      turn.stage('tts', {}, (stage) => stage.setPayload({ textInput: 'Hi', costUsd: 0.01 }));
    });
    session.end();
    expect(costsOf('chat gpt-4.1-mini')).toEqual({
      'voice.cost.amount': LLM_COST,
      'voice.cost.currency': 'USD',
      'voice.cost.source': 'price_table',
      'voice.cost.estimated': false,
      'voice.cost.price_date': expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    });
    expect(costsOf('text_to_speech')).toEqual({
      'voice.cost.amount': 0.01,
      'voice.cost.currency': 'USD',
      'voice.cost.source': 'caller',
      'voice.cost.estimated': false,
    });
    expect(costsOf('voice.user_turn')).toEqual({
      'voice.turn.cost.total': STT_COST,
      'voice.turn.cost.stt': STT_COST,
      'voice.turn.cost.missing_count': 0,
      'voice.cost.currency': 'USD',
    });
    expect(costsOf('voice.agent_turn')).toEqual({
      'voice.turn.cost.total': 0.010592,
      'voice.turn.cost.llm': 0.000592,
      'voice.turn.cost.tts': 0.01,
      'voice.turn.cost.missing_count': 0,
      'voice.cost.currency': 'USD',
    });
    expect(costsOf('voice.session')).toEqual({
      'voice.session.cost.total': 0.010784,
      'voice.session.cost.stt': STT_COST,
      'voice.session.cost.llm': 0.000592,
      'voice.session.cost.tts': 0.01,
      'voice.session.cost.missing_count': 0,
      'voice.cost.currency': 'USD',
    });
    expect(checkConformance(kept.spans)).toEqual([]);
  });

  it('that are not known are missing with a reason, never zero, and totals say so', () => {
    const session = tracer().startSession({ agentId: 'a' });
    session.agentTurn((turn) => {
      turn.stage('llm', { provider: 'openai', model: 'gpt-99-unheard-of' }, (stage) =>
        stage.setPayload(usage),
      );
      turn.stage('llm', llm, () => {});
      turn.stage('llm', llm, (stage) => stage.setPayload({ promptTokens: Number.NaN, completionTokens: 3 }));
      turn.stage('llm', llm, (stage) => stage.setPayload(usage));
    });
    session.end();
    const reasons = kept.spans.map(({ attributes }) => attributes['voice.cost.missing_reason']);
    expect(reasons.slice(0, 4)).toEqual(['unknown_model', 'no_usage', 'invalid_usage', undefined]);
    expect(costsOf('voice.session')).toEqual({
      'voice.session.cost.total': LLM_COST,
      'voice.session.cost.llm': LLM_COST,
      'voice.session.cost.missing_count': 3,
      'voice.cost.currency': 'USD',
    });
    expect(checkConformance(kept.spans)).toEqual([]);
  });

  it('of what was thrown away count, and are shown apart', () => {
    const session = tracer().startSession({ agentId: 'a' });
    session.userTurn((turn) => {
      turn.stage('llm', llm, (stage) => {
        stage.setPayload(usage);
        stage.discard();
      });
    });
    session.end();
    expect(costsOf('voice.session')).toMatchObject({
      'voice.session.cost.total': LLM_COST,
      'voice.session.cost.discarded': LLM_COST,
    });
  });

  it('of a stage that comes after its turn reach the session, not the turn', () => {
    const session = tracer().startSession({ agentId: 'a' });
    const turn = session.startAgentTurn();
    turn.end();
    const late = turn.startStage('llm', llm);
    late.setPayload(usage);
    late.end();
    session.end();
    expect(costsOf('voice.agent_turn')).toEqual({});
    expect(costsOf('voice.session')).toMatchObject({ 'voice.session.cost.total': LLM_COST });
  });

  it('of a model call that another instrumentation traces inside our stage count once', () => {
    const processor = new VoiceSpanProcessor();
    const sdk = provider(processor, kept);
    const session = new VoiceTracer({ tracerProvider: sdk }).startSession({ agentId: 'a' });
    session.agentTurn((turn) => {
      const stage = turn.startStage('llm', llm);
      stage.setPayload(usage);
      const client = sdk.getTracer('@opentelemetry/instrumentation-openai').startSpan(
        'chat gpt-4.1-mini',
        {
          attributes: { 'gen_ai.request.model': 'gpt-4.1-mini', 'gen_ai.usage.input_tokens': 420 },
        },
        stage.context,
      );
      client.end();
      stage.end();
    });
    session.end();
    expect(costsOf('voice.session')).toMatchObject({ 'voice.session.cost.total': LLM_COST });
    expect(kept.spans[0]?.attributes).not.toHaveProperty('voice.cost.amount');
  });

  it('follow the table that is given, in its currency; prices: false still adds what callers say', () => {
    const prices = createPriceTable({ currency: 'EUR', exchangeRates: { USD: '0.5' } });
    const euro = tracer(new VoiceSpanProcessor({ prices })).startSession({ agentId: 'a' });
    euro.agentTurn((turn) => {
      turn.stage('llm', llm, (stage) => stage.setPayload(usage));
      turn.stage('tts', {}, (stage) => stage.setPayload({ costUsd: 0.01 }));
    });
    euro.end();
    expect(costsOf('voice.session')).toMatchObject({
      'voice.session.cost.total': 0.005148,
      'voice.cost.currency': 'EUR',
    });

    kept = new KeepingProcessor();
    const unpriced = tracer(new VoiceSpanProcessor({ prices: false })).startSession({ agentId: 'a' });
    unpriced.agentTurn((turn) => {
      turn.stage('llm', llm, (stage) => stage.setPayload(usage));
      turn.stage('tts', {}, (stage) => stage.setPayload({ costUsd: 0.01 }));
    });
    unpriced.end();
    expect(costsOf('chat gpt-4.1-mini')).toEqual({});
    expect(costsOf('voice.session')).toMatchObject({ 'voice.session.cost.total': 0.01 });
  });

  it('add up to the same in any order of arrival, to the cent of a cent', () => {
    const keys = {
      total: 'total',
      stt: 'stt',
      llm: 'llm',
      tts: 'tts',
      other: 'other',
      discarded: 'discarded',
      missingCount: 'missing',
      currency: 'currency',
    };
    const stage = fc.record({
      // Amounts in billionths, so that the sum by hand is one of integers.
      billionths: fc.option(fc.integer({ min: 0, max: 5_000_000_000 }), { nil: undefined }),
      type: fc.constantFrom('stt', 'llm', 'tts', 'tool'),
      discarded: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(stage, { minLength: 1, maxLength: 60 }), (stages) => {
        const costs = new Costs();
        for (const { billionths, type, discarded } of stages) {
          const amount = billionths === undefined ? undefined : exactAmount(billionths / 1e9);
          costs.add({ amount, type, discarded });
        }
        const sum = (wanted: (s: (typeof stages)[number]) => boolean): number =>
          stages.filter(wanted).reduce((all, s) => all + (s.billionths ?? 0), 0) / 1e9;
        const rolled = costs.toAttributes(keys, 'USD');
        expect(rolled.missing).toBe(stages.filter((s) => s.billionths === undefined).length);
        expect(rolled.total ?? 0).toBe(sum(() => true));
        expect(rolled.llm ?? 0).toBe(sum((s) => s.type === 'llm'));
        expect(rolled.other ?? 0).toBe(sum((s) => s.type === 'tool'));
        expect(rolled.discarded ?? 0).toBe(sum((s) => s.discarded));
      }),
      { numRuns: 300 },
    );
  });
});
