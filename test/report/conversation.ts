import type { OtlpTraceRequest } from '../../src/report/otlp.js';
import { otlpRequest, otlpSpan, type SpanSketch, type Value } from './spans.js';

/**
 * A call written by hand, second by second, with every case that a timeline must show. All times are seconds
 * from its start; the figures that follow from them stand beside them.
 */

const CALL = {
  'voice.session.id': 's_00000000000000c1',
  'session.id': 's_00000000000000c1',
  'gen_ai.conversation.id': 's_00000000000000c1',
  'gen_ai.agent.name': 'front_desk',
  'gen_ai.agent.version': 'v42',
  'voice.session.transport': 'webrtc',
  'voice.session.external_id': 'call-7731',
  'voice.room.id': 'room-17',
  'user.id': 'user_42',
} as const;

function turn(
  index: number,
  speaker: 'user' | 'agent',
  sketch: Omit<SpanSketch, 'id' | 'parent' | 'name'>,
): SpanSketch {
  return {
    ...sketch,
    id: `turn${index}`,
    parent: 'session',
    name: `voice.${speaker}_turn`,
    attributes: { ...CALL, ...place(index, speaker), ...sketch.attributes },
  };
}

let stages = 0;

function stage(
  index: number,
  speaker: 'user' | 'agent',
  kind: string,
  sketch: Omit<SpanSketch, 'id' | 'parent' | 'name'> & { readonly name?: string },
): SpanSketch {
  stages += 1;
  return {
    name: kind,
    ...sketch,
    id: `st${stages}`,
    parent: `turn${index}`,
    attributes: {
      ...CALL,
      ...place(index, speaker),
      'voice.stage.type': kind,
      'voice.stage.id': `st_${stages}`,
      'voice.stage.end_reason': 'completed',
      ...sketch.attributes,
    },
  };
}

function place(index: number, speaker: string): Record<string, Value> {
  return { 'voice.turn.id': `t_${index}`, 'voice.turn.index': index, 'voice.turn.speaker': speaker };
}

function priced(amount: number, first?: number): Record<string, Value> {
  return {
    'voice.cost.amount': amount,
    'voice.cost.currency': 'USD',
    'voice.cost.source': 'price_table',
    'voice.cost.estimated': false,
    'voice.cost.price_date': '2026-11-22',
    ...(first === undefined ? {} : { 'voice.stage.time_to_first_output': first }),
  };
}

function unpriced(reason: string, first: number): Record<string, Value> {
  return { 'voice.cost.missing_reason': reason, 'voice.stage.time_to_first_output': first };
}

const NOVA = { 'gen_ai.provider.name': 'deepgram', 'gen_ai.request.model': 'nova-3' };
const MINI = { 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4.1-mini' };
const SONIC = { 'gen_ai.provider.name': 'cartesia', 'gen_ai.request.model': 'sonic-2' };

export const CONVERSATION: readonly SpanSketch[] = [
  // Greeting: audio 350 ms after the turn began; nobody waited for it, so it has no latency.
  turn(0, 'agent', {
    from: 0.2,
    to: 2.85,
    attributes: {
      'voice.turn.transcript': 'Front desk, how can I help you?',
      'voice.turn.end_reason': 'completed',
      'voice.turn.first_audio_offset': 0.35,
      'voice.turn.last_audio_offset': 2.65,
    },
  }),
  stage(0, 'agent', 'tts', { from: 0.2, to: 1.1, attributes: { ...SONIC, ...priced(0.00124, 0.18) } }),

  // A plain question: stops at 5.90, announced at 6.45 (550 ms of silence), committed at 6.75.
  turn(1, 'user', {
    from: 3.6,
    to: 5.9,
    attributes: {
      'voice.turn.transcript': 'Hi, what time is check-in on Friday?',
      'voice.turn.end_reason': 'completed',
      'voice.turn.speech_end_offset': 2.3,
      'voice.turn.announced_end_offset': 2.85,
    },
  }),
  stage(1, 'user', 'stt', { from: 3.6, to: 6.2, attributes: { ...NOVA, ...priced(0.0002) } }),
  // Heard at 7.50. TTFA 7.50 - 6.45 = 1.05. Response 7.50 - 5.90 = 1.60
  //   = end-pointing 850 (5.90-6.75) + 10 + model 420 (6.76-7.18) + 120 + synthesis 140 (7.30-7.44) + playout 60
  turn(2, 'agent', {
    from: 6.75,
    to: 10.1,
    attributes: {
      'voice.turn.transcript':
        'Check-in opens at three in the afternoon, and you can leave your bags with us before.',
      'voice.turn.end_reason': 'completed',
      'voice.turn.reply_to.id': 't_1',
      'voice.turn.first_audio_offset': 0.75,
      'voice.turn.last_audio_offset': 3.35,
      'voice.turn.time_to_first_audio': 1.05,
      'voice.turn.response_latency': 1.6,
      'voice.turn.latency_source': 'measured',
    },
  }),
  stage(2, 'agent', 'llm', { from: 6.76, to: 7.9, attributes: { ...MINI, ...priced(0.000296, 0.42) } }),
  stage(2, 'agent', 'tts', { from: 7.3, to: 8.6, attributes: { ...SONIC, ...priced(0.0034, 0.14) } }),

  // A question that needs a tool: stops at 12.40, announced at 12.95; the recogniser is late (13.15), committed at
  // 13.35. A generation that began too early is thrown away.
  turn(3, 'user', {
    from: 10.9,
    to: 12.4,
    attributes: {
      'voice.turn.transcript': 'And is my room paid for already?',
      'voice.turn.end_reason': 'completed',
      'voice.turn.speech_end_offset': 1.5,
      'voice.turn.announced_end_offset': 2.05,
    },
  }),
  stage(3, 'user', 'stt', { from: 10.9, to: 13.15, attributes: { ...NOVA, ...priced(0.00018) } }),
  stage(3, 'user', 'llm', {
    from: 12.1,
    to: 12.7,
    attributes: { ...MINI, ...priced(0.0001, 0.4), 'voice.stage.end_reason': 'discarded' },
  }),
  // Heard at 16.26. TTFA 16.26 - 12.95 = 3.31. Response 16.26 - 12.40 = 3.86
  //   = end-pointing 550 + recogniser 200 (12.95-13.15) + end-pointing 200 (13.15-13.35) + 20
  //   + model 700 (13.37-14.07, it only called the tool) + 10 + tool 1400 (14.08-15.48) + 20
  //   + model 450 (15.50-15.95) + 100 + synthesis 150 (16.05-16.20) + playout 60
  turn(4, 'agent', {
    from: 13.35,
    to: 18.51,
    attributes: {
      'voice.turn.transcript': 'Yes, your booking for two nights was paid on',
      'voice.turn.generated_transcript':
        'Yes, your booking for two nights was paid on the third of November, and the city tax is included.',
      'voice.turn.end_reason': 'interrupted',
      'voice.turn.reply_to.id': 't_3',
      'voice.turn.first_audio_offset': 2.91,
      'voice.turn.last_audio_offset': 5.16,
      'voice.turn.time_to_first_audio': 3.31,
      'voice.turn.response_latency': 3.86,
      'voice.turn.latency_source': 'measured',
    },
  }),
  stage(4, 'agent', 'llm', { from: 13.37, to: 14.07, attributes: { ...MINI, ...priced(0.0004, 0.6) } }),
  stage(4, 'agent', 'tool', { from: 14.08, to: 15.48, attributes: { 'gen_ai.tool.name': 'find_booking' } }),
  stage(4, 'agent', 'llm', { from: 15.5, to: 16.6, attributes: { ...MINI, ...priced(0.0005, 0.45) } }),
  stage(4, 'agent', 'tts', {
    from: 16.05,
    to: 17.9,
    attributes: {
      'gen_ai.provider.name': 'acme',
      'gen_ai.request.model': 'acme-voice',
      ...unpriced('unknown_model', 0.15),
    },
  }),

  // The caller cuts in at 18.30; the agent is silent at 18.51, after 210 ms.
  turn(5, 'user', {
    from: 18.3,
    to: 20,
    attributes: {
      'voice.turn.transcript': 'Okay great. Can you also book a table for two?',
      'voice.turn.end_reason': 'completed',
      'voice.turn.speech_end_offset': 1.7,
      'voice.turn.announced_end_offset': 2.25,
      'voice.turn.interrupted_turn.id': 't_4',
      'voice.turn.interruption_latency': 0.21,
    },
    events: [{ at: 18.3, name: 'barge_in', payload: '{"agent_turn_id":"t_4"}' }],
  }),
  stage(5, 'user', 'stt', { from: 18.3, to: 20.3, attributes: { ...NOVA, ...priced(0.00022) } }),
  // Committed at 20.85, then nothing for 1.4 s. Heard at 22.95. TTFA 22.95 - 20.55 = 2.40. Response 2.95
  //   = end-pointing 850 + 1400 + model 380 (22.25-22.63) + 120 + synthesis 160 (22.75-22.91) + playout 40
  turn(6, 'agent', {
    from: 20.85,
    to: 29,
    attributes: {
      'voice.turn.transcript':
        'Of course. The restaurant has a table for two at half past seven or at nine. Which of them suits you better? Both are by the window.',
      'voice.turn.end_reason': 'completed',
      'voice.turn.reply_to.id': 't_5',
      'voice.turn.first_audio_offset': 2.1,
      'voice.turn.last_audio_offset': 8.15,
      'voice.turn.time_to_first_audio': 2.4,
      'voice.turn.response_latency': 2.95,
      'voice.turn.latency_source': 'measured',
    },
    events: [
      { at: 25.2, name: 'failed_interrupt' },
      { at: 26.4, name: 'guardrail:toxicity', payload: '{"flagged":false,"score":0.04}' },
    ],
  }),
  stage(6, 'agent', 'llm', { from: 22.25, to: 23.3, attributes: { ...MINI, ...unpriced('no_usage', 0.38) } }),
  stage(6, 'agent', 'tts', { from: 22.75, to: 24.4, attributes: { ...SONIC, ...priced(0.0052, 0.16) } }),

  // Nobody knows when this one truly stopped: the turn's end is the announced end.
  turn(7, 'user', {
    from: 30.2,
    to: 32,
    attributes: { 'voice.turn.transcript': 'At nine, please.', 'voice.turn.end_reason': 'completed' },
  }),
  stage(7, 'user', 'stt', { from: 30.2, to: 32, attributes: { ...NOVA, ...priced(0.00016) } }),
  // The model fails and is asked again. Heard at 33.70: TTFA 1.70, no response latency.
  //   = 50 + model 300 (failed, 32.05-32.35) + 250 + model 500 (32.60-33.10) + 150 + synthesis 200 + playout 250
  turn(8, 'agent', {
    from: 32,
    to: 35.2,
    attributes: {
      'voice.turn.transcript': 'Done, a table for two at nine.',
      'voice.turn.end_reason': 'session_closed',
      'voice.turn.reply_to.id': 't_7',
      'voice.turn.first_audio_offset': 1.7,
      'voice.turn.last_audio_offset': 3.2,
      'voice.turn.time_to_first_audio': 1.7,
      'voice.turn.latency_source': 'derived',
    },
  }),
  stage(8, 'agent', 'llm', {
    from: 32.05,
    to: 32.35,
    failed: 'too many requests',
    attributes: {
      ...MINI,
      'voice.cost.missing_reason': 'no_usage',
      'error.type': 'RateLimitError',
      'voice.stage.end_reason': 'error',
    },
  }),
  stage(8, 'agent', 'llm', { from: 32.6, to: 33.6, attributes: { ...MINI, ...priced(0.0003, 0.5) } }),
  stage(8, 'agent', 'tts', { from: 33.25, to: 34, attributes: { ...SONIC, ...priced(0.0012, 0.2) } }),

  {
    id: 'session',
    name: 'voice.session',
    from: 0,
    to: 36,
    attributes: {
      ...CALL,
      'voice.session.end_reason': 'user_left',
      'voice.session.end_detail': 'participant_disconnected',
      'voice.session.turn_count': 9,
      'voice.transport.mos': 4.2,
      'voice.transport.packet_loss': 0.003,
      'voice.transport.jitter': 0.018,
      'voice.cost.currency': 'USD',
      // stt 0.0002 + 0.00018 + 0.00022 + 0.00016 = 0.00076
      // llm 0.000296 + 0.0001 + 0.0004 + 0.0005 + 0.0003 = 0.001596, of which 0.0001 discarded
      // tts 0.00124 + 0.0034 + 0.0052 + 0.0012 = 0.01104; in all 0.013396
      'voice.session.cost.total': 0.013396,
    },
  },
];

/** The call as it would be exported: stages and turns as they end, the session last, in several requests. */
export const CONVERSATION_REQUESTS: readonly OtlpTraceRequest[] = [
  otlpRequest(CONVERSATION.slice(0, 9).map(otlpSpan)),
  otlpRequest(CONVERSATION.slice(9).map(otlpSpan)),
];

const OPEN = { ...CALL, 'voice.session.id': 's_00000000000000c2', 'session.id': 's_00000000000000c2' };

/** A call still running: no session span yet, its third turn not over, and a stage of no turn at all. */
const OPEN_CALL: readonly SpanSketch[] = [
  {
    id: 'open1',
    parent: 'opened',
    name: 'voice.user_turn',
    from: 100,
    to: 102.5,
    attributes: {
      ...OPEN,
      ...place(0, 'user'),
      'voice.turn.transcript': 'Hello? Is anybody there?',
      'voice.turn.speech_end_offset': 2.5,
      'voice.turn.announced_end_offset': 3,
    },
  },
  {
    id: 'open2',
    parent: 'open1',
    name: 'speech_to_text nova-3',
    from: 100.1,
    to: 102.8,
    attributes: {
      ...OPEN,
      ...place(0, 'user'),
      ...NOVA,
      'voice.stage.type': 'stt',
      'voice.stage.id': 'st_o2',
    },
  },
  {
    id: 'open3',
    parent: 'open9',
    name: 'chat gpt-4.1-mini',
    from: 103.4,
    to: 104.6,
    attributes: {
      ...OPEN,
      ...place(1, 'agent'),
      ...MINI,
      ...priced(0.0004, 0.7),
      'voice.stage.type': 'llm',
      'voice.stage.id': 'st_o3',
    },
  },
  {
    id: 'open4',
    parent: 'opened',
    name: 'GET',
    from: 99.2,
    to: 99.9,
    attributes: { ...OPEN, 'voice.stage.type': 'api_call', 'voice.stage.id': 'st_o4' },
  },
];

export const OPEN_CALL_REQUESTS: readonly OtlpTraceRequest[] = [otlpRequest(OPEN_CALL.map(otlpSpan))];
