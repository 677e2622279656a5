import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OtlpTraceRequest } from '../../../src/exporters/otlp-json.js';
import { createSpanNormalizer, normalizeSpans } from '../../../src/gateway/normalise/normalizer.js';
import type { SpanRecord } from '../../../src/report/otlp.js';
import { checkConformance } from '../../../src/testing/index.js';
import { readableSpans } from './readable.js';
import { type SeenTurn, spansOf, turnsOf } from './support.js';

interface Recording {
  readonly utterances: readonly { onset: number; stop: number }[];
  readonly playbacks: readonly { startedAt: number; heardUntil: number; cut: boolean }[];
  readonly requests: readonly OtlpTraceRequest[];
}

const recording: Recording = JSON.parse(
  readFileSync(new URL('../../fixtures/livekit-spans/recording.json', import.meta.url), 'utf8'),
);
const normalized = normalizeSpans(recording.requests);
const spans = spansOf(normalized);
const turns = turnsOf(spans);

/** LiveKit dates speech by its detector: the fake one announces it 60 ms late at most, as frames go. */
const TOLERANCE_MS = 70;

function stagesOf(turn: SeenTurn | undefined): string[] {
  return spans
    .filter(({ attributes }) => attributes['voice.stage.id'] !== undefined)
    .filter(({ attributes }) => attributes['voice.turn.id'] === turn?.id)
    .sort((a, b) => a.startTime - b.startTime)
    .map(({ attributes }) => `${attributes['voice.stage.type']} ${attributes['voice.stage.end_reason']}`);
}

describe('a call in LiveKit’s own spans', () => {
  it('gives the turns of the call', () => {
    expect(
      turns.map(({ speaker, transcript, interrupted, replyTo, bargeInOn, span }) => [
        speaker,
        transcript,
        span.attributes['voice.turn.end_reason'],
        interrupted,
        replyTo,
        bargeInOn,
      ]),
    ).toEqual([
      // `say` has no span with its words.
      ['agent', null, 'completed', false, null, null],
      ['user', 'I cannot log in', 'completed', false, null, null],
      ['agent', 'I see what you mean.', 'completed', false, 1, null],
      ['user', 'Tell me a story', 'completed', false, null, null],
      ['agent', 'Once upon a time', 'interrupted', true, 3, null],
      ['user', 'Please stop', 'completed', false, null, 4],
      ['agent', 'Okay I stopped.', 'completed', false, 5, null],
      ['user', 'Where is my order', 'completed', false, null, null],
      ['agent', 'It has shipped.', 'completed', false, 7, null],
      ['user', 'This breaks', 'completed', false, null, null],
      ['agent', null, 'error', false, 9, null],
    ]);
  });

  it('puts stages where they belong, a generation that was thrown away on the turn that set it off', () => {
    expect(turns.map(stagesOf)).toEqual([
      ['tts completed'],
      [],
      ['llm completed', 'tts completed'],
      [],
      ['llm completed', 'tts completed'],
      ['llm discarded'],
      ['llm completed', 'tts completed'],
      [],
      ['llm completed', 'tool completed', 'llm completed', 'tts completed'],
      [],
      ['llm error'],
    ]);
  });

  it('measures what microphone and loudspeaker say', () => {
    const users = turns.filter(({ speaker }) => speaker === 'user');
    const heard = turns.filter(({ span }) => span.attributes['voice.turn.first_audio_offset'] !== undefined);
    expect(users).toHaveLength(recording.utterances.length);
    expect(heard).toHaveLength(recording.playbacks.length);
    users.forEach(({ span, startTime }, index) => {
      const { onset, stop } = recording.utterances[index] ?? { onset: 0, stop: 0 };
      expect(Math.abs(startTime - onset)).toBeLessThan(TOLERANCE_MS);
      expect(Math.abs(at(span, 'voice.turn.speech_end_offset') - stop)).toBeLessThan(TOLERANCE_MS);
    });
    heard.forEach(({ span }, index) => {
      const { startedAt, heardUntil } = recording.playbacks[index] ?? { startedAt: 0, heardUntil: 0 };
      expect(Math.abs(at(span, 'voice.turn.first_audio_offset') - startedAt)).toBeLessThan(TOLERANCE_MS);
      expect(Math.abs(at(span, 'voice.turn.last_audio_offset') - heardUntil)).toBeLessThan(TOLERANCE_MS);
    });
    const [, , storyPlayed] = recording.playbacks;
    const [, , stopped] = recording.utterances;
    const latency = Number(turns[5]?.span.attributes['voice.turn.interruption_latency']) * 1000;
    expect(Math.abs(latency - ((storyPlayed?.heardUntil ?? 0) - (stopped?.onset ?? 0)))).toBeLessThan(
      TOLERANCE_MS,
    );
    const waited = turns[2]?.responseLatencyMs ?? 0;
    const [, answer] = recording.playbacks;
    const [question] = recording.utterances;
    expect(Math.abs(waited - ((answer?.startedAt ?? 0) - (question?.stop ?? 0)))).toBeLessThan(TOLERANCE_MS);
    expect(turns[2]?.span.attributes['voice.turn.latency_source']).toBe('measured');
  });

  it('keeps to the vocabulary, loses no span and counts usage once', () => {
    expect(checkConformance(readableSpans(normalized))).toEqual([]);
    const before = spansOf(recording.requests);
    const after = new Set(spans.map(({ spanId }) => spanId));
    expect(before.filter(({ spanId }) => !after.has(spanId))).toEqual([]);
    expect(after.size).toBe(spans.length);
    // Five calls report 100 tokens; one was thrown away and one failed, and these report nothing.
    const used = spans.flatMap(({ attributes }) => attributes['gen_ai.usage.input_tokens'] ?? []);
    expect(used).toEqual([100, 100, 100, 100, 100]);
  });

  it('writes turns while the call goes on, and the same ones as of the whole recording', () => {
    let now = 0;
    const normalizer = createSpanNormalizer({ now: () => now });
    const out: OtlpTraceRequest[] = [];
    for (const request of recording.requests) {
      out.push(...normalizer.push(request));
      now += 1000;
      out.push(...normalizer.poll());
    }
    const early = turnsOf(spansOf(out)).length;
    expect(early).toBeGreaterThan(5);
    out.push(...normalizer.flush());
    const outline = (all: readonly SpanRecord[]): unknown[] =>
      turnsOf(all).map(({ id, transcript, replyTo, bargeInOn }) => ({ id, transcript, replyTo, bargeInOn }));
    expect(outline(spansOf(out))).toEqual(outline(spans));
  });
});

function at({ startTime, attributes }: SpanRecord, key: string): number {
  return startTime + Number(attributes[key]) * 1000;
}
