import type { Attributes } from '@opentelemetry/api';
import { toJson } from '../../../conversation/json.js';
import { outputMessages } from '../../../conversation/messages.js';
import { writePayload } from '../../../conversation/payload-attributes.js';
import { ATTR_GEN_AI_INPUT_MESSAGES, ATTR_GEN_AI_OUTPUT_MESSAGES } from '../../../semconv/generated.js';
import { AttributeReader } from '../attribute-reader.js';
import { errorTypeOf } from '../error-type.js';
import { derivedSpanId, derivedTraceId } from '../ids.js';
import { type InputSpan, textOf } from '../input-span.js';
import { providerOf } from '../provider.js';
import type { StageOrigin } from '../span-stage.js';
import type { Dialect } from './dialect.js';
import type {
  LlmService,
  PipecatService,
  PipecatTurn,
  SttService,
  ToolService,
  TtsService,
} from './services.js';
import { Unit } from './unit.js';

const TURN = 'pipecat.conversation.turn';
const TOOL = 'pipecat.tool.';

/**
 * The spans that OpenInference's instrumentation of Pipecat writes (2.0.1): a trace a turn, and a session only where
 * the application gave the conversation an id. How its recogniser's spans lie in time is not known, so that the end
 * of speech is told by the latency alone.
 */
export const OPENINFERENCE: Dialect = {
  role({ name }) {
    if (name === TURN) return 'turn';
    return name === 'pipecat.llm' ? 'model' : 'service';
  },
  readTurn,
  readServices,
  unitOf: ({ traceId }) => traceId,
  unit: (id, traceId) => Unit.turn(id, traceId, undefined, readServices),
  isSpeechToSpeech: () => false,
  conversationId: (span) => textOf(span, 'session.id'),
  session: ({ traceId }, conversationId) =>
    conversationId === undefined
      ? { traceId, spanId: derivedSpanId(traceId, 'session'), written: false }
      : {
          traceId: derivedTraceId('session', conversationId),
          spanId: derivedSpanId('session', conversationId),
          written: true,
        },
};

function readTurn(span: InputSpan): PipecatTurn {
  const read = new AttributeReader(span);
  read.drop('session.id', 'conversation.id', 'openinference.span.kind', 'conversation.end_reason');
  read.drop('input.value', 'output.value', 'input.mime_type', 'output.mime_type');
  return {
    span,
    startTime: span.startTime,
    endTime: span.endTime,
    durationMs: read.seconds('conversation.turn_duration_seconds'),
    wasInterrupted: read.flag('conversation.was_interrupted'),
    latencyMs: read.seconds('conversation.user_to_bot_latency'),
    kept: read.kept,
  };
}

function readServices(spans: readonly InputSpan[]): PipecatService[] {
  return [...spans]
    .sort((a, b) => a.startTime - b.startTime || a.spanId.localeCompare(b.spanId))
    .flatMap((span): PipecatService[] => {
      if (span.name === 'pipecat.stt') return [readStt(span)];
      if (span.name === 'pipecat.llm') return [readLlm(span)];
      if (span.name === 'pipecat.tts') return [readTts(span)];
      return span.name.startsWith(TOOL) ? [readTool(span)] : [];
    });
}

function readStt(span: InputSpan): SttService {
  const read = reader(span);
  read.drop('input.value', 'stt.minutes');
  const transcript = read.text('output.value');
  const { attributes } = writePayload('stt', { finalTranscript: transcript });
  return {
    kind: 'stt',
    ...serviceOf(span, read),
    transcript,
    ttfbMs: undefined,
    latencyIsMeasured: true,
    incomplete: false,
    origin: originOf(span, read, attributes),
  };
}

function readLlm(span: InputSpan): LlmService {
  const read = reader(span);
  const service = serviceOf(span, read);
  const input = read.text('input.value');
  const output = read.text('output.value');
  const usage = {
    promptTokens: read.number('llm.token_count.prompt'),
    completionTokens: read.number('llm.token_count.completion'),
    cachedTokens: read.number('llm.token_count.prompt_details.cache_read'),
    cacheWriteTokens: read.number('llm.token_count.prompt_details.cache_write'),
    reasoningTokens: read.number('llm.token_count.completion_details.reasoning'),
  };
  const messages = flatMessages(span);
  for (const prefix of ['llm.token_count.', 'llm.input_messages.', 'llm.output_messages.'])
    read.dropAll(prefix);
  const ttftMs = span.failed ? undefined : read.seconds('service.ttfb_seconds');
  const { attributes } = writePayload('llm', { ...usage, ttftMs });
  const written = outputMessages(output, undefined);
  const prompt = messages.length > 0 ? toJson(messages) : input;
  return {
    kind: 'llm',
    ...service,
    messages: undefined,
    output: output?.trim() === '' ? undefined : output,
    hasUsage: usage.promptTokens !== undefined || usage.completionTokens !== undefined,
    failed: span.failed,
    speechToSpeech: false,
    calls: [],
    origin: originOf(span, read, {
      ...attributes,
      ...(prompt === undefined ? {} : { [ATTR_GEN_AI_INPUT_MESSAGES]: prompt }),
      ...(written === undefined ? {} : { [ATTR_GEN_AI_OUTPUT_MESSAGES]: written }),
    }),
  };
}

function readTts(span: InputSpan): TtsService {
  const read = reader(span);
  const service = serviceOf(span, read);
  read.drop('output.value');
  const text = read.text('input.value');
  const ttfbMs = read.seconds('service.ttfb_seconds');
  const { attributes } = writePayload('tts', {
    textInput: text,
    characters: read.number('tts.character_count'),
    voiceId: read.text('audio.voice_id'),
    ttfbMs,
  });
  return {
    kind: 'tts',
    ...service,
    text,
    ttfbMs,
    interrupted: false,
    origin: originOf(span, read, attributes),
  };
}

function readTool(span: InputSpan): ToolService {
  const read = reader(span);
  const service = serviceOf(span, read);
  const name = read.text('tool.name') ?? span.name.slice(TOOL.length);
  const { attributes } = writePayload('tool', {
    name,
    callId: read.text('tool.id', 'tool_call.id'),
    arguments: read.text('tool.parameters', 'input.value'),
    result: read.text('output.value'),
  });
  read.drop('input.value');
  return { kind: 'tool', ...service, name, origin: originOf(span, read, attributes) };
}

function reader(span: InputSpan): AttributeReader {
  const read = new AttributeReader(span);
  read.drop('openinference.span.kind', 'input.mime_type', 'output.mime_type', 'session.id');
  return read;
}

function serviceOf(
  span: InputSpan,
  read: AttributeReader,
): Pick<PipecatService, 'span' | 'startTime' | 'endTime' | 'provider' | 'model'> {
  return {
    span,
    startTime: span.startTime,
    endTime: span.endTime,
    provider: providerOf(read.text('llm.provider', 'service.provider')),
    model: read.text('llm.model_name', 'service.model'),
  };
}

/** `llm.input_messages.<n>.message.role` and `.content` as messages of the GenAI conventions. */
function flatMessages({
  attributes,
}: InputSpan): { role: string; parts: { type: 'text'; content: string }[] }[] {
  const messages: { role: string; parts: { type: 'text'; content: string }[] }[] = [];
  for (let at = 0; ; at += 1) {
    const role = attributes[`llm.input_messages.${at}.message.role`];
    if (typeof role !== 'string') return messages;
    const content = attributes[`llm.input_messages.${at}.message.content`];
    messages.push({ role, parts: typeof content === 'string' ? [{ type: 'text', content }] : [] });
  }
}

function originOf(span: InputSpan, read: AttributeReader, attributes: Attributes): StageOrigin {
  return { spanId: span.spanId, span, attributes, kept: read.kept, errorType: errorTypeOf(span) };
}
