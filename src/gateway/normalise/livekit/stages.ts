import type { Attributes } from '@opentelemetry/api';
import { writePayload } from '../../../conversation/payload-attributes.js';
import {
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
} from '../../../semconv/generated.js';
import { isObject } from '../../otlp/json-object.js';
import { AttributeReader } from '../attribute-reader.js';
import { errorTypeOf } from '../error-type.js';
import { type InputSpan, numberOf } from '../input-span.js';
import { providerOf } from '../provider.js';
import type { SpanStage } from '../span-stage.js';

/**
 * `llm_request`, `realtime_inference`, or `llm_node` where there is no request in it.
 *
 * @param failure `error.type` of the run that failed: the request itself does not say it
 */
export function llmStage(span: InputSpan, failure: string | undefined): SpanStage {
  const read = new AttributeReader(span);
  const identity = identityOf(read);
  const realtime = span.name === 'realtime_inference';
  const ttft = read.seconds('gen_ai.response.time_to_first_chunk', 'lk.response.ttft');
  // A call that was cut off reports none, as providers send usage last: no call has an empty prompt.
  const input = numberOf(span, 'gen_ai.usage.input_tokens') ?? 0;
  const output = numberOf(span, 'gen_ai.usage.output_tokens') ?? 0;
  if (input === 0 && output === 0) read.dropAll('gen_ai.usage.');
  read.drop('gen_ai.usage.input_cached_tokens', 'lk.llm_metrics');
  const { attributes } = writePayload('llm', { ttftMs: ttft !== undefined && ttft >= 0 ? ttft : undefined });
  return {
    kind: 'llm',
    ...stageOf(span, read, attributes, failure ?? errorTypeOf(span)),
    ...identity,
    ...(realtime ? { operation: 'generate_content' as const } : {}),
  };
}

/** `tts_node`, with the metrics of the requests in it. */
export function ttsStage(span: InputSpan, requests: readonly InputSpan[]): SpanStage {
  const read = new AttributeReader(span);
  const identity = identityOf(read);
  const metrics = [span, ...requests].flatMap((one) => metricsOf(one, 'lk.tts_metrics'));
  read.drop('lk.tts_metrics');
  const { attributes } = writePayload('tts', {
    ttfbMs: read.seconds('lk.response.ttfb'),
    characters: sum(metrics, ['charactersCount', 'characters_count'], 1),
    audioDurationMs: sum(metrics, ['audioDurationMs'], 1) ?? sum(metrics, ['audio_duration'], 1000),
  });
  return { kind: 'tts', ...stageOf(span, read, attributes, errorTypeOf(span)), ...identity };
}

/** `function_tool`. */
export function toolStage(span: InputSpan): SpanStage {
  const read = new AttributeReader(span);
  read.drop(ATTR_GEN_AI_OPERATION_NAME, 'gen_ai.agent.name', 'lk.function_tool.id', 'lk.function_tool.name');
  const { attributes } = writePayload('tool', {
    name: read.text('gen_ai.tool.name', 'lk.function_tool.name'),
    callId: read.text('gen_ai.tool.call.id', 'lk.function_tool.id'),
    arguments: read.text(
      ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
      'lk.pii.function_tool.arguments',
      'lk.function_tool.arguments',
    ),
    result: read.text(ATTR_GEN_AI_TOOL_CALL_RESULT, 'lk.pii.function_tool.output', 'lk.function_tool.output'),
  });
  const failed = read.flag('lk.function_tool.is_error');
  return { kind: 'tool', ...stageOf(span, read, attributes, failed ? 'tool_error' : errorTypeOf(span)) };
}

type Timed = Pick<SpanStage, 'startTime' | 'endTime' | 'origin' | 'error'>;

function stageOf(
  span: InputSpan,
  read: AttributeReader,
  attributes: Attributes,
  errorType: string | undefined,
): Timed {
  read.drop(ATTR_ERROR_TYPE);
  return {
    startTime: span.startTime,
    endTime: span.endTime,
    ...(errorType === undefined && !span.failed ? {} : { error: errorType ?? '_OTHER' }),
    origin: { spanId: span.spanId, span, attributes, kept: read.kept, errorType },
  };
}

function identityOf(read: AttributeReader): { provider?: string; model?: string } {
  const provider = providerOf(read.text(ATTR_GEN_AI_PROVIDER_NAME));
  const model = read.text(ATTR_GEN_AI_REQUEST_MODEL);
  read.drop(ATTR_GEN_AI_OPERATION_NAME);
  return { ...(provider === undefined ? {} : { provider }), ...(model === undefined ? {} : { model }) };
}

type Metrics = Readonly<Record<string, unknown>>;

/** Metrics that LiveKit writes on a span as JSON: milliseconds in JS, seconds in Python. */
function metricsOf({ attributes }: InputSpan, key: string): Metrics[] {
  const json = attributes[key];
  if (typeof json !== 'string') return [];
  try {
    const parsed: unknown = JSON.parse(json);
    return isObject(parsed) ? [parsed] : [];
  } catch {
    return [];
  }
}

function sum(metrics: readonly Metrics[], keys: readonly string[], factor: number): number | undefined {
  const values = metrics
    .flatMap((one) => keys.map((key) => one[key]))
    .filter((value) => typeof value === 'number');
  return values.length === 0 ? undefined : values.reduce((total, value) => total + value * factor, 0);
}
