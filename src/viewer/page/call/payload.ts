import type { StageReport } from '../../../report/model.js';
import type { AttributeRecord } from '../../../report/otlp.js';
import {
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS,
  ATTR_HTTP_REQUEST_BODY_SIZE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_BODY_SIZE,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_URL_PATH,
  ATTR_VOICE_API_CALL_REQUEST_DURATION,
  ATTR_VOICE_DIALOGUE_MANAGEMENT_ACTION_SELECTED,
  ATTR_VOICE_DIALOGUE_MANAGEMENT_POLICY_NAME,
  ATTR_VOICE_DIALOGUE_MANAGEMENT_STATE_AFTER,
  ATTR_VOICE_DIALOGUE_MANAGEMENT_STATE_BEFORE,
  ATTR_VOICE_LLM_TOKENS_PER_SECOND,
  ATTR_VOICE_NLU_ENTITIES,
  ATTR_VOICE_NLU_INTENT,
  ATTR_VOICE_NLU_INTENT_CONFIDENCE,
  ATTR_VOICE_STT_AUDIO_DURATION,
  ATTR_VOICE_STT_CONFIDENCE,
  ATTR_VOICE_STT_LANGUAGE,
  ATTR_VOICE_STT_PARTIALS,
  ATTR_VOICE_STT_REQUEST_DURATION,
  ATTR_VOICE_STT_TRANSCRIPT,
  ATTR_VOICE_TTS_AUDIO_BYTES,
  ATTR_VOICE_TTS_AUDIO_DURATION,
  ATTR_VOICE_TTS_CHARACTERS,
  ATTR_VOICE_TTS_TEXT,
  ATTR_VOICE_TTS_VOICE_ID,
  ATTR_VOICE_VAD_CONFIDENCE_SERIES,
  ATTR_VOICE_VAD_SPEECH_ENDED_AT,
  ATTR_VOICE_VAD_SPEECH_STARTED_AT,
} from '../../../semconv/generated.js';
import { count, ms } from './format.js';
import { prettyJson, valueText } from './json.js';
import { type ChatMessage, readMessages } from './messages.js';

/** A piece of a stage's payload, by how it is shown. */
export type PayloadBlock =
  | { readonly kind: 'fields'; readonly fields: readonly PayloadField[] }
  | { readonly kind: 'text'; readonly label: string; readonly text: string }
  | { readonly kind: 'json'; readonly label: string; readonly text: string }
  | { readonly kind: 'messages'; readonly label: string; readonly messages: readonly ChatMessage[] };

export interface PayloadField {
  readonly label: string;
  readonly value: string;
}

/** How an attribute is shown: a figure in the list of fields, or a block of its own. */
type Form = 'plain' | 'count' | 'seconds' | 'ratio' | 'bytes' | 'rate' | 'text' | 'json' | 'messages';

/** The payload of each kind of the vocabulary, in reading order. */
const PAYLOADS: Readonly<Record<string, readonly (readonly [key: string, label: string, form: Form])[]>> = {
  stt: [
    [ATTR_VOICE_STT_TRANSCRIPT, 'Transcript', 'text'],
    [ATTR_VOICE_STT_CONFIDENCE, 'Confidence', 'ratio'],
    [ATTR_VOICE_STT_LANGUAGE, 'Language', 'plain'],
    [ATTR_VOICE_STT_AUDIO_DURATION, 'Audio', 'seconds'],
    [ATTR_VOICE_STT_REQUEST_DURATION, 'Request', 'seconds'],
    [ATTR_VOICE_STT_PARTIALS, 'Partial results', 'json'],
  ],
  llm: [
    [ATTR_GEN_AI_USAGE_INPUT_TOKENS, 'Input tokens', 'count'],
    [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS, 'of these from the cache', 'count'],
    [ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS, 'written to the cache', 'count'],
    [ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS, 'of text', 'count'],
    [ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS, 'of audio', 'count'],
    [ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS, 'of images', 'count'],
    [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS, 'Output tokens', 'count'],
    [ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS, 'of text', 'count'],
    [ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS, 'of audio', 'count'],
    [ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS, 'of reasoning', 'count'],
    [ATTR_VOICE_LLM_TOKENS_PER_SECOND, 'Tokens per second', 'rate'],
    [ATTR_GEN_AI_INPUT_MESSAGES, 'Input messages', 'messages'],
    [ATTR_GEN_AI_OUTPUT_MESSAGES, 'Output messages', 'messages'],
  ],
  tts: [
    [ATTR_VOICE_TTS_TEXT, 'Text', 'text'],
    [ATTR_VOICE_TTS_CHARACTERS, 'Characters', 'count'],
    [ATTR_VOICE_TTS_AUDIO_DURATION, 'Audio', 'seconds'],
    [ATTR_VOICE_TTS_AUDIO_BYTES, 'Size', 'bytes'],
    [ATTR_VOICE_TTS_VOICE_ID, 'Voice', 'plain'],
  ],
  vad: [
    [ATTR_VOICE_VAD_SPEECH_STARTED_AT, 'Speech started', 'plain'],
    [ATTR_VOICE_VAD_SPEECH_ENDED_AT, 'Speech ended', 'plain'],
    [ATTR_VOICE_VAD_CONFIDENCE_SERIES, 'Confidence over time', 'json'],
  ],
  nlu: [
    [ATTR_VOICE_NLU_INTENT, 'Intent', 'text'],
    [ATTR_VOICE_NLU_INTENT_CONFIDENCE, 'Confidence', 'ratio'],
    [ATTR_VOICE_NLU_ENTITIES, 'Entities', 'json'],
  ],
  dialogue_management: [
    [ATTR_VOICE_DIALOGUE_MANAGEMENT_POLICY_NAME, 'Policy', 'plain'],
    [ATTR_VOICE_DIALOGUE_MANAGEMENT_ACTION_SELECTED, 'Action', 'text'],
    [ATTR_VOICE_DIALOGUE_MANAGEMENT_STATE_BEFORE, 'State before', 'json'],
    [ATTR_VOICE_DIALOGUE_MANAGEMENT_STATE_AFTER, 'State after', 'json'],
  ],
  api_call: [
    [ATTR_HTTP_REQUEST_METHOD, 'Method', 'plain'],
    [ATTR_URL_PATH, 'Path', 'text'],
    [ATTR_HTTP_RESPONSE_STATUS_CODE, 'Status', 'plain'],
    [ATTR_VOICE_API_CALL_REQUEST_DURATION, 'Request', 'seconds'],
    [ATTR_HTTP_REQUEST_BODY_SIZE, 'Request body', 'bytes'],
    [ATTR_HTTP_RESPONSE_BODY_SIZE, 'Response body', 'bytes'],
  ],
  tool: [
    [ATTR_GEN_AI_TOOL_CALL_ID, 'Call id', 'plain'],
    [ATTR_GEN_AI_TOOL_CALL_ARGUMENTS, 'Arguments', 'json'],
    [ATTR_GEN_AI_TOOL_CALL_RESULT, 'Result', 'json'],
  ],
};

/** What every span repeats, and what the panel says elsewhere. */
const SAID_ELSEWHERE =
  /^(?:voice\.(?:session|turn|stage|cost|tenant|room)\.|session\.id$|user\.id$|gen_ai\.(?:conversation|agent|operation|provider|request|response)\.|gen_ai\.tool\.name$|error\.type$|voice\.masked\.count$)/;

/** Fields of an unknown kind that are named; all of them stand among the raw attributes. */
const MAX_CUSTOM = 30;

/** The payload of a stage, by its kind; of an unknown kind, its own attributes. */
export function payloadBlocks(stage: StageReport): PayloadBlock[] {
  const known = Object.hasOwn(PAYLOADS, stage.kind) ? PAYLOADS[stage.kind] : undefined;
  return known === undefined ? customBlocks(stage.attributes) : knownBlocks(stage.attributes, known);
}

function knownBlocks(
  attributes: AttributeRecord,
  entries: readonly (readonly [string, string, Form])[],
): PayloadBlock[] {
  const fields: PayloadField[] = [];
  const blocks: PayloadBlock[] = [];
  for (const [key, label, form] of entries) {
    const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    if (value === undefined || value === null || value === '') continue;
    // A breakdown of nothing (cached tokens: 0) says nothing.
    if (form === 'count' && value === 0 && label === label.toLowerCase()) continue;
    const text = valueText(value);
    if (form === 'text') blocks.push({ kind: 'text', label, text });
    else if (form === 'json') blocks.push({ kind: 'json', label, text: prettyJson(text) });
    else if (form === 'messages') {
      const messages = readMessages(text);
      blocks.push(
        messages === undefined
          ? { kind: 'json', label, text: prettyJson(text) }
          : { kind: 'messages', label, messages },
      );
    } else fields.push({ label, value: typeof value === 'number' ? figure(value, form) : text });
  }
  return fields.length === 0 ? blocks : [{ kind: 'fields', fields }, ...blocks];
}

function customBlocks(attributes: AttributeRecord): PayloadBlock[] {
  const fields: PayloadField[] = [];
  const blocks: PayloadBlock[] = [];
  for (const key of Object.keys(attributes)) {
    if (SAID_ELSEWHERE.test(key)) continue;
    if (fields.length + blocks.length >= MAX_CUSTOM) break;
    const text = valueText(attributes[key]);
    if (/^\s*[[{]/.test(text)) blocks.push({ kind: 'json', label: key, text: prettyJson(text) });
    else if (text.length > 120) blocks.push({ kind: 'text', label: key, text });
    else fields.push({ label: key, value: text });
  }
  return fields.length === 0 ? blocks : [{ kind: 'fields', fields }, ...blocks];
}

function figure(value: number, form: Form): string {
  switch (form) {
    case 'count':
      return count(value);
    case 'seconds':
      return ms(value * 1000);
    case 'ratio':
      return `${(value * 100).toFixed(1)} %`;
    case 'rate':
      return value.toFixed(1);
    case 'bytes':
      return value < 1024 ? `${count(value)} B` : `${count(Math.round(value / 1024))} KiB`;
    default:
      return String(value);
  }
}
