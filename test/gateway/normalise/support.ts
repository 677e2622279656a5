import { readdirSync, readFileSync } from 'node:fs';
import type { Blank, Way } from '../../../scripts/pipecat/blanks.js';
import type { ExpectedTurn } from '../../../scripts/pipecat/turns.js';
import type { OtlpTraceRequest } from '../../../src/exporters/otlp-json.js';
import { type AttributeRecord, readSpans, type SpanRecord } from '../../../src/report/otlp.js';

const ROOT = new URL('../../fixtures/pipecat/', import.meta.url);

export const SCENARIOS: readonly string[] = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

export interface ExpectedConversation {
  readonly turns: readonly ExpectedTurn[];
  readonly blanks: Readonly<Record<Way, readonly Blank[]>>;
}

export function expectedOf(scenario: string): Readonly<Record<string, ExpectedConversation>> {
  return JSON.parse(readFileSync(new URL(`${scenario}/expected.json`, ROOT), 'utf8'));
}

/** The bodies of a recording, in order of arrival. */
export function bodiesOf(scenario: string): OtlpTraceRequest[] {
  const folder = new URL(`${scenario}/otlp/`, ROOT);
  return readdirSync(folder)
    .filter((name) => /^\d+\.json$/.test(name))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
}

export function spansOf(requests: readonly OtlpTraceRequest[]): SpanRecord[] {
  return requests.flatMap((request) => [...readSpans(request).spans]);
}

/** A turn as the spans tell it, in the form of the expected ones. */
export interface SeenTurn extends ExpectedTurn {
  readonly id: string;
  readonly startTime: number;
  readonly span: SpanRecord;
}

/** The turns of one session, in order of start as the expected ones have it: the agent's by its first audio. */
export function turnsOf(spans: readonly SpanRecord[]): SeenTurn[] {
  const turns = spans
    .filter(({ name }) => name === 'voice.user_turn' || name === 'voice.agent_turn')
    .map((span) => ({ span, at: startOf(span) }))
    .sort((a, b) => a.at - b.at)
    .map(({ span }) => span);
  const indexOf = (id: unknown): number | null => {
    const index = turns.findIndex(({ attributes }) => attributes['voice.turn.id'] === id);
    return index === -1 ? null : index;
  };
  return turns.map((span) => {
    const { attributes } = span;
    const seconds = attributes['voice.turn.response_latency'];
    return {
      id: String(attributes['voice.turn.id']),
      startTime: span.startTime,
      span,
      speaker: attributes['voice.turn.speaker'] === 'user' ? 'user' : 'agent',
      transcript: text(attributes, 'voice.turn.transcript'),
      interrupted: attributes['voice.turn.end_reason'] === 'interrupted',
      responseLatencyMs: typeof seconds === 'number' ? seconds * 1000 : null,
      replyTo: indexOf(attributes['voice.turn.reply_to.id']),
      bargeInOn: indexOf(attributes['voice.turn.interrupted_turn.id']),
    };
  });
}

function startOf({ startTime, attributes }: SpanRecord): number {
  const firstAudio = attributes['voice.turn.first_audio_offset'];
  return startTime + (typeof firstAudio === 'number' ? firstAudio * 1000 : 0);
}

function text(attributes: AttributeRecord, key: string): string | null {
  const value = attributes[key];
  return typeof value === 'string' ? value : null;
}
