import { readdirSync, readFileSync } from 'node:fs';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { expect } from 'vitest';
import type { Clock } from '../../../src/conversation/clock.js';
import { VoiceTracer } from '../../../src/conversation/tracer.js';
import type { ReadableSpanLike } from '../../../src/otel/types.js';
import { VoiceSpanProcessor } from '../../../src/processor/voice-span-processor.js';
import { checkConformance } from '../../../src/testing/index.js';
import { KeepingProcessor } from '../../support/spans.js';
import { turnsOf } from '../livekit/outline.js';

const FIXTURES = new URL('../../fixtures/pipecat/', import.meta.url);

/** What is expected of a turn; see test/fixtures/pipecat/README.md. */
export interface ExpectedTurn {
  readonly speaker: string;
  readonly transcript: string | null;
  readonly interrupted: boolean;
  readonly responseLatencyMs: number | null;
  readonly replyTo: number | null;
  readonly bargeInOn: number | null;
}

export type Way = 'frames' | 'rtvi';

interface Blank {
  readonly turn: number | 'all';
  readonly fields: readonly string[];
}

export interface Expected {
  readonly turns: readonly ExpectedTurn[];
  readonly blanks: Readonly<Record<Way, readonly Blank[]>>;
}

export const scenarios: readonly string[] = readdirSync(FIXTURES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

export function fixture<Content>(scenario: string, file: string): Content {
  return JSON.parse(readFileSync(new URL(`${scenario}/${file}`, FIXTURES), 'utf8')) as Content;
}

/** A file of JSON lines. */
export function fixtureLines<Line>(scenario: string, file: string): Line[] {
  const text = readFileSync(new URL(`${scenario}/${file}`, FIXTURES), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** The one conversation of a recording, as it is expected. */
export function expectedOf(scenario: string): Expected {
  const [expected] = Object.values(fixture<Record<string, Expected>>(scenario, 'expected.json'));
  if (expected === undefined) throw new Error(`${scenario} expects nothing`);
  return expected;
}

/** A clock that shows what it is set to, in epoch milliseconds. */
export class SetClock implements Clock {
  now = 0;

  wallMs(): number {
    return this.now;
  }

  monotonicMs(): number {
    return this.now;
  }
}

/** A tracer whose spans are kept as they leave the voice span processor. */
export function recorder(clock?: Clock): { tracer: VoiceTracer; spans: ReadableSpanLike[] } {
  const kept = new KeepingProcessor();
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new VoiceSpanProcessor({ next: kept, masker: false })],
  });
  return {
    tracer: new VoiceTracer({ tracerProvider, ...(clock === undefined ? {} : { clock }) }),
    spans: kept.spans,
  };
}

/** Holds spans against the vocabulary. Providers of somebody's own are none that it could know. */
export function expectConformant(spans: readonly ReadableSpanLike[]): void {
  const findings = checkConformance(spans).filter(
    ({ id, key, message }) =>
      !(id === 'undefined_enum_variant' && key === 'gen_ai.provider.name' && message.includes("'acme")),
  );
  expect(findings).toEqual([]);
}

/** The turns that spans show, in the shape of the expected ones. */
export function turnsSeen(spans: readonly ReadableSpanLike[]): ExpectedTurn[] {
  const turns = turnsOf(spans);
  const indexOf = (id: unknown): number | null => {
    const index = turns.findIndex(({ attributes }) => attributes['voice.turn.id'] === id);
    return id === undefined || index === -1 ? null : index;
  };
  return turns.map(({ attributes }) => {
    const latency = attributes['voice.turn.response_latency'];
    const transcript = attributes['voice.turn.transcript'];
    return {
      speaker: String(attributes['voice.turn.speaker']),
      transcript: typeof transcript === 'string' ? transcript : null,
      interrupted: attributes['voice.turn.end_reason'] === 'interrupted',
      responseLatencyMs: typeof latency === 'number' ? latency * 1000 : null,
      replyTo: indexOf(attributes['voice.turn.reply_to.id']),
      bargeInOn: indexOf(attributes['voice.turn.interrupted_turn.id']),
    };
  });
}

/**
 * Blanks what a way need not carry, and what it gives within the tolerance is the expected value: so that one
 * comparison shows all that is wrong.
 */
export function comparable(
  seen: readonly ExpectedTurn[],
  { turns, blanks }: Expected,
  way: Way,
): { seen: ExpectedTurn[]; expected: ExpectedTurn[] } {
  const tolerance = way === 'frames' ? 20 : 30;
  const isBlank = (index: number, field: string): boolean =>
    blanks[way].some(({ turn, fields }) => (turn === 'all' || turn === index) && fields.includes(field));
  return {
    expected: turns.map((turn, index) => ({
      ...turn,
      transcript: isBlank(index, 'transcript') ? null : squeezed(turn.transcript),
      responseLatencyMs: isBlank(index, 'responseLatencyMs') ? null : turn.responseLatencyMs,
    })),
    seen: seen.map((turn, index) => {
      const truth = turns[index]?.responseLatencyMs;
      const latency = turn.responseLatencyMs;
      const right = latency !== null && typeof truth === 'number' && Math.abs(latency - truth) <= tolerance;
      return {
        ...turn,
        transcript: isBlank(index, 'transcript') ? null : squeezed(turn.transcript),
        responseLatencyMs: right && !isBlank(index, 'responseLatencyMs') ? truth : latency,
      };
    }),
  };
}

/** Synthesisers and models join pieces of text differently. */
function squeezed(text: string | null): string | null {
  return text === null ? null : text.replace(/\s+/g, '');
}
