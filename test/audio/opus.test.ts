import { createRequire } from 'node:module';
import { Decoder } from '@evan/opus';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import { afterEach, describe, expect, it } from 'vitest';
import { part, Scene, START, timeline } from './scene.js';
import { chirp, find, loudness, RATE } from './signals.js';

/** libopus at 24 kHz looks ahead 156 samples: they come out first, and are not of the recording (RFC 7845, 4.2). */
const PRE_SKIP = 156;

let scene: Scene | undefined;
afterEach(() => scene?.close());

/** Decodes an Ogg/Opus file. */
async function decode(path: string): Promise<{ seconds: number; samples: Int16Array }> {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  const track = await input.getPrimaryAudioTrack();
  if (track === null) throw new Error('no sound in the file');
  const decoder = new Decoder({ channels: 1, sample_rate: RATE });
  const parts: Buffer[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) {
    parts.push(Buffer.from(decoder.decode(packet.data)));
  }
  const bytes = Uint8Array.from(Buffer.concat(parts));
  const seconds = await track.computeDuration();
  const all = new Int16Array(bytes.buffer);
  return { seconds, samples: all.subarray(PRE_SKIP, PRE_SKIP + Math.round(seconds * RATE)) };
}

async function encoded(endMs: number, speak: (scene: Scene) => void) {
  let found: Awaited<ReturnType<typeof decode>> | undefined;
  let bytes = Number.NaN;
  scene = await Scene.open({
    codec: 'opus',
    sink: async (recording) => {
      expect([recording.codec, recording.mimeType, recording.fileName]).toEqual([
        'opus',
        'audio/ogg; codecs=opus',
        's_0123456789abcdef.ogg',
      ]);
      bytes = recording.sizeBytes;
      found = await decode(recording.path);
      return undefined;
    },
  });
  speak(scene);
  expect(scene.recording.end({ endTime: START + endMs })).toMatchObject({ codec: 'opus', durationMs: endMs });
  await scene.recording.done;
  if (found === undefined) throw new Error('nothing was stored');
  return { ...found, bytes };
}

describe('a recording in Ogg/Opus', () => {
  it.each([1000, 3333, 20_000])('of %i ms is as long as the call', async (ms) => {
    const { seconds, samples } = await encoded(ms, () => {});
    expect(Math.abs(seconds * 1000 - ms)).toBeLessThan(0.1);
    expect(loudness(samples)).toBeLessThan(1);
  });

  it('has every sound where it was heard', async () => {
    const { samples, bytes } = await encoded(5000, (call) => {
      call.user(1000, chirp(800));
      const playback = call.agent(2400, chirp(1200, { from: 2500, to: 500 }));
      playback.started(START + 2500);
      playback.finished({ playedMs: 700 });
    });
    expect(samples.length).toBe(5 * RATE);
    const question = find(samples, chirp(800), RATE, RATE / 20);
    expect(question.alike).toBeGreaterThan(0.95);
    expect(Math.abs(question.at - RATE)).toBeLessThan(RATE * 0.001);
    const reply = part(chirp(1200, { from: 2500, to: 500 }), 0, 700);
    const answer = find(samples, reply, RATE * 2.5, RATE / 20);
    expect(answer.alike).toBeGreaterThan(0.95);
    expect(Math.abs(answer.at - RATE * 2.5)).toBeLessThan(RATE * 0.001);
    for (const [from, until] of [
      [0, 950],
      [1850, 2450],
      [3250, 5000],
    ] as const)
      expect(loudness(part(samples, from, until))).toBeLessThan(30);
    expect(bytes).toBeLessThan(timeline(5000).byteLength / 8);
  });

  it('to its very last sample', async () => {
    const { samples } = await encoded(1000, (call) => call.user(0, chirp(1000)));
    const last = part(chirp(1000), 900, 1000);
    const found = find(samples, last, RATE * 0.9, RATE / 50);
    expect(found.alike).toBeGreaterThan(0.95);
    expect(Math.abs(found.at - RATE * 0.9)).toBeLessThan(RATE * 0.001);
  });

  it('needs two packages, which an error names with the line that installs them', async () => {
    const { requireInstalled } = await import('../../src/audio/optional.js');
    const isThere = createRequire(import.meta.url).resolve('mediabunny');
    expect(isThere).not.toBe('');
    expect(() => requireInstalled(['mediabunny', 'no-such-encoder'], "codec: 'opus'")).toThrow(
      "codec: 'opus' needs no-such-encoder, not installed: npm install no-such-encoder",
    );
  });
});
