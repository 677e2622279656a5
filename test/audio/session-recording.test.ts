import { describe, expect, it } from 'vitest';
import { VoiceTracer } from '../../src/conversation/tracer.js';
import { checkConformance } from '../../src/testing/index.js';
import { FakeClock } from '../support/clock.js';
import { KeepingProcessor, named, provider } from '../support/spans.js';

describe('what a session says of its recording', () => {
  it('is on its span, and where each turn lies in it', () => {
    const kept = new KeepingProcessor();
    const clock = new FakeClock();
    const session = new VoiceTracer({ tracerProvider: provider(kept), clock }).startSession({ agentId: 'a' });
    const start = session.now();
    const early = session.startUserTurn();
    clock.pass(250);
    session.setRecording({ startTime: start + 250 });
    early.end();
    clock.pass(1250);
    session.startAgentTurn().end();
    session.setRecording({ codec: 'wav', durationMs: 12_500, url: 's3://calls/s.wav' });
    session.setRecording({ durationMs: -1, url: '' });
    session.setRecording(undefined as never);
    session.end();
    expect(named(kept.spans, 'voice.session')[0]?.attributes).toMatchObject({
      'voice.recording.codec': 'wav',
      'voice.recording.duration': 12.5,
      'voice.recording.url': 's3://calls/s.wav',
    });
    const key = 'voice.turn.recording_offset';
    // It began before the recording did.
    expect(named(kept.spans, 'voice.user_turn')[0]?.attributes).not.toHaveProperty([key]);
    expect(named(kept.spans, 'voice.agent_turn')[0]?.attributes[key]).toBe(1.25);
    expect(checkConformance(kept.spans)).toEqual([]);
  });
});
