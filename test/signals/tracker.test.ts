import { describe, expect, it } from 'vitest';
import type { StageRecord, VoiceSignal } from '../../src/signals/signal.js';
import { track, turns } from './recorder.js';

const stt: StageRecord = { kind: 'stt', startTime: 1000, endTime: 2150, model: 'nova-3' };
const llm: StageRecord = { kind: 'llm', startTime: 2200, endTime: 2600, model: 'gpt-4.1-mini' };
const tts: StageRecord = { kind: 'tts', startTime: 2500, endTime: 2800, model: 'sonic-2' };

/** A user turn: onset 1000, true stop 2000, announced 2250, committed 2300. */
const userTurn: VoiceSignal[] = [
  { type: 'user_speech_started', time: 1060, onset: 1000 },
  { type: 'user_transcript', time: 1100, text: 'I', final: false },
  { type: 'user_transcript', time: 2150, text: 'I cannot log in', final: true },
  { type: 'stage_finished', time: 2150, stage: stt },
  { type: 'user_speech_stopped', time: 2250, stop: 2000 },
  {
    type: 'user_turn_committed',
    time: 2300,
    transcript: 'I cannot log in',
    onset: 1000,
    stop: 2000,
    speechId: 'a',
  },
];

/** The answer: first audio 2700, last 4000. */
const answer: VoiceSignal[] = [
  { type: 'stage_finished', time: 2600, stage: llm, speechId: 'a' },
  { type: 'agent_audio_started', time: 2700, speechId: 'a' },
  { type: 'stage_finished', time: 2800, stage: tts, speechId: 'a' },
  { type: 'agent_audio_stopped', time: 4000, speechId: 'a' },
  { type: 'agent_transcript', time: 4000, speechId: 'a', text: 'Let me help.' },
  { type: 'speech_done', time: 4001, speechId: 'a', interrupted: false },
];

const userRecord = {
  turnId: 'user-0',
  turnIndex: 0,
  speaker: 'user',
  startTime: 1000,
  endTime: 2000,
  endReason: 'completed',
  transcript: 'I cannot log in',
  speechEnd: 2000,
  announcedEnd: 2250,
  events: [
    { name: 'user_speech_start', time: 1000 },
    { name: 'user_speech_end', time: 2000 },
  ],
  stages: [stt],
};

const agentRecord = {
  turnId: 'agent-1',
  turnIndex: 1,
  speaker: 'agent',
  startTime: 2300,
  endTime: 4000,
  endReason: 'completed',
  transcript: 'Let me help.',
  replyToId: 'user-0',
  firstAudio: 2700,
  lastAudio: 4000,
  events: [
    { name: 'agent_speech_start', time: 2700 },
    { name: 'agent_speech_end', time: 4000 },
  ],
  stages: [llm, tts],
};

describe('turns', () => {
  it('a greeting starts at its first stage and answers nobody', () => {
    const greeting = track([
      { type: 'speech_created', time: 100, speechId: 'g', origin: 'prompted' },
      { type: 'agent_audio_started', time: 300, speechId: 'g' },
      {
        type: 'stage_finished',
        time: 350,
        speechId: 'g',
        stage: { kind: 'tts', startTime: 120, endTime: 350 },
      },
      { type: 'agent_audio_stopped', time: 900, speechId: 'g' },
      { type: 'agent_transcript', time: 900, speechId: 'g', text: 'Hello there' },
      { type: 'speech_done', time: 901, speechId: 'g', interrupted: false },
    ]);
    expect(turns(greeting)).toEqual([
      {
        turnId: 'agent-0',
        turnIndex: 0,
        speaker: 'agent',
        startTime: 120,
        endTime: 900,
        endReason: 'completed',
        transcript: 'Hello there',
        firstAudio: 300,
        lastAudio: 900,
        events: [
          { name: 'agent_speech_start', time: 300 },
          { name: 'agent_speech_end', time: 900 },
        ],
        stages: [{ kind: 'tts', startTime: 120, endTime: 350 }],
      },
    ]);
  });

  it('a plain exchange', () => {
    expect(turns(track([...userTurn, ...answer]))).toEqual([userRecord, agentRecord]);
  });

  it('a reply generated ahead of the commit belongs to its turn all the same', () => {
    const ahead: VoiceSignal = { type: 'speech_created', time: 2200, speechId: 'a', origin: 'reply' };
    const early: VoiceSignal = { type: 'stage_finished', time: 2290, speechId: 'a', stage: llm };
    const signals = [...userTurn.slice(0, -1), ahead, early, ...userTurn.slice(-1), ...answer.slice(1)];
    expect(turns(track(signals))).toEqual([userRecord, agentRecord]);
  });

  it('all that was said takes the place of what was known before', () => {
    const better: VoiceSignal = {
      type: 'agent_transcript',
      time: 4002,
      speechId: 'a',
      text: 'Let me help you.',
      whole: true,
    };
    expect(turns(track([...userTurn, ...answer, better]))[1]?.transcript).toBe('Let me help you.');
  });

  it('an answer says when the end of the speech was worked out of other times', () => {
    const derived = userTurn.map(
      (signal): VoiceSignal =>
        signal.type === 'user_turn_committed' ? { ...signal, stopSource: 'derived' } : signal,
    );
    expect(turns(track([...derived, ...answer]))).toEqual([
      userRecord,
      { ...agentRecord, latencySource: 'derived' },
    ]);
  });

  it('a source without speech ids gives the same turns', () => {
    const anonymous = [...userTurn, ...answer].map((signal): VoiceSignal => {
      if (!('speechId' in signal) || signal.type === 'speech_done') return signal;
      const { speechId: _, ...rest } = signal;
      return rest as VoiceSignal;
    });
    const created: VoiceSignal = { type: 'speech_created', time: 2200, speechId: 'a', origin: 'reply' };
    expect(turns(track([created, ...anonymous]))).toEqual([userRecord, agentRecord]);
  });

  it('several finals and pauses make one user turn', () => {
    const [user] = turns(
      track([
        { type: 'user_speech_started', time: 1000 },
        { type: 'user_transcript', time: 1500, text: 'My number is', final: true },
        { type: 'user_speech_stopped', time: 1600, stop: 1400 },
        { type: 'user_speech_started', time: 2000 },
        { type: 'user_transcript', time: 2500, text: 'forty two', final: true },
        { type: 'user_speech_stopped', time: 2600, stop: 2400 },
        { type: 'user_turn_committed', time: 2700 },
      ]),
    );
    expect(user).toMatchObject({
      startTime: 1000,
      endTime: 2400,
      transcript: 'My number is forty two',
      speechEnd: 2400,
      announcedEnd: 2600,
    });
  });

  it('a commit before the detector hears the silence is the announcement', () => {
    const [user] = turns(
      track([
        { type: 'user_speech_started', time: 1000 },
        { type: 'user_transcript', time: 1900, text: 'yes', final: true },
        { type: 'user_turn_committed', time: 2000 },
        { type: 'user_speech_stopped', time: 2250, stop: 1950 },
      ]),
    );
    expect(user).toMatchObject({ announcedEnd: 2000, endTime: 2000 });
    expect(user).not.toHaveProperty('speechEnd');
  });

  it('whoever goes on speaking has not stopped: an earlier pause is no end of the turn', () => {
    const [user] = turns(
      track([
        { type: 'user_speech_started', time: 500 },
        { type: 'user_transcript', time: 900, text: 'so', final: false },
        { type: 'user_speech_stopped', time: 1300, stop: 800 },
        { type: 'user_speech_started', time: 2000 },
        { type: 'user_turn_committed', time: 5200, transcript: 'so and so' },
      ]),
    );
    expect(user).toMatchObject({ announcedEnd: 5200, endTime: 5200 });
    expect(user).not.toHaveProperty('speechEnd');
  });

  it('a source that names no speech and never says that one is done still has a turn for each answer', () => {
    const exchange = (at: number): VoiceSignal[] => [
      { type: 'user_speech_started', time: at },
      { type: 'user_transcript', time: at + 900, text: 'hello', final: true },
      { type: 'user_speech_stopped', time: at + 1000 },
      { type: 'user_turn_committed', time: at + 1000 },
      { type: 'agent_audio_started', time: at + 1500 },
      { type: 'agent_audio_stopped', time: at + 3000 },
    ];
    const written = turns(
      track([
        ...exchange(0),
        ...exchange(10_000),
        ...exchange(20_000),
        { type: 'session_ended', time: 30_000 },
      ]),
    );
    const byIndex = written.toSorted((a, b) => a.turnIndex - b.turnIndex);
    expect(
      byIndex.map(({ turnId, startTime, endTime, replyToId }) => [turnId, startTime, endTime, replyToId]),
    ).toEqual([
      ['user-0', 0, 1000, undefined],
      ['agent-1', 1000, 3000, 'user-0'],
      ['user-2', 10_000, 11_000, undefined],
      ['agent-3', 11_000, 13_000, 'user-2'],
      ['user-4', 20_000, 21_000, undefined],
      ['agent-5', 21_000, 23_000, 'user-4'],
    ]);
  });

  it('speech that no detector heard opens a turn from its transcript', () => {
    const [user] = turns(
      track([
        { type: 'user_transcript', time: 1400, text: 'hello', final: true },
        { type: 'user_turn_committed', time: 1500 },
      ]),
    );
    expect(user).toMatchObject({ startTime: 1400, announcedEnd: 1500, transcript: 'hello' });
  });

  it('a source whose onset lies at a noise long ago is not believed', () => {
    const [user] = turns(
      track([
        { type: 'user_speech_started', time: 5000 },
        { type: 'user_transcript', time: 5500, text: 'boom please', final: true },
        { type: 'user_speech_stopped', time: 5700 },
        { type: 'user_turn_committed', time: 5800, onset: 1000, stop: 5450 },
      ]),
    );
    expect(user).toMatchObject({ startTime: 5000, endTime: 5450 });
  });

  it('a late transcript is put on the turn that has none', () => {
    const [user] = turns(
      track([
        { type: 'user_speech_started', time: 1000 },
        { type: 'user_speech_stopped', time: 2000 },
        { type: 'user_turn_committed', time: 2000 },
        { type: 'agent_audio_started', time: 2200 },
        { type: 'user_transcript', time: 2400, text: '', final: false },
        { type: 'user_transcript', time: 2500, text: 'turn the light on', final: true },
      ]),
    );
    expect(user).toMatchObject({ speaker: 'user', transcript: 'turn the light on' });
  });

  it('a transcript that comes after its turn was written is an event of the call', () => {
    const { written } = track([
      { type: 'user_speech_started', time: 1000 },
      { type: 'user_speech_stopped', time: 2000 },
      { type: 'user_turn_committed', time: 2000 },
      { type: 'user_transcript', time: 9000, text: 'late', final: true },
    ]);
    expect(written[1]).toEqual({
      event: { name: 'late_transcript', payload: { turn_id: 'user-0', text: 'late' }, time: 9000 },
    });
  });
});

describe('barge-in', () => {
  const bargeIn: VoiceSignal[] = [
    { type: 'user_speech_started', time: 3060, onset: 3000 },
    { type: 'agent_audio_stopped', time: 3300, speechId: 'a' },
    { type: 'user_transcript', time: 3900, text: 'Please stop', final: true },
  ];
  const cut: VoiceSignal = { type: 'speech_done', time: 3950, speechId: 'a', interrupted: true };
  const commit: VoiceSignal = { type: 'user_turn_committed', time: 4100, onset: 3000, stop: 3800 };
  const start = [...userTurn, ...answer.slice(0, 3)];

  const interrupted = { turnId: 'agent-1', endReason: 'interrupted', lastAudio: 3300, endTime: 3300 };
  const interrupting = {
    turnId: 'user-2',
    speaker: 'user',
    startTime: 3000,
    interruption: { agentTurnId: 'agent-1', latencyMs: 300 },
  };

  it('links the pair, measured from the onset to silence', () => {
    const [, agent, user] = turns(track([...start, ...bargeIn, cut, commit]));
    expect(agent).toMatchObject(interrupted);
    expect(user).toMatchObject(interrupting);
    expect(user?.events).toContainEqual({
      name: 'barge_in',
      payload: { agent_turn_id: 'agent-1' },
      time: 3300,
    });
  });

  it('is known also when the source says it after the commit', () => {
    const [, agent, user] = turns(track([...start, ...bargeIn, commit, cut]));
    expect(agent).toMatchObject(interrupted);
    expect(user).toMatchObject(interrupting);
  });

  it('is seen by silence under the user where the source never says it', () => {
    const [, user] = turns(track([...start, ...bargeIn, commit]));
    expect(user).toMatchObject(interrupting);
  });

  it('by speech that no detector heard begin has no latency', () => {
    const unmeasured: VoiceSignal = { type: 'user_speech_started', time: 3290, measured: false };
    const [, agent, user] = turns(track([...start, unmeasured, ...bargeIn.slice(1), cut, commit]));
    expect(agent).toMatchObject(interrupted);
    expect(user?.interruption).toEqual({ agentTurnId: 'agent-1' });
  });

  it('is none when the agent had simply finished', () => {
    const finished: VoiceSignal = { type: 'speech_done', time: 3301, speechId: 'a', interrupted: false };
    const written = turns(track([...start, ...bargeIn.slice(0, 2), finished, ...bargeIn.slice(2), commit]));
    expect(written.map(({ endReason }) => endReason)).toEqual(['completed', 'completed', 'completed']);
    expect(written[2]).not.toHaveProperty('interruption');
  });

  it('before the first audio leaves no turn of the agent, and interrupts nobody', () => {
    const written = turns(
      track([
        ...userTurn,
        { type: 'stage_finished', time: 2600, stage: llm, speechId: 'a' },
        { type: 'user_speech_started', time: 2620 },
        { type: 'user_transcript', time: 3000, text: 'never mind', final: true },
        { type: 'speech_done', time: 3010, speechId: 'a', interrupted: true },
        { type: 'user_speech_stopped', time: 3200, stop: 2950 },
        { type: 'user_turn_committed', time: 3250, speechId: 'b' },
      ]),
    );
    expect(written.map(({ turnId, endReason }) => [turnId, endReason])).toEqual([
      ['user-0', 'completed'],
      ['user-1', 'completed'],
    ]);
    expect(written[0]?.stages).toEqual([stt, { ...llm, discarded: true }]);
    expect(written[1]).not.toHaveProperty('interruption');
  });

  it('that was a false alarm splits nothing and makes no user turn', () => {
    const { written } = track([
      ...start,
      { type: 'user_speech_started', time: 3060 },
      { type: 'agent_audio_stopped', time: 3300, speechId: 'a' },
      { type: 'user_speech_stopped', time: 3700 },
      { type: 'agent_audio_started', time: 4500, speechId: 'a' },
      { type: 'false_interruption', time: 4500, resumed: true },
      { type: 'agent_audio_stopped', time: 5200, speechId: 'a' },
      { type: 'speech_done', time: 5201, speechId: 'a', interrupted: false },
    ]);
    expect(written).toEqual([
      { turn: userRecord },
      {
        turn: {
          ...agentRecord,
          endTime: 5200,
          lastAudio: 5200,
          events: [
            { name: 'agent_speech_start', time: 2700 },
            { name: 'failed_interrupt', payload: { resumed: true }, time: 4500 },
            { name: 'agent_speech_end', time: 5200 },
          ],
          transcript: undefined,
        },
      },
    ]);
  });

  it('that turns out a false alarm after the turn it cut off was written is an event of the call', () => {
    const { written } = track([
      ...start,
      { type: 'user_speech_started', time: 3060 },
      { type: 'agent_audio_stopped', time: 3300, speechId: 'a' },
      { type: 'speech_done', time: 3301, speechId: 'a', interrupted: true },
      { type: 'user_speech_stopped', time: 3700 },
      { type: 'false_interruption', time: 5100, resumed: false },
    ]);
    expect(written).toMatchObject([
      { turn: userRecord },
      { turn: { turnId: 'agent-1', endReason: 'interrupted' } },
      { event: { name: 'failed_interrupt', payload: { resumed: false, turn_id: 'agent-1' }, time: 5100 } },
    ]);
  });

  it('a turn after a false alarm starts at its own onset and takes the next index', () => {
    const written = turns(
      track([
        ...start,
        { type: 'user_speech_started', time: 3060 },
        { type: 'agent_audio_stopped', time: 3300, speechId: 'a' },
        { type: 'agent_audio_started', time: 4500, speechId: 'a' },
        { type: 'agent_audio_stopped', time: 5200, speechId: 'a' },
        { type: 'speech_done', time: 5201, speechId: 'a', interrupted: false },
        { type: 'user_speech_started', time: 8000 },
        { type: 'user_transcript', time: 8500, text: 'and now', final: true },
        { type: 'user_turn_committed', time: 9000 },
      ]),
    );
    expect(written.at(-1)).toMatchObject({ turnId: 'user-2', startTime: 8000 });
  });

  it('noise while nobody speaks is forgotten when real speech comes', () => {
    const [user] = turns(
      track([
        { type: 'user_speech_started', time: 1000 },
        { type: 'user_speech_stopped', time: 1400 },
        { type: 'user_speech_started', time: 5000 },
        { type: 'user_transcript', time: 5500, text: 'hello', final: true },
        { type: 'user_turn_committed', time: 6000 },
      ]),
    );
    expect(user).toMatchObject({ turnIndex: 0, startTime: 5000 });
    expect(user?.events).toEqual([{ name: 'user_speech_start', time: 5000 }]);
  });
});

describe('generations', () => {
  it('a preemptive one that was thrown away is a discarded stage of the user turn that set it off', () => {
    const written = turns(
      track([
        ...userTurn.slice(0, 3),
        { type: 'speech_created', time: 2160, speechId: 'p', origin: 'reply' },
        { type: 'stage_finished', time: 2240, speechId: 'p', stage: llm },
        { type: 'speech_done', time: 2245, speechId: 'p', interrupted: true },
        ...userTurn.slice(3),
        ...answer,
      ]),
    );
    expect(written.map(({ turnId }) => turnId)).toEqual(['user-0', 'agent-1']);
    expect(written[0]?.stages).toEqual([{ ...llm, discarded: true }, stt]);
    expect(written[1]?.stages).toEqual([llm, tts]);
  });

  it('one that was begun for a turn stays with it when the user has gone on', () => {
    const written = turns(
      track([
        ...userTurn.slice(0, -1),
        { type: 'user_turn_committed', time: 2300, transcript: 'I cannot log in', onset: 1000, stop: 2000 },
        { type: 'speech_created', time: 2310, speechId: 'p', origin: 'reply' },
        { type: 'stage_finished', time: 2600, speechId: 'p', stage: llm },
        { type: 'user_speech_started', time: 2620 },
        { type: 'speech_done', time: 2640, speechId: 'p', interrupted: true },
        { type: 'user_transcript', time: 3000, text: 'never mind', final: true },
        { type: 'user_turn_committed', time: 3250 },
      ]),
    );
    expect(written.map(({ stages }) => stages)).toEqual([[stt, { ...llm, discarded: true }], []]);
  });

  it('what a discarded one reports after its turn was committed still goes there', () => {
    const [user] = turns(
      track([
        ...userTurn,
        { type: 'speech_done', time: 2310, speechId: 'p', interrupted: true },
        { type: 'stage_finished', time: 2400, speechId: 'p', stage: llm },
      ]),
    );
    expect(user?.stages).toEqual([stt, { ...llm, discarded: true }]);
  });

  it('a tool loop is one agent turn', () => {
    const tool: StageRecord = { kind: 'tool', startTime: 2600, endTime: 2700, payload: { name: 'lookup' } };
    const again: StageRecord = { ...llm, startTime: 2700, endTime: 2900 };
    const written = turns(
      track([
        ...userTurn,
        { type: 'stage_finished', time: 2600, stage: llm, speechId: 'a' },
        { type: 'stage_finished', time: 2700, stage: tool, speechId: 'a' },
        { type: 'stage_finished', time: 2900, stage: again, speechId: 'a' },
        { type: 'agent_audio_started', time: 3000, speechId: 'a' },
        { type: 'agent_audio_stopped', time: 3500, speechId: 'a' },
        { type: 'speech_done', time: 3501, speechId: 'a', interrupted: false },
      ]),
    );
    expect(written.map(({ turnId }) => turnId)).toEqual(['user-0', 'agent-1']);
    expect(written[1]?.stages).toEqual([llm, tool, again]);
  });

  it('one that failed before any sound ends its turn with an error', () => {
    const failed: StageRecord = { ...llm, error: new Error('llm exploded') };
    const [, agent] = turns(
      track([
        ...userTurn,
        { type: 'stage_finished', time: 2600, stage: failed, speechId: 'a' },
        { type: 'speech_done', time: 2601, speechId: 'a', interrupted: false },
      ]),
    );
    expect(agent).toMatchObject({ endReason: 'error', startTime: 2300, endTime: 2601, stages: [failed] });
  });

  it('a stage that comes after its turn was written goes there late', () => {
    const { written } = track([
      ...userTurn,
      ...answer,
      { type: 'stage_finished', time: 9000, stage: { ...tts, model: 'late' }, speechId: 'a' },
    ]);
    expect(written.at(-1)).toEqual({ stage: 'tts', model: 'late', discarded: undefined, on: 'agent-1' });
  });

  it('usage of a recogniser between turns waits for the next turn of the user', () => {
    const tick: StageRecord = { kind: 'stt', startTime: 0, endTime: 500, model: 'tick' };
    const [user] = turns(track([{ type: 'stage_finished', time: 500, stage: tick }, ...userTurn]));
    expect(user?.stages).toEqual([tick, stt]);
  });
});

describe('settling', () => {
  it('a turn is written a second after it is over, and not before', () => {
    expect(turns(track(userTurn, 3299))).toEqual([]);
    expect(turns(track(userTurn, 3300))).toEqual([userRecord]);
  });
});

describe('hand-offs', () => {
  it('later turns carry the name of the agent that took over', () => {
    const { written } = track([
      { type: 'agent_handoff', time: 500, from: 'front', to: 'billing' },
      ...userTurn,
      ...answer,
    ]);
    expect(written[0]).toEqual({
      event: { name: 'agent_handoff', payload: { from: 'front', to: 'billing' }, time: 500 },
    });
    expect(written[2]).toEqual({ turn: { ...agentRecord, agentName: 'billing' } });
  });
});

describe('the end of the session', () => {
  const end: VoiceSignal = { type: 'session_ended', time: 10_000, reason: 'user_left' };

  it('while nobody speaks: what is over is written, then the end', () => {
    const { written } = track([...userTurn, ...answer, end]);
    expect(written).toEqual([
      { turn: userRecord },
      { turn: agentRecord },
      { end: 'user_left', time: 10_000 },
    ]);
  });

  it('while the agent speaks: its turn is closed there', () => {
    const early: VoiceSignal = { ...end, time: 3000 };
    const { written } = track([...userTurn, ...answer.slice(0, 3), early]);
    expect(written).toMatchObject([
      { turn: userRecord },
      { turn: { turnId: 'agent-1', endReason: 'session_closed', endTime: 3000, lastAudio: 3000 } },
      { end: 'user_left', time: 3000 },
    ]);
  });

  it('while the agent thinks: what it had thought is spent, and no turn', () => {
    const early: VoiceSignal = { ...end, time: 2650 };
    const written = turns(track([...userTurn, ...answer.slice(0, 1), early]));
    expect(written).toEqual([{ ...userRecord, stages: [stt, { ...llm, discarded: true }] }]);
  });

  it('while the user speaks: what was made out of it is a turn', () => {
    const early: VoiceSignal = { ...end, time: 1500 };
    const [user] = turns(track([...userTurn.slice(0, 2), early]));
    expect(user).toMatchObject({
      turnId: 'user-0',
      endReason: 'session_closed',
      transcript: 'I',
      endTime: 1500,
    });
  });

  it('while there is only noise: no turn is invented', () => {
    const early: VoiceSignal = { ...end, time: 1500 };
    expect(track([...userTurn.slice(0, 1), early]).written).toEqual([{ end: 'user_left', time: 1500 }]);
  });

  it('with a generation that nobody heard: its cost is kept', () => {
    const early: VoiceSignal = { ...end, time: 2400 };
    const { written } = track([
      { type: 'speech_created', time: 2160, speechId: 'p', origin: 'reply' },
      { type: 'stage_finished', time: 2240, speechId: 'p', stage: llm },
      early,
    ]);
    expect(written).toEqual([
      { stage: 'llm', model: 'gpt-4.1-mini', discarded: true, on: undefined },
      { end: 'user_left', time: 2400 },
    ]);
  });

  it('nothing counts after it', () => {
    const { written } = track([end, ...userTurn, ...answer, end]);
    expect(written).toEqual([{ end: 'user_left', time: 10_000 }]);
  });
});
