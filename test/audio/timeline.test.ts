import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { part, Scene, START, timeline } from './scene.js';
import { chirp, find, joined, loudness, RATE, silence, tone } from './signals.js';

const hello = chirp(600);
const question = chirp(800, { from: 2500, to: 500, amplitude: 6000 });

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open();
});
afterEach(() => scene.close());

describe('both sides on one timeline', () => {
  it('is silent where nobody spoke, and as long as the call', async () => {
    const { sampleRate, channels, samples } = await scene.end(1500);
    expect([sampleRate, channels]).toEqual([24_000, 1]);
    expect(samples).toEqual(timeline(1500));
  });

  it('has what the user said where it was said, and the agent where it was heard', async () => {
    const playback = scene.agent(120, hello);
    playback.started(START + 300);
    playback.finished({ playedMs: 600 });
    scene.user(1000, question);
    expect((await scene.end(2000)).samples).toEqual(timeline(2000, [300, hello], [1000, question]));
  });

  it('adds up two that speak at once, and cuts peaks off instead of letting them turn over', async () => {
    const loud = tone(200, 440, { amplitude: 25_000 });
    const playback = scene.agent(0, loud);
    playback.started(START + 100);
    playback.finished({ playedMs: 200 });
    scene.user(100, loud);
    const { samples } = await scene.end(400);
    const expected = loud.map((sample) => Math.max(-32_768, Math.min(32_767, 2 * sample)));
    expect(samples).toEqual(timeline(400, [100, expected]));
  });

  it('leaves out what lies before its start and after its end', async () => {
    scene.user(-300, hello);
    scene.user(1700, question);
    expect((await scene.end(2000)).samples).toEqual(
      timeline(2000, [0, part(hello, 300, 600)], [1700, part(question, 0, 300)]),
    );
  });

  it('takes the mean of several channels', async () => {
    const stereo = new Int16Array(hello.length * 2);
    for (let i = 0; i < hello.length; i += 1) stereo[2 * i] = (hello[i] ?? 0) * 2;
    scene.user(500, stereo, { channels: 2 });
    expect((await scene.end(1500)).samples).toEqual(timeline(1500, [500, hello]));
  });
});

describe('what was heard of the agent', () => {
  it('is cut where playback was cut', async () => {
    const playback = scene.agent(100, hello);
    playback.started(START + 200);
    playback.finished({ playedMs: 250 });
    expect((await scene.end(1000)).samples).toEqual(timeline(1000, [200, part(hello, 0, 250)]));
  });

  it('is nothing of what was cut off before it began', async () => {
    scene.agent(100, hello).finished({ playedMs: 0 });
    const next = scene.agent(300, question);
    next.started(START + 400);
    next.finished({ playedMs: 800 });
    expect((await scene.end(1500)).samples).toEqual(timeline(1500, [400, question]));
  });

  it('rests where playback was paused', async () => {
    const playback = scene.agent(100, hello);
    playback.started(START + 200);
    scene.recording.paused(START + 350);
    scene.recording.resumed(START + 900);
    playback.finished({ playedMs: 600 });
    expect((await scene.end(2000)).samples).toEqual(
      timeline(2000, [200, part(hello, 0, 150)], [900, part(hello, 150, 600)]),
    );
  });

  it('stops at a pause that became an interruption', async () => {
    const playback = scene.agent(100, hello);
    playback.started(START + 200);
    scene.recording.paused(START + 350);
    playback.finished({ playedMs: 150 });
    scene.recording.resumed(START + 800);
    expect((await scene.end(2000)).samples).toEqual(timeline(2000, [200, part(hello, 0, 150)]));
  });

  it('has a gap where the sound came too late', async () => {
    const playback = scene.recording.playback();
    const frame = (samples: Int16Array) => ({
      data: samples,
      sampleRate: RATE,
      channels: 1,
      samplesPerChannel: samples.length,
    });
    playback.frame(frame(part(hello, 0, 300)), START + 100);
    playback.started(START + 150);
    playback.frame(frame(part(hello, 300, 600)), START + 700);
    playback.finished({ playedMs: 600 });
    expect((await scene.end(2000)).samples).toEqual(
      timeline(2000, [150, part(hello, 0, 300)], [700, part(hello, 300, 600)]),
    );
  });

  it('is what the output itself reports, where it does', async () => {
    const playback = scene.agent(100, hello);
    playback.started(START + 200);
    scene.recording.paused(START + 350);
    playback.progressed({ time: START + 200, offsetMs: 0, durationMs: 150 });
    scene.recording.resumed(START + 900);
    // The queue of 100 ms was dropped at the pause.
    playback.progressed({ time: START + 910, offsetMs: 250, durationMs: 350 });
    playback.finished({ playedMs: 500 });
    expect((await scene.end(2000)).samples).toEqual(
      timeline(2000, [200, part(hello, 0, 150)], [910, part(hello, 250, 600)]),
    );
  });

  it('goes to the end of a call that ends in the middle of it', async () => {
    scene.agent(100, hello).started(START + 200);
    expect((await scene.end(500)).samples).toEqual(timeline(500, [200, part(hello, 0, 300)]));
  });

  it('is there once, when the segments follow each other closely', async () => {
    const first = scene.agent(0, hello);
    const second = scene.agent(10, question);
    first.started(START + 50);
    first.finished({ playedMs: 600 });
    second.started(START + 650);
    second.finished({ playedMs: 800 });
    expect((await scene.end(2000)).samples).toEqual(timeline(2000, [50, hello], [650, question]));
  });
});

describe("the user's frames say when they arrived, not when they were spoken", () => {
  const speech = joined(chirp(1000), silence(1000), chirp(1000, { from: 2000, to: 400 }));

  it('a stall of the event loop moves nothing', async () => {
    // All that was spoken between 1.2 and 1.9 s arrives at 1.9 s.
    scene.user(1000, speech, { delay: (time) => (time > 1200 && time < 1900 ? 1900 - time : 0) });
    expect((await scene.end(5000)).samples).toEqual(timeline(5000, [1000, speech]));
  });

  it('jitter moves nothing by more than the least of it', async () => {
    let seed = 1;
    const jitter = (): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return 40 * (seed / 2_147_483_647);
    };
    scene.user(1000, speech, { delay: jitter });
    const { samples } = await scene.end(5000);
    const found = find(samples, chirp(1000), RATE, RATE / 10);
    expect(found.alike).toBeGreaterThan(0.999);
    expect(Math.abs(found.at - RATE)).toBeLessThan(RATE * 0.005);
  });

  it('a muted microphone is a gap, and what follows lies where it was spoken', async () => {
    scene.user(500, part(speech, 0, 1000));
    scene.user(3500, part(speech, 2000, 3000));
    expect((await scene.end(5000)).samples).toEqual(
      timeline(5000, [500, part(speech, 0, 1000)], [3500, part(speech, 2000, 3000)]),
    );
  });

  it('a sample clock that runs slow is followed', async () => {
    // 0.1 % slow: after 60 s the frames lag 60 ms.
    const minute = silence(60_000);
    minute.set(chirp(500), RATE * 55);
    scene.user(0, minute, { delay: (time) => time / 1000 });
    const { samples } = await scene.end(61_000);
    const spoken = Math.round(RATE * 55.055);
    const found = find(samples, chirp(500), spoken, RATE / 10);
    expect(found.alike).toBeGreaterThan(0.99);
    expect(Math.abs(found.at - spoken)).toBeLessThan(RATE * 0.012);
  });

  it.each([8000, 16_000, 44_100, 48_000])('a microphone of %i Hz is converted', async (rate) => {
    scene.user(1000, chirp(800, { rate }), { rate });
    const { samples } = await scene.end(2500);
    const expected = timeline(2500, [1000, chirp(800)]);
    const difference = samples.map((sample, i) => sample - (expected[i] ?? 0));
    // 60 dB below the signal, away from its two ends, which no filter leaves sharp.
    expect(loudness(part(difference, 1050, 1750))).toBeLessThan(loudness(chirp(800)) / 1000);
    expect(loudness(part(samples, 0, 990))).toBe(0);
    expect(loudness(part(samples, 1810, 2500))).toBe(0);
  });
});
