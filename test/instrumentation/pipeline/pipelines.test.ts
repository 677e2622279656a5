import { describe, expect, it } from 'vitest';
import { stagesOf, turnsOf } from '../livekit/outline.js';
import { expectConformant, turnsSeen } from './conversation.js';
import { play, START, type Step } from './script.js';

const user = { speaker: 'user', interrupted: false, responseLatencyMs: null, replyTo: null, bargeInOn: null };
const agent = {
  speaker: 'agent',
  interrupted: false,
  responseLatencyMs: null,
  replyTo: null,
  bargeInOn: null,
};

/** A number of a turn, in milliseconds. */
function offset(spans: Parameters<typeof turnsOf>[0], turn: number, key: string): number | undefined {
  const seconds = turnsOf(spans)[turn]?.attributes[`voice.turn.${key}`];
  return typeof seconds === 'number' ? Math.round(seconds * 1e6) / 1000 : undefined;
}

/**
 * A port of few frames: the end of the user's turn is the detector's silence, the transcript comes after it, and the
 * agent is announced before there is audio.
 */
const simple: Step[] = [
  [0, { name: 'StartFrame#0' }],
  [1000, { name: 'UserStartedSpeakingFrame#0' }],
  [2000, { name: 'UserStoppedSpeakingFrame#0' }],
  [2300, { name: 'TranscriptionFrame#0', text: 'Where is my order?' }],
  [2310, { name: 'LLMFullResponseStartFrame#0' }],
  [2600, { name: 'LLMTextFrame#0', text: 'On its' }],
  [2700, { name: 'LLMTextFrame#1', text: ' way.' }],
  [2710, { name: 'LLMFullResponseEndFrame#0' }],
  [2715, { name: 'TTSStartedFrame#0' }],
  [2716, { name: 'BotStartedSpeakingFrame#0' }],
  [2900, { name: 'OutputAudioRawFrame#0' }],
  [2920, { name: 'OutputAudioRawFrame#1' }],
  [3300, { name: 'TTSStoppedFrame#0' }],
  [3900, { name: 'BotStoppedSpeakingFrame#0' }],
];

describe('a pipeline whose end of a turn is the silence of a detector', () => {
  it('commits the turn when it is answered, and hears the agent with its audio', () => {
    const spans = play(simple);
    expectConformant(spans);
    expect(turnsSeen(spans)).toEqual([
      { ...user, transcript: 'Where is my order?' },
      { ...agent, transcript: 'On its way.', replyTo: 0 },
    ]);
    expect(offset(spans, 0, 'announced_end_offset')).toBe(1000);
    expect(offset(spans, 1, 'time_to_first_audio')).toBe(900);
    expect(offset(spans, 1, 'first_audio_offset')).toBe(590);
    expect(offset(spans, 1, 'last_audio_offset')).toBe(1590);
  });

  it('cuts the agent off', () => {
    const spans = play([
      ...simple.slice(0, -2),
      [3100, { name: 'UserStartedSpeakingFrame#1' }],
      [3101, { name: 'InterruptionFrame#0' }],
      [3105, { name: 'BotStoppedSpeakingFrame#1' }],
      [4000, { name: 'UserStoppedSpeakingFrame#1' }],
      [4200, { name: 'TranscriptionFrame#1', text: 'Stop.' }],
      [4210, { name: 'LLMFullResponseStartFrame#1' }],
    ]);
    expect(turnsSeen(spans)).toEqual([
      { ...user, transcript: 'Where is my order?' },
      // How much of it was heard, this pipeline does not tell.
      { ...agent, transcript: null, interrupted: true, replyTo: 0 },
      { ...user, transcript: 'Stop.', bargeInOn: 1 },
    ]);
    expect(turnsOf(spans)[1]?.attributes['voice.turn.generated_transcript']).toBe('On its way.');
  });

  it('waits for whoever goes on speaking before an answer', () => {
    const spans = play([
      ...simple.slice(0, 3),
      [2100, { name: 'UserStartedSpeakingFrame#1' }],
      [2900, { name: 'UserStoppedSpeakingFrame#1' }],
      [3000, { name: 'TranscriptionFrame#0', text: 'Where is my order number seven?' }],
      [3010, { name: 'LLMFullResponseStartFrame#0' }],
    ]);
    expect(turnsSeen(spans)).toEqual([{ ...user, transcript: 'Where is my order number seven?' }]);
    expect(offset(spans, 0, 'announced_end_offset')).toBe(1900);
  });
});

/** Kinds of a union, with nothing of turns and no word of when the agent is heard: `voix` and hand-made loops. */
const kinds: Step[] = [
  [500, { kind: 'transcript', text: 'Are you', final: false }],
  [900, { kind: 'transcript', text: 'Are you open?', final: true }],
  [910, { kind: 'llmText', text: 'Yes, ' }],
  [950, { kind: 'llmText', text: 'until six.' }],
  [960, { kind: 'llmTextEnded' }],
  [970, { kind: 'ttsStarted' }],
  [1200, { kind: 'ttsAudio' }],
  [1300, { kind: 'ttsAudio' }],
  [1500, { kind: 'ttsEnded' }],
];

describe('a pipeline without a detector', () => {
  it('has turns by its words, and sound by its audio', () => {
    const spans = play(kinds);
    expectConformant(spans);
    expect(turnsSeen(spans)).toEqual([
      { ...user, transcript: 'Are you open?' },
      { ...agent, transcript: 'Yes, until six.', replyTo: 0 },
    ]);
    const [question, answer] = turnsOf(spans);
    expect(question?.attributes).not.toHaveProperty('voice.turn.speech_end_offset');
    expect(offset(spans, 1, 'first_audio_offset')).toBe(290);
    expect(stagesOf(spans, answer ?? never()).map(({ name }) => name)).toEqual(['chat', 'text_to_speech']);
  });

  it('is cut off by an interruption while its audio goes by, and knows no latency of it', () => {
    const spans = play([
      ...kinds.slice(0, -1),
      [1400, { kind: 'userStartedSpeaking' }],
      [1401, { kind: 'interrupt' }],
      [1800, { kind: 'transcript', text: 'Wait.', final: true }],
      [1810, { kind: 'llmText', text: 'Yes?' }],
    ]);
    expect(turnsSeen(spans)).toMatchObject([
      { speaker: 'user' },
      { speaker: 'agent', interrupted: true },
      { speaker: 'user', transcript: 'Wait.', bargeInOn: 1 },
    ]);
    expect(offset(spans, 2, 'interruption_latency')).toBeUndefined();
  });

  it('and without a voice, answers when the model has ended', () => {
    const text = (at: number, question: string, answer: string): Step[] => [
      [at, { kind: 'transcript', text: question }],
      [at + 10, { kind: 'llmStarted' }],
      [at + 20, { kind: 'llmText', text: answer }],
      [at + 30, { kind: 'llmEnded' }],
    ];
    const spans = play([...text(0, 'One?', 'Two.'), ...text(2000, 'Three?', 'Four.')]);
    expect(turnsSeen(spans).map(({ speaker, replyTo }) => [speaker, replyTo])).toEqual([
      ['user', null],
      ['agent', 0],
      ['user', null],
      ['agent', 2],
    ]);
  });
});

describe('a pipeline with a detector and no turns of its own', () => {
  const detected: Step[] = [
    [1200, { kind: 'vadUserStartedSpeaking', startSecs: 0.2, timestamp: (START + 1200) / 1000 }],
    [2500, { kind: 'vadUserStoppedSpeaking', stopSecs: 0.3, timestamp: (START + 2500) / 1000 }],
    [2600, { kind: 'transcript', text: 'Hello.', final: true }],
    [2650, { kind: 'llmStarted' }],
    [2900, { kind: 'botStartedSpeaking' }],
    [3500, { kind: 'botStoppedSpeaking' }],
  ];

  it('has the true bounds of the speech, and a latency', () => {
    const spans = play(detected);
    expect(turnsSeen(spans)).toEqual([
      { ...user, transcript: 'Hello.' },
      { ...agent, transcript: null, replyTo: 0, responseLatencyMs: 700 },
    ]);
    expect(offset(spans, 0, 'speech_end_offset')).toBe(1200);
    expect(turnsOf(spans)[1]?.attributes['voice.turn.latency_source']).toBe('measured');
  });

  it('does not believe a detector that tells of the future', () => {
    const [started, , ...rest] = detected;
    const stopped: Step = [
      2500,
      { kind: 'vadUserStoppedSpeaking', stopSecs: 0.3, timestamp: (START + 99_000) / 1000 },
    ];
    const spans = play([started ?? never(), stopped, ...rest]);
    expect(turnsOf(spans)[0]?.attributes).not.toHaveProperty('voice.turn.speech_end_offset');
  });
});

it('a tool that the model asks for without a word, and without announcing it, is part of the answer', () => {
  const spans = play([
    ...kinds.slice(0, 2),
    [910, { kind: 'llmStarted' }],
    [1000, { kind: 'llmEnded' }],
    [
      1001,
      { kind: 'functionCallInProgress', toolCallId: 'c', functionName: 'find_order', arguments: { id: 7 } },
    ],
    [1500, { kind: 'functionCallResult', toolCallId: 'c', result: { status: 'shipped' } }],
    [1510, { kind: 'llmStarted' }],
    [1700, { kind: 'llmText', text: 'It has shipped.' }],
    [1710, { kind: 'llmEnded' }],
    [1720, { kind: 'ttsStarted' }],
    [1900, { kind: 'botStartedSpeaking' }],
    [2000, { kind: 'ttsStopped' }],
    [2900, { kind: 'botStoppedSpeaking' }],
  ]);
  expect(turnsSeen(spans).map(({ speaker, replyTo }) => [speaker, replyTo])).toEqual([
    ['user', null],
    ['agent', 0],
  ]);
  const stages = stagesOf(spans, turnsOf(spans)[1] ?? never());
  expect(stages.map(({ name, attributes }) => [name, attributes['voice.stage.end_reason']])).toEqual([
    ['chat', 'completed'],
    ['execute_tool find_order', 'completed'],
    ['chat', 'completed'],
    ['text_to_speech', 'completed'],
  ]);
  expect(stages[1]?.attributes['gen_ai.tool.call.result']).toBe('{"status":"shipped"}');
});

it('models that the pipeline does not name are named by the application', () => {
  const spans = play(kinds, {
    llmModel: 'openai/gpt-4.1-mini',
    ttsModel: 'cartesia/sonic-3',
    sttModel: 'nova-3',
  });
  const names = turnsOf(spans).flatMap((turn) => stagesOf(spans, turn).map(({ name }) => name));
  expect(names).toEqual(['speech_to_text nova-3', 'chat gpt-4.1-mini', 'text_to_speech sonic-3']);
});

function never(): never {
  throw new Error('it is not there');
}
