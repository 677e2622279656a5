/** Sums of turns and sessions, through whole spans. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VoiceTracer } from '../../src/conversation/tracer.js';
import { createPriceTable } from '../../src/cost/price-table.js';
import type { ReadableSpanLike } from '../../src/otel/types.js';
import type { VoiceSpanProcessorOptions } from '../../src/processor/options.js';
import { VoiceSpanProcessor } from '../../src/processor/voice-span-processor.js';
import { KeepingProcessor, named, provider } from '../support/spans.js';

/** A stage of the property: what it costs is worked out in billionths of a dollar. */
interface PlannedStage {
  kind: 'stt' | 'llm' | 'tts';
  turn: number;
  units: number;
  discarded: boolean;
  /** It ends after its turn. */
  late: boolean;
  unknown: boolean;
  order: number;
}

/**
 * List prices as billionths: nova-3 $0.0048 per 60 s = 80 a millisecond; gpt-4.1-mini $0.40 per million input tokens =
 * 400 a token; eleven_flash_v2_5 $50 per million characters = 50,000 a character.
 */
const PRICES = {
  stt: { provider: 'deepgram', model: 'nova-3', billionths: 80 },
  llm: { provider: 'openai', model: 'gpt-4.1-mini', billionths: 400 },
  tts: { provider: 'elevenlabs', model: 'eleven_flash_v2_5', billionths: 50_000 },
} as const;

function payload({ kind, units }: PlannedStage) {
  if (kind === 'stt') return { audioDurationMs: units };
  return kind === 'tts' ? { characters: units } : { promptTokens: units, completionTokens: 0 };
}

const stages: fc.Arbitrary<PlannedStage[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('stt' as const, 'llm' as const, 'tts' as const),
    turn: fc.nat(2),
    units: fc.integer({ min: 1, max: 100_000 }),
    discarded: fc.boolean(),
    late: fc.boolean(),
    unknown: fc.boolean(),
    order: fc.nat(),
  }),
  { minLength: 1, maxLength: 25 },
);

function played(planned: readonly PlannedStage[]): readonly ReadableSpanLike[] {
  const kept = new KeepingProcessor();
  const tracerProvider = provider(new VoiceSpanProcessor(), kept);
  const session = new VoiceTracer({ tracerProvider }).startSession({ agentId: 'a' });
  const turns = [session.startUserTurn(), session.startAgentTurn(), session.startUserTurn()];
  const open = planned.map((plan) => {
    const { provider: name, model } = PRICES[plan.kind];
    const turn = turns[plan.turn];
    const stage = turn?.startStage(plan.kind, {
      provider: name,
      model: plan.unknown ? 'unheard-of' : model,
    });
    return { plan, stage };
  });
  const end = (late: boolean) => {
    const those = open.filter(({ plan }) => plan.late === late).sort((a, b) => a.plan.order - b.plan.order);
    for (const { plan, stage } of those) {
      stage?.setPayload(payload(plan));
      if (plan.discarded) stage?.discard();
      stage?.end();
    }
  };
  end(false);
  for (const turn of [...turns].reverse()) turn.end();
  end(true);
  session.end();
  return kept.spans;
}

function dollars(planned: readonly PlannedStage[]): number {
  return planned.reduce((sum, { kind, units }) => sum + units * PRICES[kind].billionths, 0) / 1e9;
}

describe('roll-ups', () => {
  it('equal the sum of the priced stages, in any order of arrival, late ones in the session only', () => {
    fc.assert(
      fc.property(stages, (planned) => {
        const spans = played(planned);
        const priced = planned.filter(({ unknown }) => !unknown);
        const [session] = named(spans, 'voice.session');
        const key = (name: string) => session?.attributes[`voice.session.cost.${name}`];
        expect(key('total')).toBe(priced.length === 0 ? undefined : dollars(priced));
        for (const kind of ['stt', 'llm', 'tts'] as const) {
          const those = priced.filter((stage) => stage.kind === kind);
          expect(key(kind)).toBe(those.length === 0 ? undefined : dollars(those));
        }
        const discarded = priced.filter((stage) => stage.discarded);
        expect(key('discarded')).toBe(discarded.length === 0 ? undefined : dollars(discarded));
        expect(key('missing_count')).toBe(planned.length - priced.length);
        const turns = [...named(spans, 'voice.user_turn'), ...named(spans, 'voice.agent_turn')];
        const ofTurns = turns.map(({ attributes }) => Number(attributes['voice.turn.cost.total'] ?? 0));
        const inTime = priced.filter(({ late }) => !late);
        expect(ofTurns.reduce((sum, amount) => sum + amount, 0)).toBeCloseTo(dollars(inTime), 9);
      }),
      { numRuns: 100 },
    );
  });
});

describe('one currency', () => {
  function session(options: VoiceSpanProcessorOptions, given: Record<string, string | number>[]) {
    const kept = new KeepingProcessor();
    const sdk = provider(new VoiceSpanProcessor(options), kept);
    const conversation = new VoiceTracer({ tracerProvider: sdk }).startSession({ agentId: 'a' });
    conversation.agentTurn((turn) => {
      for (const attributes of given) {
        const common = {
          'voice.session.id': conversation.sessionId,
          'voice.turn.id': turn.turnId,
          'voice.stage.type': 'tts',
        };
        sdk
          .getTracer('own')
          .startSpan('text_to_speech', { attributes: { ...common, ...attributes } }, turn.context)
          .end();
      }
    });
    conversation.end();
    return named(kept.spans, 'voice.session')[0]?.attributes;
  }

  it('what is in another and cannot be converted is missing in the sums, and keeps its own amount', () => {
    const attributes = session({}, [
      { 'voice.cost.amount': 0.5, 'voice.cost.currency': 'USD' },
      { 'voice.cost.amount': 7, 'voice.cost.currency': 'GBP' },
    ]);
    expect(attributes).toMatchObject({
      'voice.session.cost.total': 0.5,
      'voice.session.cost.missing_count': 1,
      'voice.cost.currency': 'USD',
    });
  });

  it('a caller gives dollars, which a table in euro converts by its rate, and without a rate misses', () => {
    const given = [{ 'voice.cost.amount': 0.5, 'voice.cost.currency': 'USD' }];
    const withRate = createPriceTable({ currency: 'EUR', exchangeRates: { USD: '0.9' } });
    expect(session({ prices: withRate }, given)).toMatchObject({
      'voice.session.cost.total': 0.45,
      'voice.cost.currency': 'EUR',
    });
    const without = session({ prices: createPriceTable({ currency: 'EUR' }) }, given);
    expect(without).toMatchObject({ 'voice.session.cost.missing_count': 1 });
    expect(without).not.toHaveProperty('voice.session.cost.total');
  });
});
