import { ATTR_VOICE_SESSION_ID, ATTR_VOICE_STAGE_TYPE, SCOPE_NAME } from '../../semconv/generated.js';
import type { RawSpan } from './input-span.js';

/** Whose spans they are. `voice`: they carry the vocabulary already; `other`: nobody's we know. */
export type Family = 'voice' | 'pipecat' | 'openinference' | 'livekit' | 'other';

/** Names of Pipecat's native spans, unchanged from 0.0.68 to 1.14.0. */
const PIPECAT_NAMES: ReadonlySet<string> = new Set([
  'conversation',
  'turn',
  'stt',
  'llm',
  'tts',
  'llm_request',
  'llm_response',
  'llm_tool_call',
  'llm_tool_result',
]);
const PIPECAT_SCOPES: ReadonlySet<string> = new Set(['pipecat', 'pipecat.turn']);
const LIVEKIT_SCOPES: ReadonlySet<string> = new Set(['livekit-agents', 'livekit.agents']);
/** Spans of LiveKit's that the vocabulary has a word for. */
const LIVEKIT_NAMES: ReadonlySet<string> = new Set([
  'agent_session',
  'user_turn',
  'user_speaking',
  'agent_turn',
  'agent_speaking',
  'llm_node',
  'llm_request',
  'function_tool',
  'tts_node',
  'tts_request',
  'realtime_inference',
]);
/** Names of the spans that OpenInference's instrumentation of Pipecat writes. */
const OPENINFERENCE_NAME = /^pipecat\.(?:conversation\.turn|stt|llm|tts|tool\..+)$/;

/** Whose a span is, by its scope and name. */
export function familyOf({ raw, envelope }: RawSpan): Family {
  const scope = envelope.scope.scope?.name ?? '';
  const { name } = raw;
  if (typeof name !== 'string') return 'other';
  if (
    scope === SCOPE_NAME ||
    name.startsWith('voice.') ||
    hasKey(raw, ATTR_VOICE_STAGE_TYPE, ATTR_VOICE_SESSION_ID)
  )
    return 'voice';
  if (PIPECAT_SCOPES.has(scope)) return PIPECAT_NAMES.has(name) ? 'pipecat' : 'other';
  if (LIVEKIT_SCOPES.has(scope)) return LIVEKIT_NAMES.has(name) ? 'livekit' : 'other';
  if (OPENINFERENCE_NAME.test(name) && hasKey(raw, 'openinference.span.kind')) return 'openinference';
  return 'other';
}

function hasKey({ attributes }: RawSpan['raw'], ...keys: readonly string[]): boolean {
  return attributes?.some(({ key }) => keys.includes(key)) === true;
}
