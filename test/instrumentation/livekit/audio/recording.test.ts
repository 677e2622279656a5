import { initializeLogger } from '@livekit/agents';
import { dispose } from '@livekit/rtc-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hrTimeToMs } from '../../../../src/otel/time.js';
import { find, readWav } from '../../../audio/signals.js';
import { SAMPLE_RATE, sleep } from '../fakes/audio.js';
import { STORY, story } from '../fakes/replies.js';
import { expectConformant, sessionOf, turnsOf } from '../outline.js';
import { RecordedCall, stretches } from './recorded-call.js';
import type { Sound } from './sound-microphone.js';
import { spoken, utterance } from './speech.js';

beforeAll(() => initializeLogger({ pretty: false, level: 'silent' }));
afterAll(() => dispose());

const GREETING = 'Hello there how can I help';
/** The issue's own bound: 20 ms. */
const NEAR = (SAMPLE_RATE * 20) / 1000;
/** What is looked at of a stretch of sound, at most: 200 ms. */
const PROBE = SAMPLE_RATE * 0.2;
/** Less than 50 ms of sound cannot be told apart; LiveKit may resume for an instant before it cuts. */
const TELLING = SAMPLE_RATE * 0.05;

/** Every stretch lies in the recording where it was heard: its first 200 ms, and its last. */
function expectHeard(call: RecordedCall, samples: Int16Array, sounds: readonly Sound[]): void {
  const all = stretches(sounds).filter((stretch) => stretch.samples.length >= TELLING);
  expect(all.length).toBeGreaterThan(0);
  for (const { at, samples: sound } of all) {
    const start = call.sampleAt(at);
    const lastFrom = Math.max(0, sound.length - PROBE);
    for (const from of new Set([0, lastFrom])) {
      const probe = sound.subarray(from, from + PROBE);
      const found = find(samples, probe, start + from, 2 * NEAR);
      expect(found.alike).toBeGreaterThan(0.5);
      expect(Math.abs(found.at - start - from)).toBeLessThanOrEqual(NEAR);
    }
  }
}

/** Outside of what was heard, give or take 20 ms, the recording is silent. */
function expectNothingElse(call: RecordedCall, samples: Int16Array): void {
  const heard = new Uint8Array(samples.length);
  for (const { at, samples: sound } of [...call.microphone.heard, ...call.speaker.heard]) {
    const start = call.sampleAt(at);
    heard.fill(1, Math.max(0, start - NEAR), Math.max(0, start + sound.length + NEAR));
  }
  const stray = samples.findIndex((sample, i) => heard[i] === 0 && sample !== 0);
  expect(stray).toBe(-1);
}

/** The sound does not lie in the recording around this place. */
function expectAbsent(samples: Int16Array, sound: Int16Array, around: number): void {
  expect(find(samples, sound.subarray(0, PROBE), around, 2 * NEAR).alike).toBeLessThan(0.3);
}

function expectAttributes(call: RecordedCall, samples: Int16Array): void {
  expectConformant(call.spans);
  const session = sessionOf(call.spans);
  const id = session.attributes['voice.session.id'];
  expect(session.attributes['voice.recording.codec']).toBe('wav');
  expect(session.attributes['voice.recording.url']).toBe(
    `file://${call.directory}/recordings/${String(id)}.wav`,
  );
  const duration = Number(session.attributes['voice.recording.duration']);
  expect(Math.round(duration * SAMPLE_RATE)).toBe(samples.length);
  for (const turn of turnsOf(call.spans)) {
    const offset = Number(turn.attributes['voice.turn.recording_offset']);
    expect(offset * 1000).toBeCloseTo(
      hrTimeToMs(turn.startTime) - (call.recordings.at(-1)?.startTime ?? Number.NaN),
      1,
    );
  }
}

describe.concurrent('the recording of a call on a real AgentSession', () => {
  it('a greeting inside onEnter, a question, and a reply that a barge-in cuts', async () => {
    const call = await RecordedCall.make({
      hears: ['Tell me a story', 'Please stop'],
      replies: story,
      greeting: GREETING,
    });
    await call.start();
    await call.agentIs('speaking');
    await call.agentIs('listening');
    await call.microphone.say(utterance(900, 1));
    await call.agentIs('speaking');
    await sleep(700);
    await call.microphone.say(utterance(900, 2));
    await call.agentIs('listening');
    await call.agentIs('speaking');
    await call.agentIs('listening');
    const { samples } = await call.close();
    expect(call.speaker.cuts).toHaveLength(1);
    expectHeard(call, samples, call.microphone.heard);
    expectHeard(call, samples, call.speaker.heard);
    expectNothingElse(call, samples);
    const greeted = call.speaker.heard[0]?.at ?? Number.NaN;
    expect(find(samples, spoken(GREETING), call.sampleAt(greeted), 2 * NEAR).alike).toBeGreaterThan(0.99);
    const cut = call.sampleAt(call.speaker.cuts[0] ?? Number.NaN);
    const heardOfStory = stretches(call.speaker.heard)[1]?.samples.length ?? 0;
    expectAbsent(samples, spoken(STORY).subarray(heardOfStory + NEAR), cut);
    expectAttributes(call, samples);
    await call.remove();
  });

  it.each([false, true])(
    'a false interruption pauses the reply (the output reports its playback: %s)',
    async (reports) => {
      const call = await RecordedCall.make({ hears: ['Tell me a story', null], replies: story, reports });
      await call.start();
      await call.microphone.say(utterance(900, 3));
      await call.agentIs('speaking');
      await sleep(600);
      await call.microphone.say(utterance(450, 4));
      await call.agentIs('listening');
      await call.agentIs('speaking');
      await call.agentIs('listening');
      const { samples } = await call.close();
      expect(call.speaker.pauses).toBeGreaterThan(0);
      expect(call.speaker.cuts).toHaveLength(0);
      expect(stretches(call.speaker.heard).length).toBeGreaterThan(1);
      expectHeard(call, samples, call.speaker.heard);
      expectHeard(call, samples, call.microphone.heard);
      expectNothingElse(call, samples);
      await call.remove();
    },
  );

  it('attached after the start, in the middle of a call', async () => {
    const call = await RecordedCall.make({
      hears: ['Hello', 'Tell me a story'],
      replies: story,
      attach: null,
    });
    await call.start();
    await call.microphone.say(utterance(700, 5));
    await call.agentIs('speaking');
    await call.agentIs('listening');
    const [before, played] = [call.microphone.heard.length, call.speaker.heard.length];
    call.attach();
    await sleep(200);
    await call.microphone.say(utterance(900, 6));
    await call.agentIs('speaking');
    await call.agentIs('listening');
    const { samples } = await call.close();
    expectHeard(call, samples, call.microphone.heard.slice(before));
    expectHeard(call, samples, call.speaker.heard.slice(played));
    expectNothingElse(call, samples);
    await call.remove();
  });

  it('attached in the middle of a reply, begins with the next', async () => {
    const call = await RecordedCall.make({ greeting: STORY, hears: ['Hello'], attach: null });
    await call.start();
    await call.agentIs('speaking');
    await sleep(500);
    call.attach();
    await call.agentIs('listening');
    const greeting = call.speaker.heard.length;
    await call.microphone.say(utterance(700, 7));
    await call.agentIs('speaking');
    await call.agentIs('listening');
    const { samples } = await call.close();
    expectHeard(call, samples, call.speaker.heard.slice(greeting));
    expectHeard(call, samples, call.microphone.heard);
    await call.remove();
  });

  it('a call that ends while the agent speaks', async () => {
    const call = await RecordedCall.make({ greeting: STORY });
    await call.start();
    await call.agentIs('speaking');
    await sleep(600);
    const { samples } = await call.close();
    expectHeard(call, samples, call.speaker.heard);
    expectNothingElse(call, samples);
    expectAttributes(call, samples);
    await call.remove();
  });

  it('each start of a session has its own, with the greeting in it', async () => {
    const call = await RecordedCall.make({ greeting: GREETING });
    for (const round of [1, 2]) {
      const before = call.speaker.heard.length;
      await call.start();
      await call.agentIs('speaking');
      await call.agentIs('listening');
      await call.session.close();
      const stored = await call.recordings.at(-1)?.done;
      expect(call.recordings).toHaveLength(round);
      const { samples } = await readWav(new URL(stored?.url ?? ''));
      expectHeard(call, samples, call.speaker.heard.slice(before));
      const greeted = call.sampleAt(call.speaker.heard[before]?.at ?? Number.NaN);
      expect(find(samples, spoken(GREETING), greeted, 2 * NEAR).alike).toBeGreaterThan(0.99);
    }
    call.microphone.stop();
    await call.remove();
  });

  it('is stored when shutdown() resolves, of a call that is still going on too', async () => {
    const call = await RecordedCall.make({ greeting: GREETING });
    await call.start();
    await call.agentIs('speaking');
    await call.agentIs('listening');
    await call.observability.shutdown();
    const url = String(sessionOf(call.spans).attributes['voice.recording.url']);
    const { samples } = await readWav(new URL(url));
    expectHeard(call, samples, call.speaker.heard);
    await call.close();
    await call.remove();
  });

  it('is not made where recordAudio is false', async () => {
    const call = await RecordedCall.make({ greeting: GREETING, recordAudio: false });
    await call.start();
    await call.agentIs('speaking');
    await call.agentIs('listening');
    await call.close();
    expect(call.recordings).toEqual([]);
    expect(sessionOf(call.spans).attributes).not.toHaveProperty('voice.recording.codec');
    for (const turn of turnsOf(call.spans))
      expect(turn.attributes).not.toHaveProperty('voice.turn.recording_offset');
    await call.remove();
  });
});
