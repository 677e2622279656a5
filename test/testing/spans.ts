import {
  type Attributes,
  type HrTime,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api';
import type { ReadableSpanLike, TimedEventLike } from '../../src/otel/types.js';

/** What of a finished span matters here; the rest is filled in. */
export interface SpanSketch {
  readonly id: string;
  readonly parent?: string;
  readonly name: string;
  readonly kind?: SpanKind;
  readonly attributes: Attributes;
  readonly events?: readonly { readonly name: string; readonly attributes?: Attributes }[];
  readonly status?: SpanStatusCode;
  /** Seconds from the start of the call. */
  readonly from?: number;
  readonly to?: number;
  readonly scope?: string;
}

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const START_SECONDS = 1_795_183_387;

function spanContext(id: string): SpanContext {
  return { traceId: TRACE_ID, spanId: id.padStart(16, '0'), traceFlags: TraceFlags.SAMPLED };
}

function time(seconds: number): HrTime {
  return [START_SECONDS + Math.floor(seconds), Math.round((seconds % 1) * 1e9)];
}

/** A finished span as an exporter sees it. */
export function span(sketch: SpanSketch): ReadableSpanLike {
  const startTime = time(sketch.from ?? 0);
  const endTime = time(sketch.to ?? 1);
  const events: TimedEventLike[] = (sketch.events ?? []).map((event) => ({ ...event, time: startTime }));
  return {
    name: sketch.name,
    kind: sketch.kind ?? SpanKind.INTERNAL,
    spanContext: () => spanContext(sketch.id),
    parentSpanContext: sketch.parent === undefined ? undefined : spanContext(sketch.parent),
    startTime,
    endTime,
    status: { code: sketch.status ?? SpanStatusCode.UNSET },
    attributes: sketch.attributes,
    links: [],
    events,
    duration: [endTime[0] - startTime[0], 0],
    ended: true,
    resource: { attributes: {} },
    instrumentationScope: { name: sketch.scope ?? 'voice-otel', version: '0.1.0' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

const EVERYWHERE: Attributes = {
  'voice.session.id': 's_5f2a90c41b7de386',
  'session.id': 's_5f2a90c41b7de386',
  'gen_ai.conversation.id': 's_5f2a90c41b7de386',
  'gen_ai.agent.name': 'support_v3',
  'gen_ai.agent.version': 'v42',
  'voice.session.transport': 'webrtc',
  'voice.session.external_id': 'my-call-id-abc',
  'voice.tenant.id': '7',
  'voice.room.id': 'r',
  'user.id': 'user_42',
};

const turn = (id: string, index: number, speaker: string): Attributes => ({
  ...EVERYWHERE,
  'voice.turn.id': id,
  'voice.turn.index': index,
  'voice.turn.speaker': speaker,
});

const GREETING = turn('t_0000000000000001', 0, 'agent');
const QUESTION = turn('t_0000000000000002', 1, 'user');
const ANSWER = turn('t_0000000000000003', 2, 'agent');
const BARGE_IN = turn('t_0000000000000004', 3, 'user');

const stage = (of: Attributes, type: string, id: number): Attributes => ({
  ...of,
  'voice.stage.type': type,
  'voice.stage.id': `st_000000000000000${id}`,
  'voice.stage.end_reason': 'completed',
});

/**
 * A whole conversation, written by hand after DESIGN section 4: a greeting; a question; an answer with every kind
 * of stage, one of which fails, that the user cuts off; and a late stage that belongs to no turn.
 */
export const CONVERSATION: readonly SpanSketch[] = [
  {
    id: 'a0',
    name: 'voice.session',
    to: 20,
    attributes: {
      ...EVERYWHERE,
      'gen_ai.operation.name': 'invoke_workflow',
      'voice.session.metadata': '{"plan":"gold"}',
      'voice.session.turn_count': 4,
      'voice.session.user_turn_count': 2,
      'voice.session.agent_turn_count': 2,
      'voice.session.interruption_count': 1,
      'voice.session.time_to_first_audio.p50': 0.84,
      'voice.session.time_to_first_audio.p95': 0.84,
      'voice.session.response_latency.p50': 1.39,
      'voice.session.response_latency.p95': 1.39,
      'voice.session.interruption_latency.p50': 0.18,
      'voice.session.interruption_latency.p95': 0.18,
      'voice.session.cost.total': 0.0023,
      'voice.session.cost.llm': 0.000296,
      'voice.session.cost.stt': 0.000192,
      'voice.session.cost.tts': 0.0012,
      'voice.session.cost.missing_count': 0,
      'voice.cost.currency': 'USD',
      'voice.session.end_reason': 'user_left',
      'voice.session.end_detail': 'hung up',
      'voice.transport.mos': 4.2,
      'voice.transport.packet_loss': 0.003,
      'voice.transport.jitter': 0.018,
      'voice.recording.url': 's3://calls/1.opus',
      'voice.recording.codec': 'opus',
      'voice.recording.duration': 20,
    },
  },
  {
    id: 'a1',
    parent: 'a0',
    name: 'voice.agent_turn',
    attributes: {
      ...GREETING,
      'gen_ai.operation.name': 'invoke_agent',
      'voice.turn.transcript': 'Hello.',
      'voice.turn.end_reason': 'completed',
      'voice.turn.first_audio_offset': 0,
      'voice.turn.last_audio_offset': 1,
      'voice.turn.recording_offset': 0.4,
    },
  },
  {
    id: 'a2',
    parent: 'a0',
    name: 'voice.user_turn',
    from: 2,
    to: 4,
    attributes: {
      ...QUESTION,
      'gen_ai.operation.name': 'user_speech',
      'voice.turn.transcript': "I can't log in",
      'voice.turn.end_reason': 'completed',
      'voice.turn.speech_end_offset': 2,
      'voice.turn.announced_end_offset': 2.55,
      'voice.turn.cost.total': 0.000192,
      'voice.turn.cost.stt': 0.000192,
      'voice.cost.currency': 'USD',
      'voice.masked.count': 1,
    },
    events: [
      { name: 'user_speech_start' },
      { name: 'guardrail:toxicity', attributes: { 'voice.event.payload': '{"flagged":false}' } },
    ],
  },
  {
    id: 'b1',
    parent: 'a2',
    name: 'speech_to_text nova-3',
    kind: SpanKind.CLIENT,
    attributes: {
      ...stage(QUESTION, 'stt', 1),
      'gen_ai.operation.name': 'speech_to_text',
      'gen_ai.provider.name': 'deepgram',
      'gen_ai.request.model': 'nova-3',
      'voice.stage.mode': 'stream',
      'voice.stt.audio_duration': 2.4,
      'voice.stt.request_duration': 0.18,
      'voice.stt.transcript': "I can't log in",
      'voice.stt.partials': '[]',
      'voice.stt.confidence': 0.97,
      'voice.stt.language': 'en',
      'voice.cost.amount': 0.000192,
      'voice.cost.currency': 'USD',
      'voice.cost.source': 'price_table',
      'voice.cost.estimated': false,
      'voice.cost.price_date': '2026-11-01',
    },
  },
  {
    id: 'b2',
    parent: 'a2',
    name: 'voice.vad',
    attributes: {
      ...stage(QUESTION, 'vad', 2),
      'voice.vad.speech_started_at': '2026-11-22T09:30:12.480Z',
      'voice.vad.speech_ended_at': '2026-11-22T09:30:14.790Z',
      'voice.vad.confidence_series': '[[0,0.02]]',
    },
  },
  {
    id: 'b3',
    parent: 'a2',
    name: 'voice.nlu',
    attributes: {
      ...stage(QUESTION, 'nlu', 3),
      'voice.nlu.intent': 'login_trouble',
      'voice.nlu.intent_confidence': 1,
      'voice.nlu.entities': '[]',
    },
  },
  {
    id: 'a3',
    parent: 'a0',
    name: 'voice.agent_turn',
    from: 4,
    to: 8,
    attributes: {
      ...ANSWER,
      'gen_ai.operation.name': 'invoke_agent',
      'voice.turn.transcript': 'Let me help',
      'voice.turn.generated_transcript': 'Let me help reset your password.',
      'voice.turn.agent.name': 'accounts',
      'voice.turn.end_reason': 'interrupted',
      'voice.turn.reply_to.id': 't_0000000000000002',
      'voice.turn.first_audio_offset': 0.84,
      'voice.turn.time_to_first_audio': 0.84,
      'voice.turn.response_latency': 1.39,
      'voice.turn.latency_source': 'measured',
      'voice.turn.cost.total': 0.0021,
      'voice.turn.cost.discarded': 0,
      'voice.cost.currency': 'USD',
    },
    events: [{ name: 'barge_in', attributes: { 'voice.event.payload': '{}' } }],
  },
  {
    id: 'c1',
    parent: 'a3',
    name: 'chat gpt-4.1-mini',
    kind: SpanKind.CLIENT,
    attributes: {
      ...stage(ANSWER, 'llm', 4),
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4.1-mini',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.response.time_to_first_chunk': 0.32,
      'gen_ai.usage.input_tokens': 420,
      'gen_ai.usage.output_tokens': 80,
      'gen_ai.usage.cache_read.input_tokens': 0,
      'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"I can\'t log in"}]}]',
      'gen_ai.output.messages': '[]',
      'voice.stage.time_to_first_output': 0.32,
      'voice.llm.tokens_per_second': 74.5,
      'voice.cost.amount': 0.000296,
      'voice.cost.currency': 'USD',
      'voice.cost.source': 'price_table',
    },
  },
  {
    id: 'c2',
    parent: 'a3',
    name: 'generate_content',
    kind: SpanKind.CLIENT,
    status: SpanStatusCode.ERROR,
    attributes: {
      ...stage(ANSWER, 'llm', 5),
      'gen_ai.operation.name': 'generate_content',
      'voice.stage.end_reason': 'error',
      'voice.cost.missing_reason': 'no_usage',
      'error.type': 'TimeoutError',
    },
  },
  {
    id: 'c3',
    parent: 'a3',
    name: 'text_to_speech sonic-2',
    kind: SpanKind.CLIENT,
    attributes: {
      ...stage(ANSWER, 'tts', 6),
      'gen_ai.operation.name': 'text_to_speech',
      'gen_ai.provider.name': 'cartesia',
      'gen_ai.request.model': 'sonic-2',
      'voice.tts.text': 'Let me help reset your password.',
      'voice.tts.characters': 32,
      'voice.tts.audio_bytes': 18_000,
      'voice.tts.audio_duration': 1.9,
      'voice.tts.voice.id': 'v',
      'voice.stage.time_to_first_output': 0.14,
    },
  },
  {
    id: 'c4',
    parent: 'a3',
    name: 'execute_tool reset_password',
    attributes: {
      ...stage(ANSWER, 'tool', 7),
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'reset_password',
      'gen_ai.tool.call.id': 'call_1',
      'gen_ai.tool.call.arguments': '{}',
      'gen_ai.tool.call.result': '{}',
    },
  },
  {
    id: 'c5',
    parent: 'a3',
    name: 'POST',
    kind: SpanKind.CLIENT,
    attributes: {
      ...stage(ANSWER, 'api_call', 8),
      'http.request.method': 'POST',
      'url.path': '/v1/resets',
      'http.response.status_code': 201,
      'http.request.body.size': 12,
      'http.response.body.size': 2,
      'voice.api_call.request_duration': 0.21,
    },
  },
  {
    id: 'c6',
    parent: 'a3',
    name: 'voice.dialogue_management',
    attributes: {
      ...stage(ANSWER, 'dialogue_management', 9),
      'voice.dialogue_management.state_before': '{}',
      'voice.dialogue_management.state_after': '{}',
      'voice.dialogue_management.action_selected': 'reset',
      'voice.dialogue_management.policy_name': 'rules_v2',
    },
  },
  {
    id: 'a4',
    parent: 'a0',
    name: 'voice.user_turn',
    from: 8,
    to: 9,
    attributes: {
      ...BARGE_IN,
      'gen_ai.operation.name': 'user_speech',
      'voice.turn.end_reason': 'session_closed',
      'voice.turn.interrupted_turn.id': 't_0000000000000003',
      'voice.turn.interruption_latency': 0.18,
    },
  },
  {
    id: 'd1',
    parent: 'a0',
    name: 'execute_tool',
    attributes: { ...stage(EVERYWHERE, 'tool', 9), 'gen_ai.operation.name': 'execute_tool' },
  },
];

/** The conversation with one span changed. */
export function changed(id: string, change: (sketch: SpanSketch) => SpanSketch): ReadableSpanLike[] {
  if (!CONVERSATION.some((sketch) => sketch.id === id)) throw new Error(`there is no span ${id}`);
  return CONVERSATION.map((sketch) => span(sketch.id === id ? change(sketch) : sketch));
}

/** The conversation with attributes of one span set, or left out where `undefined`. */
export function withAttributes(id: string, attributes: Attributes): ReadableSpanLike[] {
  return changed(id, (sketch) => ({ ...sketch, attributes: { ...sketch.attributes, ...attributes } }));
}
