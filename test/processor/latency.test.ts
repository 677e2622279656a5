import { beforeEach, describe, expect, it } from 'vitest';
import { VoiceTracer } from '../../src/conversation/tracer.js';
import { VoiceSpanProcessor } from '../../src/processor/voice-span-processor.js';
import { checkConformance } from '../../src/testing/index.js';
import { FakeClock } from '../support/clock.js';
import { KeepingProcessor, named, provider } from '../support/spans.js';

let clock: FakeClock;
let kept: KeepingProcessor;
let tracer: VoiceTracer;

beforeEach(() => {
  clock = new FakeClock();
  kept = new KeepingProcessor();
  tracer = new VoiceTracer({ clock, tracerProvider: provider(new VoiceSpanProcessor(), kept) });
});

/** The latencies of the agent turns, in order: time to first audio, response latency, source. */
function latencies(): unknown[] {
  return named(kept.spans, 'voice.agent_turn').map(({ attributes }) => [
    attributes['voice.turn.time_to_first_audio'],
    attributes['voice.turn.response_latency'],
    attributes['voice.turn.latency_source'],
  ]);
}

const NONE = [undefined, undefined, undefined];

describe('latency of a reply', () => {
  it('runs from the announced end and from the true stop to the first audio', () => {
    const session = tracer.startSession({ agentId: 'a' });
    const user = session.startUserTurn();
    clock.pass(1250);
    user.speechEnded(clock.wallMs() - 250);
    clock.pass(50);
    user.end();
    const agent = session.startAgentTurn();
    clock.pass(700);
    agent.firstAudio();
    agent.end();
    session.end();
    // Announced at 1250, truly stopped at 1000, first audio at 2000.
    expect(latencies()).toEqual([[0.75, 1, 'measured']]);
    expect(checkConformance(kept.spans)).toEqual([]);
  });

  it('without a true stop there is no response latency; the end of the span is the announcement', () => {
    const session = tracer.startSession({ agentId: 'a' });
    session.userTurn(() => clock.pass(1000));
    session.agentTurn((turn) => {
      clock.pass(400);
      turn.firstAudio();
    });
    session.end();
    expect(latencies()).toEqual([[0.4, undefined, 'measured']]);
  });

  it('a greeting has none, and a follow-up has none', () => {
    const session = tracer.startSession({ agentId: 'a' });
    session.agentTurn((turn) => turn.firstAudio());
    clock.pass(500);
    session.userTurn(() => clock.pass(1000));
    session.agentTurn((turn) => {
      clock.pass(300);
      turn.firstAudio();
    });
    clock.pass(2000);
    session.agentTurn((turn) => turn.firstAudio());
    session.end();
    expect(latencies()).toEqual([NONE, [0.3, undefined, 'measured'], NONE]);
  });

  it('a turn that nobody heard answers nothing; the next one does', () => {
    const session = tracer.startSession({ agentId: 'a' });
    session.userTurn(() => clock.pass(1000));
    const cancelled = session.startAgentTurn();
    clock.pass(200);
    cancelled.end({ reason: 'cancelled' });
    const answer = session.startAgentTurn();
    clock.pass(600);
    answer.firstAudio();
    answer.end();
    session.end();
    expect(latencies()).toEqual([NONE, [0.8, undefined, 'measured']]);
  });

  it('goes to the answer that was heard first, also when that one ends later', () => {
    const session = tracer.startSession({ agentId: 'a' });
    session.userTurn(() => clock.pass(1000));
    const first = session.startAgentTurn();
    clock.pass(300);
    first.firstAudio();
    clock.pass(100);
    session.agentTurn((second) => {
      clock.pass(200);
      second.firstAudio();
    });
    clock.pass(400);
    first.end();
    session.end();
    expect(latencies()).toEqual([[0.3, undefined, 'measured'], NONE]);
  });

  it('goes to the turn that is named, not to the latest', () => {
    const session = tracer.startSession({ agentId: 'a' });
    const first = session.startUserTurn();
    clock.pass(1000);
    first.end();
    clock.pass(100);
    session.userTurn(() => clock.pass(200));
    const agent = session.startAgentTurn({ replyToId: first.turnId });
    clock.pass(700);
    agent.firstAudio();
    agent.end();
    session.end();
    expect(latencies()).toEqual([[1, undefined, 'measured']]);
  });

  it('an answer that ends before its user turn does is timed all the same', () => {
    const session = tracer.startSession({ agentId: 'a' });
    const user = session.startUserTurn();
    clock.pass(1000);
    user.speechEnded();
    const agent = session.startAgentTurn({ replyToId: user.turnId });
    clock.pass(500);
    agent.firstAudio();
    agent.end();
    user.end();
    session.end();
    expect(latencies()).toEqual([[0.5, 0.5, 'measured']]);
  });

  it('an answer inside the callback of its user turn is timed', () => {
    const session = tracer.startSession({ agentId: 'a' });
    session.userTurn((user) => {
      clock.pass(1000);
      user.speechEnded();
      session.agentTurn((agent) => {
        clock.pass(300);
        agent.firstAudio();
      });
    });
    session.end();
    expect(latencies()).toEqual([[0.3, 0.3, 'measured']]);
  });

  it('what somebody else has written stays', () => {
    const session = tracer.startSession({ agentId: 'a' });
    session.userTurn(() => clock.pass(1000));
    const agent = session.startAgentTurn();
    const own = { 'voice.turn.time_to_first_audio': 0.123, 'voice.turn.latency_source': 'derived' };
    const { span } = agent as unknown as { span: { set(attributes: object): void } };
    span.set(own);
    clock.pass(400);
    agent.firstAudio();
    agent.end();
    session.end();
    expect(named(kept.spans, 'voice.agent_turn')[0]?.attributes).toMatchObject(own);
    expect(named(kept.spans, 'voice.session')[0]?.attributes).toMatchObject({
      'voice.session.time_to_first_audio.p50': 0.123,
    });
  });
});

describe('roll-ups of a session', () => {
  it('counts and percentiles by nearest rank', () => {
    const session = tracer.startSession({ agentId: 'a' });
    // Waits of 100, 200, … 2000 ms: by nearest rank p50 is the 10th and p95 the 19th of 20.
    for (let i = 1; i <= 20; i += 1) {
      const user = session.startUserTurn();
      clock.pass(1000);
      user.speechEnded();
      if (i % 5 === 0) user.markInterrupted({ byTurnId: 't_0', interruptLatencyMs: i * 10 });
      user.end();
      session.agentTurn((turn) => {
        clock.pass(i * 100);
        turn.firstAudio();
      });
    }
    session.end();
    expect(named(kept.spans, 'voice.session')[0]?.attributes).toMatchObject({
      'voice.session.turn_count': 40,
      'voice.session.user_turn_count': 20,
      'voice.session.agent_turn_count': 20,
      'voice.session.interruption_count': 4,
      'voice.session.time_to_first_audio.p50': 1,
      'voice.session.time_to_first_audio.p95': 1.9,
      'voice.session.response_latency.p50': 1,
      'voice.session.response_latency.p95': 1.9,
      'voice.session.interruption_latency.p50': 0.1,
      'voice.session.interruption_latency.p95': 0.2,
    });
    expect(checkConformance(kept.spans)).toEqual([]);
  });

  it('of a session that was forgotten, because too many are open, are left out rather than wrong', () => {
    const first = tracer.startSession({ agentId: 'first' });
    first.userTurn(() => clock.pass(10));
    for (let i = 0; i < 10_000; i += 1) tracer.startSession({ agentId: 'another' });
    first.end();
    const [forgotten] = kept.spans.filter(({ name }) => name === 'voice.session');
    expect(forgotten?.attributes['gen_ai.agent.name']).toBe('first');
    expect(forgotten?.attributes).not.toHaveProperty('voice.session.turn_count');
  });

  it('sessions at the same time do not mix', () => {
    const sessions = [1, 2, 3].map((n) => tracer.startSession({ agentId: `a${n}` }));
    const users = sessions.map((session) => session.startUserTurn());
    clock.pass(1000);
    for (const user of users) user.end();
    sessions.forEach((session) => {
      session.agentTurn((turn) => {
        clock.pass(100);
        turn.firstAudio();
      });
    });
    for (const session of sessions) session.end();
    expect(latencies()).toEqual([
      [0.1, undefined, 'measured'],
      [0.2, undefined, 'measured'],
      [0.3, undefined, 'measured'],
    ]);
  });
});
