import { initializeLogger, voice } from '@livekit/agents';
import { dispose } from '@livekit/rtc-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sleep } from './fakes/audio.js';
import { Call } from './fakes/call.js';
import { STORY, story } from './fakes/replies.js';
import { expectNear, ms, outlineOf } from './outline.js';

beforeAll(() => initializeLogger({ pretty: false, level: 'silent' }));
afterAll(() => dispose());

describe.concurrent('the end of a call', () => {
  it('while the agent speaks closes its turn', async () => {
    const call = await new Call({ hears: ['Tell me a story'], replies: story }).start();
    await call.microphone.say(700);
    await call.agentIs('speaking');
    await sleep(500);
    const spans = await call.close();
    expect(outlineOf(spans)).toEqual([
      'session user_initiated',
      '0 user "Tell me a story" completed [stt vad]',
      `1 agent "${STORY}" session_closed answers 0 [llm tts]`,
    ]);
    const { startedAt, heardUntil } = call.speaker.last;
    const heard =
      ms(spans, 1, 'voice.turn.last_audio_offset') - ms(spans, 1, 'voice.turn.first_audio_offset');
    expectNear(heard, heardUntil - startedAt, call.microphone.stallMs);
  });

  it('while the user speaks closes their turn, with the words so far', async () => {
    const call = await new Call({ hears: ['Please wait a moment'] }).start();
    const speaking = call.microphone.say(2000);
    await sleep(700);
    const spans = await call.close();
    await speaking;
    expect(outlineOf(spans)).toEqual(['session user_initiated', '0 user "Please" session_closed [stt]']);
  });

  it('nothing counts after it, and no listener of ours stays but the one for another start', async () => {
    const call = await new Call({ hears: ['Hello'] }).start();
    await call.exchange(600);
    const spans = await call.close();
    const count = spans.length;
    const { AgentSessionEventTypes: Event } = voice;
    const createdAt = Date.now();
    call.session.emit(Event.UserStateChanged, {
      type: 'user_state_changed',
      oldState: 'listening',
      newState: 'away',
      createdAt,
    });
    call.session.emit(Event.AgentFalseInterruption, {
      type: 'agent_false_interruption',
      resumed: true,
      createdAt,
    });
    await sleep(50);
    expect(call.spans).toHaveLength(count);
    expect(call.attachment.session.ended).toBe(true);
    expect(call.session.listenerCount(Event.ConversationItemAdded)).toBe(1);
    expect(call.session.listenerCount(Event.MetricsCollected)).toBe(0);
    expect(call.speaker.listenerCount('playbackStarted')).toBe(0);
  });
});
