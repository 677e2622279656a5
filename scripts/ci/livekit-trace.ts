// What the trace and the recording of a call in a real room must hold.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Speech } from '../../examples/support-agent/phone.js';
import { hrTimeToMs } from '../../src/otel/time.js';
import type { ReadableSpanLike } from '../../src/otel/types.js';
import { checkConformance } from '../../src/testing/index.js';

/** What network, jitter buffer and the caller's ear may add to a latency as the agent measures it, in ms. */
const ON_THE_WAY_MS = 800;
/** Above this a sample of 16 bits is voice. */
const LOUD = 500;

export type Check = (holds: boolean, what: string) => void;

/** The whole call, written down by hand. */
export const WORDS: readonly (readonly [speaker: string, transcript: RegExp])[] = [
  ['agent', /^Hello, this is Harbor Coffee\. How can I help\?$/],
  ['user', /^Hi, do you ship decaf to Canada\?$/],
  ['agent', /^Yes, and it takes about five days\.$/],
  ['user', /^Where is my order 4712\?$/],
  ['agent', /^Order 4712 left on Monday\. It is with/],
  ['user', /^Great, mail that to \[REDACTED:email\]\.$/],
  ['agent', /^Done, it is on its way\. Anything else\?$/],
  ['user', /^No, thank you\.$/],
  ['agent', /^Thank you, goodbye\.$/],
];
/** The spans of one call. */
export interface Trace {
  readonly spans: readonly ReadableSpanLike[];
  readonly session: ReadableSpanLike;
  /** By their index. */
  readonly turns: readonly ReadableSpanLike[];
}

export function attribute(span: ReadableSpanLike | undefined, key: string): unknown {
  return span?.attributes[key];
}

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The first `count` turns of the call, whole and conformant. */
export function judgeTrace({ spans, session, turns }: Trace, count: number, check: Check): void {
  const said = turns.map((turn) => [
    attribute(turn, 'voice.turn.speaker'),
    attribute(turn, 'voice.turn.transcript'),
  ]);
  const asWritten = WORDS.slice(0, count).every(([who, what], index) => {
    const [speaker, transcript] = said[index] ?? [];
    return who === speaker && what.test(String(transcript));
  });
  check(said.length === count && asWritten, `${count} turns with their words: ${JSON.stringify(said)}`);

  const home = session.spanContext().spanId;
  const ids = new Set(turns.map((turn) => turn.spanContext().spanId));
  const stages = spans.filter((span) => attribute(span, 'voice.stage.type') !== undefined);
  check(spans.length === 1 + turns.length + stages.length, 'the trace holds session, turns and stages only');
  check(
    turns.every(({ parentSpanContext }) => parentSpanContext?.spanId === home),
    'turns hang under the session',
  );
  check(
    stages.every(({ parentSpanContext }) => ids.has(parentSpanContext?.spanId ?? '')),
    'stages hang under turns',
  );
  for (const kind of ['stt', 'llm', 'tts', 'vad']) {
    check(
      stages.some((stage) => attribute(stage, 'voice.stage.type') === kind),
      `there are ${kind} stages`,
    );
  }
  const findings = checkConformance(spans);
  check(findings.length === 0, `no findings: ${JSON.stringify(findings)}`);
  const leaks = JSON.stringify(spans.map(({ attributes }) => attributes)).includes('ana@example.com');
  check(!leaks, 'nothing leaks');
  console.log(`  ${spans.length} spans: 1 session, ${turns.length} turns, ${stages.length} stages`);
}

/**
 * A latency that the agent measured, beside what the caller's ear made of it; not of the answer to an interruption, before
 * which LiveKit sometimes goes on with what was cut off for a moment (its time-out for false interruptions).
 */
export function judgeByEar(
  { turns }: Trace,
  truth: { spoken: Speech[]; heard: Speech[] },
  check: Check,
): void {
  const answers = turns.filter((turn) => attribute(turn, 'voice.turn.response_latency') !== undefined);
  check(answers.length === truth.spoken.length, 'every question has an answer with a response latency');
  answers.forEach((turn, index) => {
    const question = turns.find(
      (one) => attribute(one, 'voice.turn.id') === attribute(turn, 'voice.turn.reply_to.id'),
    );
    if (attribute(question, 'voice.turn.interrupted_turn.id') !== undefined) return;
    const measuredMs = Number(attribute(turn, 'voice.turn.response_latency')) * 1000;
    const spokenUntil = truth.spoken[index]?.endedAt ?? Number.NaN;
    const nextSpoken = truth.spoken[index + 1]?.startedAt ?? Number.POSITIVE_INFINITY;
    const answer = truth.heard.findLast(({ startedAt }) => startedAt > spokenUntil && startedAt < nextSpoken);
    const extraMs = (answer?.startedAt ?? Number.NaN) - spokenUntil - measuredMs;
    check(
      extraMs > -50 && extraMs < ON_THE_WAY_MS,
      `answer ${index + 1}: ${measuredMs} ms, heard ${extraMs} ms later: ${JSON.stringify(truth)}`,
    );
    console.log(
      `  answer ${index + 1}: response latency ${measuredMs.toFixed(0)} ms, ` +
        `the caller heard it ${extraMs.toFixed(0)} ms later`,
    );
  });
}

/** The recording lies where the session's span says, is as long as the call, and every turn can be heard in it. */
export function judgeRecording({ session, turns }: Trace, folder: string, check: Check): void {
  const url = String(attribute(session, 'voice.recording.url'));
  check(url.startsWith(pathToFileURL(folder).href), `the recording is in its folder: ${url}`);
  if (!url.startsWith('file:') || !existsSync(fileURLToPath(url))) {
    return check(false, `the recording is there: ${url}`);
  }
  const { samples, rate } = readWav(fileURLToPath(url));
  const seconds = samples.length / rate;
  const said = Number(attribute(session, 'voice.recording.duration'));
  const lasted = (hrTimeToMs(session.endTime) - hrTimeToMs(session.startTime)) / 1000;
  check(Math.abs(seconds - said) < 0.05, `the recording lasts ${seconds} s, its span says ${said}`);
  check(Math.abs(seconds - lasted) < 1, `the recording lasts ${seconds} s, the call ${lasted}`);
  for (const turn of turns) {
    const offset = Number(attribute(turn, 'voice.turn.recording_offset'));
    const first = offset + Number(attribute(turn, 'voice.turn.first_audio_offset') ?? 0);
    check(
      loudShare(samples, first * rate, (first + 0.6) * rate) > 0.1,
      `turn ${attribute(turn, 'voice.turn.index')} sounds at ${first.toFixed(2)} s of the recording`,
    );
  }
  const [question] = turns.filter((turn) => attribute(turn, 'voice.turn.speaker') === 'user');
  const before = Number(attribute(question, 'voice.turn.recording_offset'));
  check(
    loudShare(samples, (before - 0.5) * rate, (before - 0.1) * rate) < 0.01,
    'nobody speaks before the question',
  );
  console.log(`  a recording of ${seconds.toFixed(1)} s, in which every turn sounds where its span says`);
}

function loudShare(samples: Int16Array, from: number, to: number): number {
  const part = samples.subarray(Math.max(0, Math.round(from)), Math.round(to));
  return part.length === 0 ? 0 : part.filter((sample) => Math.abs(sample) > LOUD).length / part.length;
}

/** A WAV file with one channel of 16 bits. */
function readWav(path: string): { samples: Int16Array; rate: number } {
  const file = readFileSync(path);
  const start = file.indexOf('data') + 8;
  const length = file.readUInt32LE(start - 4);
  const bytes = file.subarray(start, start + length);
  const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return { samples, rate: file.readUInt32LE(24) };
}
