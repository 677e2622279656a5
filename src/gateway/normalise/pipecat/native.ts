import type { Attributes } from '@opentelemetry/api';
import { outputMessages } from '../../../conversation/messages.js';
import { writePayload } from '../../../conversation/payload-attributes.js';
import {
  ATTR_GEN_AI_INPUT_MESSAGES,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_OUTPUT_MESSAGES,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_ID,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_SYSTEM_INSTRUCTIONS,
  ATTR_GEN_AI_TOOL_DEFINITIONS,
  ATTR_USER_ID,
} from '../../../semconv/generated.js';
import { AttributeReader } from '../attribute-reader.js';
import { errorTypeOf } from '../error-type.js';
import type { InputSpan } from '../input-span.js';
import { conventionMessages, parseMessages } from '../messages.js';
import { providerOf } from '../provider.js';
import type { StageOrigin } from '../span-stage.js';
import type { LlmService, PipecatTurn, SttService, ToolService, TtsService } from './services.js';
import { llmUsage } from './usage.js';

/**
 * Pipecat's native spans (1.14.0 as recorded). Keys after the first are the names of older versions:
 * `metrics.ttfb_ms` until 0.0.68, `gen_ai.system` and `system` until 0.0.106 (the changelog of Pipecat).
 */
const PROVIDER = [ATTR_GEN_AI_PROVIDER_NAME, 'gen_ai.system'] as const;

/** A first byte sooner than this is a timer that an interruption or a forced stop closed. */
const MIN_TTFB_MS = 10;

/** The ending of a speech-to-speech service's class name, which stands as provider on its `stt` spans. */
const S2S_PROVIDER = /llmservice$/i;

export function readTurn(span: InputSpan): PipecatTurn {
  const read = new AttributeReader(span);
  read.drop('turn.type', 'conversation.id', 'turn.ended_by_conversation_end');
  return {
    span,
    startTime: span.startTime,
    endTime: span.endTime,
    durationMs: read.seconds('turn.duration_seconds'),
    wasInterrupted: read.flag('turn.was_interrupted'),
    latencyMs: read.seconds('turn.user_bot_latency_seconds'),
    kept: read.kept,
  };
}

/** Whether an `stt` span is only a transcript of what a speech-to-speech model heard. */
export function isSpeechToSpeechTranscript(span: InputSpan): boolean {
  const provider = span.attributes[PROVIDER[0]] ?? span.attributes[PROVIDER[1]];
  return typeof provider === 'string' && S2S_PROVIDER.test(provider);
}

export function readStt(span: InputSpan): SttService {
  const read = new AttributeReader(span);
  const identity = identityOf(read);
  read.drop(ATTR_GEN_AI_OPERATION_NAME);
  const transcript = read.text('transcript');
  const instructions = read.text('settings.system_instruction');
  const user = read.text('user_id');
  const audioDurationMs = read.seconds('metrics.audio_seconds');
  const { attributes } = writePayload('stt', {
    finalTranscript: transcript,
    language: read.text('language'),
    audioDurationMs,
  });
  return {
    kind: 'stt',
    ...timesOf(span),
    ...identity,
    transcript,
    ttfbMs: ttfbOf(read),
    // The seconds came with 1.7.0, the latency with 0.0.102.
    latencyIsMeasured: audioDurationMs !== undefined,
    incomplete: read.flag('stt.incomplete'),
    origin: originOf(span, read, {
      ...attributes,
      ...(user === undefined ? {} : { [ATTR_USER_ID]: user }),
      ...(instructions === undefined ? {} : { [ATTR_GEN_AI_SYSTEM_INSTRUCTIONS]: instructions }),
    }),
  };
}

/** @param request the span of the request that this one answers, where it has one (OpenAI Realtime) */
export function readLlm(span: InputSpan, speechToSpeech: boolean, request?: InputSpan): LlmService {
  const read = new AttributeReader(span);
  const { provider, model: named } = identityOf(read);
  // The model asked for; the provider's full name of it stands in its place from the second span on.
  const model = read.text('param.model') ?? named;
  read.drop(ATTR_GEN_AI_OPERATION_NAME, 'service.operation', 'tool_count');
  const output = read.text('output', 'text_output');
  const asked = read.text('input');
  const messages = parseMessages(asked ?? textIn(request, 'input'));
  const calls = read.text('function_calls.all_names', 'tool.all_function_names')?.split(/\s*,\s*/) ?? [];
  const usage = llmUsage(read, provider);
  const hasUsage = Object.keys(usage).length > 0;
  const ttftMs = firstTokenMs(read, span, hasUsage || output !== undefined, speechToSpeech);
  const { attributes } = writePayload('llm', { ...usage, ttftMs });
  const input = messages === undefined ? asked : conventionMessages(messages);
  const written = outputMessages(output, undefined);
  const instructions = read.text(ATTR_GEN_AI_SYSTEM_INSTRUCTIONS, 'system', 'instructions');
  const tools = read.text('tools', 'tools.definitions');
  const responseId = read.text('response.id');
  return {
    kind: 'llm',
    ...timesOf(span),
    startTime: request?.startTime ?? span.startTime,
    provider,
    model,
    messages,
    output: output?.trim() === '' ? undefined : output,
    hasUsage,
    failed: span.failed,
    speechToSpeech,
    calls,
    origin: originOf(span, read, {
      ...attributes,
      ...(input === undefined ? {} : { [ATTR_GEN_AI_INPUT_MESSAGES]: input }),
      ...(written === undefined ? {} : { [ATTR_GEN_AI_OUTPUT_MESSAGES]: written }),
      ...(instructions === undefined ? {} : { [ATTR_GEN_AI_SYSTEM_INSTRUCTIONS]: instructions }),
      ...(tools === undefined ? {} : { [ATTR_GEN_AI_TOOL_DEFINITIONS]: tools }),
      ...(named === undefined || named === model ? {} : { [ATTR_GEN_AI_RESPONSE_MODEL]: named }),
      ...(responseId === undefined ? {} : { [ATTR_GEN_AI_RESPONSE_ID]: responseId }),
    }),
  };
}

export function readTts(span: InputSpan): TtsService {
  const read = new AttributeReader(span);
  const identity = identityOf(read);
  read.drop(ATTR_GEN_AI_OPERATION_NAME);
  const interrupted = read.flag('tts.interrupted');
  const text = read.text('text');
  const measured = ttfbOf(read);
  const ttfbMs = measured === undefined || (interrupted && measured < MIN_TTFB_MS) ? undefined : measured;
  const { attributes } = writePayload('tts', {
    textInput: text,
    characters: read.number('metrics.character_count'),
    voiceId: read.text('voice_id'),
    ttfbMs,
  });
  return {
    kind: 'tts',
    ...timesOf(span),
    ...identity,
    text,
    ttfbMs,
    interrupted,
    origin: originOf(span, read, attributes),
  };
}

/** Gemini Live's `llm_tool_call`, with the result that another span tells. */
export function readTool(span: InputSpan, result: InputSpan | undefined): ToolService {
  const read = new AttributeReader(span);
  const { provider } = identityOf(read);
  read.drop(ATTR_GEN_AI_OPERATION_NAME, 'service.operation', 'tool.calls_count', 'tool.all_function_names');
  const name = read.text('tool.function_name');
  const { attributes } = writePayload('tool', {
    name,
    callId: read.text('tool.call_id'),
    arguments: read.text('tool.arguments'),
    result: textIn(result, 'tool.result'),
  });
  const failed = textIn(result, 'tool.result_status') === 'error';
  const origin = originOf(span, read, attributes);
  return {
    kind: 'tool',
    span,
    startTime: span.startTime,
    endTime: Math.max(span.endTime, result?.startTime ?? 0),
    provider,
    model: undefined,
    name,
    origin: failed ? { ...origin, errorType: 'tool_error' } : origin,
  };
}

function identityOf(read: AttributeReader): { provider: string | undefined; model: string | undefined } {
  return { provider: providerOf(read.text(...PROVIDER)), model: read.text(ATTR_GEN_AI_REQUEST_MODEL) };
}

function timesOf(span: InputSpan): { span: InputSpan; startTime: number; endTime: number } {
  return { span, startTime: span.startTime, endTime: span.endTime };
}

function ttfbOf(read: AttributeReader): number | undefined {
  const ms = read.seconds('metrics.ttfb') ?? read.number('metrics.ttfb_ms');
  return ms !== undefined && ms > 0 ? ms : undefined;
}

/** Of a failed call, of one that gave nothing, or longer than the call itself it is a timer left running. */
function firstTokenMs(
  read: AttributeReader,
  span: InputSpan,
  gaveSomething: boolean,
  speechToSpeech: boolean,
): number | undefined {
  const ms = ttfbOf(read);
  if (ms === undefined || span.failed || !gaveSomething) return undefined;
  if (speechToSpeech) return ms < MIN_TTFB_MS ? undefined : ms;
  return ms > span.endTime - span.startTime + 1 ? undefined : ms;
}

function textIn(span: InputSpan | undefined, key: string): string | undefined {
  const value = span?.attributes[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function originOf(span: InputSpan, read: AttributeReader, attributes: Attributes): StageOrigin {
  return { spanId: span.spanId, span, attributes, kept: read.kept, errorType: errorTypeOf(span) };
}
