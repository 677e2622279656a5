import { EventEmitter } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { observeRtvi, type RtviEmitter } from '../../../src/instrumentation/rtvi/observe.js';
import { stagesOf, turnsOf } from '../livekit/outline.js';
import {
  comparable,
  expectedOf,
  recorder,
  SetClock,
  scenarios,
  turnsSeen,
} from '../pipeline/conversation.js';
import { recordedMessages, replayMessages } from './replay.js';
import { scriptedClient } from './transport.js';

// The client asks the browser about itself.
beforeAll(() => vi.stubGlobal('window', { navigator: {} }));
afterAll(() => vi.unstubAllGlobals());
afterEach(() => vi.restoreAllMocks());

// Servers of protocol 1.x answer this client, too, and it warns of them.
const told = scenarios.filter((scenario) => scenario !== 'rtvi-legacy-client');

describe.each(told)('a PipecatClient that receives %s', (scenario) => {
  it('shows the turns, and the same stages as its messages', async () => {
    const clock = new SetClock();
    const { tracer, spans } = recorder(clock);
    const { client, transport } = scriptedClient();
    const observation = observeRtvi(client, { agentId: 'recorded', tracer });
    const connected = client.connect().catch(() => {});
    for (const { t, message } of recordedMessages(scenario)) {
      clock.now = t * 1000;
      transport.receive(message);
    }
    await connected;
    await client.disconnect();
    const { seen, expected } = comparable(turnsSeen(spans), expectedOf(scenario), 'rtvi');
    expect(seen).toEqual(expected);
    const fromMessages = await replayMessages(scenario);
    expect(usageOf(spans)).toEqual(usageOf(fromMessages));
    observation.stop();
    await observation.done;
  });
});

/** What is billed of each stage. */
function usageOf(spans: Parameters<typeof turnsOf>[0]): unknown[] {
  return turnsOf(spans).flatMap((turn) =>
    stagesOf(spans, turn).map(({ name, attributes }) => [
      name,
      attributes['gen_ai.usage.input_tokens'],
      attributes['gen_ai.usage.output_tokens'],
      attributes['voice.tts.characters'],
      attributes['voice.stt.audio_duration'],
    ]),
  );
}

describe('a client', () => {
  it('that connects again begins another session', async () => {
    const { tracer, spans } = recorder();
    const emitter = new EventEmitter();
    const observation = observeRtvi(emitter, { agentId: 'agent', tracer });
    for (const _ of [1, 2]) {
      emitter.emit('botReady', { version: '2.2.0' });
      emitter.emit('userStartedSpeaking');
      emitter.emit('userTranscript', { text: 'Hello.', final: true });
      emitter.emit('userStoppedSpeaking');
      emitter.emit('disconnected');
      // What comes after the end counts for nothing.
      emitter.emit('metrics', { tokens: [{ prompt_tokens: 1, completion_tokens: 1 }] });
    }
    observation.stop();
    expect(spans.filter(({ name }) => name === 'voice.session')).toHaveLength(2);
    expect(spans.filter(({ name }) => name === 'voice.user_turn')).toHaveLength(2);
    expect(spans.filter(({ name }) => name.startsWith('chat'))).toEqual([]);
  });

  it('is left with no listener of ours', () => {
    const emitter = new EventEmitter();
    const own = (): void => {};
    emitter.on('botReady', own);
    observeRtvi(emitter, { agentId: 'agent', tracer: recorder().tracer }).stop();
    expect(emitter.eventNames()).toEqual(['botReady']);
    expect(emitter.listeners('botReady')).toEqual([own]);
  });

  it('that is some other emitter still throws its own errors', () => {
    const emitter = new EventEmitter();
    const observation = observeRtvi(emitter, { agentId: 'agent', tracer: recorder().tracer });
    expect(() => emitter.emit('error', new Error('its own'))).toThrow('its own');
    observation.stop();
  });

  it('may send what it likes', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const emitter = new EventEmitter();
    const observation = observeRtvi(emitter, { agentId: 'agent', tracer: recorder().tracer });
    const payloads = [
      undefined,
      null,
      7,
      'text',
      { text: 5 },
      { ttfb: 'none', tokens: [null] },
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('no');
          },
        },
      ),
    ];
    for (const event of emitter.eventNames()) {
      for (const payload of payloads) expect(() => emitter.emit(event, payload)).not.toThrow();
    }
    observation.stop();
  });

  it('that cannot be listened to does no harm', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const broken: RtviEmitter = {
      on: () => {
        throw new Error('closed');
      },
    };
    observeRtvi(broken, { agentId: 'agent', tracer: recorder().tracer }).stop();
  });
});

describe('with the level of the device', () => {
  /** When the agent was first heard, in milliseconds after the commit of the turn that it answers. */
  function heardAfter(play: (at: (ms: number) => void, emitter: EventEmitter) => void): number | undefined {
    const clock = new SetClock();
    const { tracer, spans } = recorder(clock);
    const emitter = new EventEmitter();
    const at = (ms: number): void => {
      clock.now = 1_800_000_000_000 + ms;
    };
    at(0);
    const observation = observeRtvi(emitter, { agentId: 'agent', tracer, heardFromLevel: 0.1 });
    emitter.emit('userStartedSpeaking');
    emitter.emit('userTranscript', { text: 'Hello?', final: true });
    at(1000);
    emitter.emit('userStoppedSpeaking');
    emitter.emit('botLlmStarted');
    play(at, emitter);
    at(9000);
    emitter.emit('botStoppedSpeaking');
    observation.stop();
    const seconds = turnsOf(spans)[1]?.attributes['voice.turn.first_audio_offset'];
    return typeof seconds === 'number' ? Math.round(seconds * 1000) : undefined;
  }

  it('the agent is heard when it rises after the announcement', () => {
    const heard = heardAfter((at, emitter) => {
      emitter.emit('remoteAudioLevel', 0.01);
      at(1500);
      emitter.emit('botStartedSpeaking');
      at(1580);
      emitter.emit('remoteAudioLevel', 0.04);
      at(1620);
      emitter.emit('remoteAudioLevel', 0.6);
      at(1660);
      emitter.emit('remoteAudioLevel', 0.7);
    });
    expect(heard).toBe(620);
  });

  it('or when it rose shortly before', () => {
    const heard = heardAfter((at, emitter) => {
      at(1450);
      emitter.emit('remoteAudioLevel', 0.5);
      at(1500);
      emitter.emit('botStartedSpeaking');
    });
    expect(heard).toBe(450);
  });

  it('and by the word of the server where the device tells nothing', () => {
    const heard = heardAfter((at, emitter) => {
      at(1500);
      emitter.emit('botStartedSpeaking');
    });
    expect(heard).toBe(500);
  });
});
