import { converse } from '../../../examples/ashr-primitives/conversation.js';
import type { Client } from '../../../src/presets/ashr.js';

/** Two moments that no clock confuses. */
export const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

/** A program of the recordings, written with our API. */
export type Scenario = (client: Client) => Promise<void>;

const genericPrimitives: Scenario = async (client) => {
  const session = client.startSession({
    agentId: 'support_v3',
    transport: 'webrtc',
    userId: 'user_42',
    externalSessionId: 'my-call-id-abc',
  });
  await converse(session);
  const audio = new Uint8Array(9644);
  await client.uploadAudio({ sessionId: session.sessionId, audio, durationMs: 200, codec: 'wav' });
};

const stageKinds: Scenario = async (client) => {
  const session = client.startSession({
    agentId: 'support_v3',
    agentVersion: 'v42',
    tenantId: 7,
    transport: 'sip',
    sessionId: 'call-0001',
    externalSessionId: 'ext-1',
    roomId: 'room-9',
    userId: 'user_42',
    metadata: { region: 'eu', attempt: 2, vip: true, tags: ['a', 'b'], nested: { k: null } },
  });
  const user = session.startUserTurn();
  const vad = user.startStage('vad', { provider: 'silero', model: 'v5' });
  vad.setPayload({
    speechStartedAt: new Date('2026-05-04T03:02:01.123Z'),
    speechEndedAt: new Date('2026-05-04T03:02:02.623Z'),
    confidenceSeries: [
      [0, 0.1],
      [20, 0.93],
      [40, 1],
    ],
  });
  vad.end();
  await moment();
  const stt = user.startStage('stt', { provider: 'deepgram', model: 'nova-3' });
  stt.setTiming({
    startTime: new Date('2026-05-04T03:02:01.123Z'),
    endTime: new Date('2026-05-04T03:02:02.623Z'),
  });
  stt.setPayload({
    audioDurationMs: 1500,
    requestDurationMs: 90,
    partials: [
      { seq: 0, timestampMs: 300, text: "what's my", confidence: 0.6, isFinal: false },
      { seq: 1, timestampMs: 900, text: "what's my balance", confidence: 0.98, isFinal: true },
    ],
    finalTranscript: "what's my balance",
    finalConfidence: 0.98,
    language: 'en-US',
    costUsd: 0.0002,
  });
  stt.end();
  await moment();
  const nlu = user.startStage('nlu', { provider: 'rasa', model: 'diet' });
  nlu.setPayload({
    intent: 'check_balance',
    intentConfidence: 0.91,
    entities: [
      { name: 'account', value: 'checking', confidence: 0.8 },
      { name: 'amount', value: { n: 12.5, cur: 'EUR' }, confidence: 0.7 },
    ],
  });
  nlu.end();
  user.setTranscript("what's my balance");
  user.end();

  const agent = session.startAgentTurn();
  const dialogue = agent.startStage('dialogue_management', { provider: 'inhouse' });
  dialogue.setPayload({
    stateBefore: 'idle',
    stateAfter: 'lookup',
    actionSelected: 'call_balance_api',
    policyName: 'rules',
  });
  dialogue.end();
  await moment();
  const api = agent.startStage('api_call', { provider: 'bank' });
  api.setPayload({
    method: 'GET',
    urlPath: '/accounts/checking/balance',
    statusCode: 200,
    requestDurationMs: 64,
    responseBytes: 212,
  });
  api.end();
  await moment();
  const llm = agent.startStage('llm', { provider: 'openai', model: 'gpt-4.1-mini' });
  llm.setPayload({
    promptTokens: 100,
    completionTokens: 20,
    cachedTokens: 64,
    ttftMs: 210,
    tokensPerSecond: 50,
    prompt: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: "what's my balance" },
      { role: 'assistant', content: '' },
      { role: 'tool', content: '{"balance": 12}' },
    ],
    completion: 'Twelve euros.',
    toolCalls: [
      {
        name: 'get_balance',
        arguments: { account: 'checking', limit: 1, deep: { x: [1, 2.5, null, true] } },
        result: '{"balance": 12}',
      },
      { name: 'noop', arguments: {} },
    ],
    costUsd: 0.0001,
  });
  llm.end();
  await moment();
  const tts = agent.startStage('tts', { provider: 'cartesia', model: 'sonic-2' });
  tts.setPayload({
    textInput: 'Twelve euros.',
    audioBytes: 9600,
    audioDurationMs: 800,
    ttfbMs: 95,
    voiceId: 'v1',
    costUsd: 0.0006,
  });
  tts.end();
  agent.setTranscript('Twelve euros.');
  agent.end();

  const empty = session.startUserTurn();
  for (const kind of ['stt', 'llm', 'tts', 'vad', 'nlu', 'dialogue_management', 'api_call'] as const) {
    empty.startStage(kind).end();
    await moment();
  }
  const partialOnly = empty.startStage('stt');
  partialOnly.addPartial({ seq: 0, timestampMs: 10, text: 'hm', confidence: 0.2, isFinal: false });
  partialOnly.end();
  await moment();
  const plain = empty.startStage('stt');
  plain.setPayload({ audioDurationMs: 10, finalTranscript: 'dict payload' });
  plain.end();
  await moment();
  const misfit = empty.startStage('llm');
  misfit.setPayload(JSON.parse('{ "promptTokens": "many" }'));
  misfit.end();
  await moment();
  const unknownKey = empty.startStage('llm');
  unknownKey.setPayload(JSON.parse('{ "promptTokens": 5, "surprise": 1 }'));
  unknownKey.end();
  empty.end();
  session.end({ reason: 'agent_left' });
};

const failingStage: Scenario = async (client) => {
  const session = client.startSession({ agentId: 'support_v3', transport: 'websocket' });
  session.userTurn((turn) => turn.setTranscript('hello'));
  await moment();
  class TimeoutError extends Error {
    override readonly name = 'TimeoutError';
  }
  try {
    session.agentTurn((turn) =>
      turn.stage('llm', { provider: 'openai', model: 'gpt-4.1-mini' }, (stage) => {
        stage.setPayload({ promptTokens: 10, costUsd: 0.001 });
        throw new TimeoutError('upstream took longer than 10 s');
      }),
    );
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  }
  await moment();
  const turn = session.startAgentTurn();
  const tts = turn.startStage('tts', { provider: 'cartesia', model: 'sonic-2' });
  tts.setPayload({ textInput: 'sorry' });
  tts.fail('voice not found');
  tts.end();
  await moment();
  const api = turn.startStage('api_call');
  api.fail('handled inside');
  api.end();
  turn.end();
  session.end({ reason: 'error' });
};

const interruptedTurn: Scenario = async (client) => {
  const session = client.startSession({ agentId: 'support_v3' });
  const agent = session.startAgentTurn();
  agent.event('agent_speech_start');
  const tts = agent.startStage('tts');
  tts.setPayload({ textInput: 'Our opening hours are' });
  tts.end();
  agent.setTranscript('Our opening hours are');
  const stop = session.startUserTurn();
  stop.event('user_speech_start');
  await moment();
  stop.event('barge_in', { agent_turn_id: agent.turnId, interrupt_latency_ms: 212 });
  stop.markInterrupted({ byTurnId: agent.turnId, interruptLatencyMs: 212 });
  await moment();
  stop.event('user_speech_end');
  stop.setTranscript('stop');
  stop.end();
  agent.event('agent_speech_end', { interrupted: true });
  agent.end();
  const cough = session.startUserTurn();
  cough.event('failed_interrupt', { resumed: true });
  await moment();
  cough.event('gap_detected', { gap_ms: 2100 });
  cough.end();
  const guarded = session.startAgentTurn();
  guarded.event('guardrail:toxicity', { score: 0.1 });
  guarded.end();
  session.end({ reason: 'participant_disconnected' });
};

const emptySession: Scenario = async (client) => {
  const session = client.startSession({ agentId: 'a' });
  session.end();
  session.end();
};

const twoSessions: Scenario = async (client) => {
  const sessions = [client.startSession({ agentId: 'a' })];
  await moment();
  sessions.push(client.startSession({ agentId: 'a' }));
  for (const session of sessions) session.userTurn((turn) => turn.setTranscript('hi'));
  for (const session of sessions) session.end();
};

const maskedOwnId: Scenario = async (client) => {
  const session = client.startSession({ agentId: 'a', sessionId: 's_1a2b3c4155550132' });
  session.userTurn((turn) => turn.setTranscript('hi'));
  session.end();
  const audio = new Uint8Array(100);
  await client.uploadAudio({ sessionId: session.sessionId, audio, durationMs: 200, codec: 'wav' });
};

const pii: Scenario = async (client) => {
  const mail = 'jane.doe@example.com';
  const phone = '415-555-0132';
  const card = '4111 1111 1111 1111';
  const ssn = '078-05-1120';
  const session = client.startSession({
    agentId: 'support_v3',
    transport: 'sip',
    userId: '+14155550132',
    externalSessionId: '4111111111111111',
    roomId: 'sip-+14155550132',
    metadata: {
      caller: mail,
      phone,
      phone_number_as_int: 4155550132,
      [mail]: 'key',
      list: [`ssn ${ssn}`, { cc: card }],
    },
  });
  const user = session.startUserTurn();
  const stt = user.startStage('stt', { provider: 'deepgram', model: 'nova-3' });
  stt.addPartial({ seq: 0, timestampMs: 1, text: `call ${phone}`, confidence: 0.5, isFinal: false });
  stt.setPayload({ finalTranscript: `my mail is ${mail} and my card is ${card}` });
  stt.end();
  user.event('barge_in', { heard: `it's ${mail}`, n: 4155550132 });
  user.setTranscript(`my mail is ${mail} and my card is ${card}, call ${phone}, social ${ssn}`);
  user.end();
  const agent = session.startAgentTurn();
  const llm = agent.startStage('llm', { provider: 'openai', model: 'gpt-4.1-mini' });
  llm.setPayload({
    prompt: [{ role: 'user', content: `mail ${mail}` }],
    completion: `I will call ${phone}`,
    toolCalls: [
      {
        name: 'lookup',
        arguments: { email: mail, card: { number: card, cvv: '123' }, phone: 4155550132 },
        result: JSON.stringify({ phone }),
      },
    ],
  });
  llm.end();
  await moment();
  const tts = agent.startStage('tts');
  tts.setPayload({ textInput: `Calling ${phone}`, voiceId: 'voice-4155550132' });
  tts.end();
  await moment();
  const nlu = agent.startStage('nlu');
  nlu.setPayload({
    intent: 'give_email',
    intentConfidence: 1,
    entities: [{ name: 'email', value: mail, confidence: 1 }],
  });
  nlu.end();
  await moment();
  const api = agent.startStage('api_call');
  api.setPayload({
    method: 'GET',
    urlPath: `/u/${mail}?tel=${phone}`,
    statusCode: 200,
    requestDurationMs: 1,
  });
  api.end();
  await moment();
  const failed = agent.startStage('api_call');
  failed.fail(`no user ${mail}`);
  failed.end();
  agent.end();
  session.end({ reason: 'user_left' });
};

/** The recording's pauses only show its timer; the rows do not depend on them. */
const timerAndThreshold: Scenario = async (client) => {
  const session = client.startSession({ agentId: 'a' });
  for (const text of ['one', 'n0', 'n1', 'n2', 'n3', 'n4', 'n5']) {
    const turn = session.startUserTurn();
    const stt = turn.startStage('stt');
    stt.setPayload({ finalTranscript: text });
    stt.end();
    if (text === 'one') turn.setTranscript(text);
    turn.end();
    await moment();
  }
  session.end();
};

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'generic-primitives': genericPrimitives,
  'stage-kinds': stageKinds,
  'failing-stage': failingStage,
  'interrupted-turn': interruptedTurn,
  'empty-session': emptySession,
  'two-sessions-one-flush': twoSessions,
  'masked-own-id': maskedOwnId,
  pii,
  'timer-and-threshold': timerAndThreshold,
  'upload-open-file': genericPrimitives,
};
