/**
 * The bodies of Ashr's voice ingest, as `ashr-labs` 0.3.1 sends them: every field present, `null` where there is
 * nothing. Times are RFC 3339 in UTC with microseconds, durations whole milliseconds, money US dollars.
 */

export type WireEndReason = 'user_left' | 'agent_left' | 'timeout' | 'error';
export type WireTransport = 'webrtc' | 'sip' | 'websocket';
export type WireStageKind = 'stt' | 'llm' | 'tts' | 'vad' | 'nlu' | 'dialogue_management' | 'api_call';

/** What announces a session. What is only known at its end is `null` here and stands in the `SessionPatch`. */
export interface SessionRow {
  session_id: string;
  tenant_id: number;
  external_session_id: string | null;
  room_id: string;
  user_id: string | null;
  agent_id: string;
  agent_version: string | null;
  start_time: string;
  end_time: null;
  end_reason: null;
  transport: WireTransport;
  status: 'active';
  duration_ms: null;
  turn_count: null;
  user_turn_count: null;
  agent_turn_count: null;
  interrupt_count: null;
  total_cost_usd: null;
  p95_ttfa_ms: null;
  audio_object_key: null;
  audio_duration_ms: null;
  audio_codec: null;
  packet_loss_pct: null;
  jitter_ms: null;
  mos_score: null;
  metadata: Record<string, unknown>;
}

export interface TurnRow {
  turn_id: string;
  session_id: string;
  tenant_id: number;
  agent_id: string;
  agent_version: string | null;
  user_id: string | null;
  turn_index: number;
  speaker: 'user' | 'agent';
  start_time: string;
  end_time: string;
  transcript: string;
  ttfa_ms: number | null;
  ttft_ms: number | null;
  was_interrupting: boolean;
  /** On the user turn: the agent turn that it cut off. */
  interrupted_by_turn_id: string | null;
  interrupt_latency_ms: number | null;
  ended_with_error: boolean;
  cost_usd: number;
}

export interface StageRow {
  stage_id: string;
  turn_id: string;
  session_id: string;
  tenant_id: number;
  kind: WireStageKind;
  start_time: string;
  end_time: string;
  duration_ms: number;
  provider: string | null;
  model: string | null;
  status: 'success' | 'failure';
  error_message: string | null;
  payload: WirePayload;
}

export interface TurnEventRow {
  event_id: string;
  turn_id: string;
  session_id: string;
  tenant_id: number;
  event_type: string;
  timestamp: string;
  payload: Record<string, unknown>;
}

export interface WireSttPartial {
  seq: number;
  timestamp_ms: number;
  text: string;
  confidence: number;
  is_final: boolean;
}

export interface WireSttPayload {
  audio_duration_ms: number;
  request_duration_ms: number;
  partials: WireSttPartial[];
  final_transcript: string;
  final_confidence: number;
  language: string | null;
  cost_usd: number | null;
}

export interface WireMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string;
}

export interface WireToolCall {
  name: string;
  arguments: Record<string, unknown>;
  result: string | null;
}

export interface WireLlmPayload {
  prompt_tokens: number;
  completion_tokens: number;
  cached_tokens: number;
  ttft_ms: number;
  tokens_per_second: number;
  prompt: WireMessage[];
  completion: string;
  tool_calls: WireToolCall[];
  cost_usd: number;
}

export interface WireTtsPayload {
  text_input: string;
  audio_bytes: number;
  audio_duration_ms: number;
  ttfb_ms: number;
  voice_id: string;
  cost_usd: number;
}

export interface WireVadPayload {
  speech_started_at: string;
  speech_ended_at: string;
  confidence_series: [number, number][];
}

export interface WireNluPayload {
  intent: string;
  intent_confidence: number;
  entities: { name: string; value: unknown; confidence: number }[];
}

export interface WireDialoguePayload {
  state_before: string;
  state_after: string;
  action_selected: string;
  policy_name: string | null;
}

export interface WireApiCallPayload {
  method: string;
  url_path: string;
  status_code: number;
  request_duration_ms: number;
  request_bytes: number;
  response_bytes: number;
}

export type WirePayload =
  | WireSttPayload
  | WireLlmPayload
  | WireTtsPayload
  | WireVadPayload
  | WireNluPayload
  | WireDialoguePayload
  | WireApiCallPayload;

/** `POST /v1/voice/spans`: the lists are always there, one session row at most. */
export interface SpansBody {
  turns: TurnRow[];
  stages: StageRow[];
  turn_events: TurnEventRow[];
  session?: SessionRow;
}

export interface TransportQualityRow {
  mos_score?: number;
  packet_loss_pct?: number;
  jitter_ms?: number;
}

export interface Rollups {
  duration_ms: number;
  turn_count: number;
  user_turn_count: number;
  agent_turn_count: number;
  interrupt_count: number;
  total_cost_usd: number;
  p95_ttfa_ms: number | null;
}

/** `PATCH /v1/voice/sessions/{session_id}`. */
export interface SessionPatch {
  end_time: string;
  end_reason: WireEndReason;
  status: 'completed';
  rollups: Rollups;
  transport_quality?: TransportQualityRow;
}

/** The event types that the wire's schema lists; the documentation promises any string. */
export const LISTED_EVENT_TYPES: ReadonlySet<string> = new Set([
  'user_speech_start',
  'user_speech_end',
  'agent_speech_start',
  'agent_speech_end',
  'barge_in',
  'failed_interrupt',
  'gap_detected',
]);
