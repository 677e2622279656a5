import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Folder } from './viewer.js';

/** The call of `npm run demo`, as it stands in the README. */
export const DEMO_FILE: string = fileURLToPath(
  new URL('../../../fixtures/readme/demo.otlp.jsonl', import.meta.url),
);

/**
 * What is in it, worked out by hand from the spans' times and offsets (ms from the session's start). Turns are
 * counted from 1, as the page counts them.
 */
export const DEMO = {
  sessionId: 's_17dc1340146a7698',
  traceId: 'fc9f73fb5e1acb6d1d3ecd7f11b010a5',
  durationMs: 23_641,
  /** First audio less the caller's true stop. */
  waits: [
    { turn: 3, ms: '744 ms' },
    { turn: 5, ms: '1,379 ms' },
    { turn: 7, ms: '1,070 ms' },
    { turn: 9, ms: '750 ms' },
  ],
  /** Where the agent began to be heard, and fell silent, in turn 5; the caller's onset in turn 6. */
  turn5: { startMs: 10_497.9, firstAudioMs: 11_376.9, lastAudioMs: 14_598.9, responseLatencyMs: 1379 },
  turn6: { onsetMs: 14_091.4, agentSilentAfter: '507 ms' },
} as const;

/** Where the made-up recording begins, ms after the session's start. */
export const RECORDING_STARTS_MS = 500;
const SAMPLE_RATE = 8000;

/**
 * The demo call with a recording: its spans as they are, `voice.recording.url` and `voice.turn.recording_offset`
 * beside them, and a WAV file whose tone says which turn sounds: 200 Hz and 40 Hz more with every turn. Returns the
 * path of the trace file.
 */
export function demoWithRecording(folder: Folder): string {
  const spoken: { readonly fromMs: number; readonly toMs: number; readonly hertz: number }[] = [];
  const url = pathToFileURL(folder.file('demo.wav')).href;
  const requests = readFileSync(DEMO_FILE, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Request => JSON.parse(line));
  const spans = requests.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  );
  const session = spans.find(({ name }) => name === 'voice.session');
  if (session === undefined) throw new Error('the demo call has no session');
  const since = ({ startTimeUnixNano }: Span): number =>
    Number(BigInt(startTimeUnixNano) - BigInt(session.startTimeUnixNano)) / 1e6;
  session.attributes.push(
    { key: 'voice.recording.url', value: { stringValue: url } },
    { key: 'voice.recording.codec', value: { stringValue: 'pcm_s16le' } },
  );
  for (const span of spans.filter(({ name }) => name.endsWith('_turn'))) {
    const number = (key: string): number | undefined => {
      const value = span.attributes.find((attribute) => attribute.key === key)?.value;
      return value?.doubleValue ?? (value?.intValue === undefined ? undefined : Number(value.intValue));
    };
    const startMs = since(span) - RECORDING_STARTS_MS;
    span.attributes.push({
      key: 'voice.turn.recording_offset',
      value: { doubleValue: Math.max(0, startMs) / 1000 },
    });
    const lengthMs = Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6;
    spoken.push({
      fromMs: startMs + 1000 * (number('voice.turn.first_audio_offset') ?? 0),
      toMs: startMs + lengthMs,
      hertz: 200 + 40 * (number('voice.turn.index') ?? 0),
    });
  }
  writeFileSync(folder.file('demo.wav'), wav(spoken, DEMO.durationMs - RECORDING_STARTS_MS));
  const file = folder.file('demo-recorded.otlp.jsonl');
  writeFileSync(file, requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
  return file;
}

interface Request {
  readonly resourceSpans: { readonly scopeSpans: { readonly spans: Span[] }[] }[];
}

interface Span {
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: {
    key: string;
    value: { stringValue?: string; doubleValue?: number; intValue?: string };
  }[];
}

/** 16 bit, one channel. */
function wav(
  tones: readonly { readonly fromMs: number; readonly toMs: number; readonly hertz: number }[],
  lengthMs: number,
): Buffer {
  const samples = Math.round((lengthMs * SAMPLE_RATE) / 1000);
  const bytes = Buffer.alloc(44 + 2 * samples);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 2 * samples, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(SAMPLE_RATE, 24);
  bytes.writeUInt32LE(2 * SAMPLE_RATE, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * samples, 40);
  for (const { fromMs, toMs, hertz } of tones) {
    const end = Math.min(samples, Math.round((toMs * SAMPLE_RATE) / 1000));
    for (let at = Math.max(0, Math.round((fromMs * SAMPLE_RATE) / 1000)); at < end; at += 1) {
      const value = Math.sin((2 * Math.PI * hertz * at) / SAMPLE_RATE);
      bytes.writeInt16LE(Math.round(9000 * value), 44 + 2 * at);
    }
  }
  return bytes;
}
