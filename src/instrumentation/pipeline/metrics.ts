import type { LlmPayload } from '../../conversation/payloads.js';
import { asId, asList, asNumber, read } from '../../conversation/read.js';
import type { PipelineEvent, ServiceReport, ServiceStage } from './events.js';
import { canonicalName, field, numberField, optional, textField } from './frame.js';

/** Entries read of one report. */
const MAX_ENTRIES = 100;

type TokenField = Extract<keyof LlmPayload, `${string}Tokens`>;

/** The token counts of Pipecat's `LLMTokenUsage`, in both spellings, and the fields of ours. */
const TOKENS: readonly (readonly [field: TokenField, camel: string, snake: string])[] = [
  ['completionTokens', 'completionTokens', 'completion_tokens'],
  ['cachedTokens', 'cacheReadInputTokens', 'cache_read_input_tokens'],
  ['cacheWriteTokens', 'cacheCreationInputTokens', 'cache_creation_input_tokens'],
  ['reasoningTokens', 'reasoningTokens', 'reasoning_tokens'],
  ['promptAudioTokens', 'inputAudioTokens', 'input_audio_tokens'],
  ['completionAudioTokens', 'outputAudioTokens', 'output_audio_tokens'],
  ['cachedAudioTokens', 'cacheReadInputAudioTokens', 'cache_read_input_audio_tokens'],
];

/**
 * Token counts as ours. Services that report their cache apart (Anthropic, Bedrock) leave it out of the prompt: the
 * total tells, else that a part cannot be more than the whole.
 */
export function tokenUsage(usage: unknown): LlmPayload | undefined {
  const prompt = numberField(usage, 'promptTokens', 'prompt_tokens');
  const payload: { [Field in TokenField]?: number } = {};
  for (const [name, camel, snake] of TOKENS) {
    const count = numberField(usage, camel, snake);
    if (count !== undefined) payload[name] = count;
  }
  const { completionTokens: completion = 0, cachedTokens = 0, cacheWriteTokens = 0 } = payload;
  if (prompt === undefined) return payload.completionTokens === undefined ? undefined : payload;
  if (prompt === 0 && completion === 0) return undefined;
  const cache = cachedTokens + cacheWriteTokens;
  const total = numberField(usage, 'totalTokens', 'total_tokens');
  const apart = cache > 0 && (total === prompt + completion + cache || cache > prompt);
  return { ...payload, promptTokens: apart ? prompt + cache : prompt };
}

/** The events of a metrics frame: a list of entries that name their class, or can be told apart by their shape. */
export function metricsEvents(frame: unknown): PipelineEvent[] {
  const entries = asList(read(frame, 'data'))?.slice(0, MAX_ENTRIES) ?? [];
  return entries.flatMap(metricEvents);
}

function metricEvents(entry: unknown): PipelineEvent[] {
  const report: ServiceReport = {
    ...optional('processor', textField(entry, 'processor')),
    ...optional('model', textField(entry, 'model')),
  };
  const value = read(entry, 'value');
  const name = className(entry);
  const service: PipelineEvent = { type: 'service', ...report };
  if (name.startsWith('llmusage') || tokenUsage(value) !== undefined) {
    const usage = tokenUsage(value);
    return usage === undefined ? [service] : [{ type: 'llm_usage', ...report, usage }];
  }
  const audioSeconds = numberField(value, 'audioSeconds', 'audio_seconds');
  if (audioSeconds !== undefined) return [{ type: 'stt_usage', ...report, audioMs: audioSeconds * 1000 }];
  if (name.startsWith('ttfa')) return [];
  const number = asNumber(value);
  if (number === undefined) return [];
  // Every timer at zero: the services introduce themselves.
  if (number === 0) return name.startsWith('ttfb') || name === '' ? [service] : [];
  if (name.startsWith('ttsusage')) return [{ type: 'tts_usage', ...report, characters: number }];
  if (name.startsWith('ttfb')) return [{ type: 'ttfb', ...report, ttfbMs: number * 1000 }];
  return name === '' ? unnamed(report, number) : [];
}

/**
 * A number without a class, as Whisker records them: whole ones of a synthesiser are characters, the others times.
 */
function unnamed(report: ServiceReport, number: number): PipelineEvent[] {
  const tts = /TTS/.test(report.processor ?? '');
  if (tts && Number.isInteger(number)) return [{ type: 'tts_usage', ...report, characters: number }];
  return [{ type: 'ttfb', ...report, ttfbMs: number * 1000, guessed: true }];
}

/** Beginnings of the names of Pipecat's classes of metrics. */
const CLASSES = /^(?:ttf|processing|llmusage|sttusage|ttsusage|textaggregation|turn|smartturn)/;

/** The class of an entry; empty where it is not said, or a minifier has taken it. */
function className(entry: unknown): string {
  const label = read(entry, 'class') ?? read(entry, 'type') ?? read(entry, 'kind');
  const name = asId(label) ?? asId(read(read(entry, 'constructor'), 'name')) ?? '';
  const canonical = canonicalName(name);
  return CLASSES.test(canonical) ? canonical : '';
}

/** A service that introduces itself. */
export function serviceEvent(frame: unknown, stage: ServiceStage | undefined): PipelineEvent {
  const realtime = field(frame, 'isRealtimeService', 'is_realtime_service');
  return {
    type: 'service',
    ...optional('stage', stage),
    ...optional('processor', textField(frame, 'serviceName', 'service_name')),
    ...(realtime === true ? { realtime } : {}),
  };
}
