import type { LlmPayload, ToolPayload } from '../../conversation/payloads.js';
import type { StageRecord } from '../../signals/signal.js';
import type {
  FunctionCall,
  FunctionCallOutput,
  InterruptionMetrics,
  LlmMetrics,
  RealtimeMetrics,
  TtsMetrics,
} from './livekit-types.js';
import { type ModelHints, modelIdentity } from './models.js';

/** Wall-clock times of LiveKit as session times. */
export interface SourceClock {
  /** Session time now. */
  now(): number;
  /** @param wallMs epoch milliseconds; anything that is no time is now */
  at(wallMs: number | undefined): number;
}

/** A model call of the cascaded pipeline. LiveKit reports it at its end, without its content. */
export function llmStage(metrics: LlmMetrics, hints: ModelHints, clock: SourceClock): StageRecord<'llm'> {
  const { ttftMs } = metrics;
  return {
    kind: 'llm',
    ...endingAt(metrics.timestamp, metrics.durationMs, clock),
    ...modelIdentity(metrics.metadata, metrics.label, hints.llm),
    payload: {
      ...llmUsage(metrics),
      ...(ttftMs >= 0 ? { ttftMs } : {}),
    },
  };
}

/**
 * A call that was cut off reports no tokens, because providers send usage last. No call has an empty prompt, so
 * none at all means that the usage is not known.
 */
function llmUsage(metrics: LlmMetrics): LlmPayload {
  if (!(metrics.promptTokens > 0 || metrics.completionTokens > 0)) return {};
  const { cacheCreationTokens = 0 } = metrics;
  return {
    promptTokens: metrics.promptTokens,
    completionTokens: metrics.completionTokens,
    cachedTokens: metrics.promptCachedTokens,
    ...(cacheCreationTokens > 0 ? { cacheWriteTokens: cacheCreationTokens } : {}),
    tokensPerSecond: metrics.tokensPerSecond,
  };
}

/** A response of a speech-to-speech model. */
export function realtimeStage(
  metrics: RealtimeMetrics,
  hints: ModelHints,
  clock: SourceClock,
): StageRecord<'llm'> {
  const { ttftMs } = metrics;
  return {
    kind: 'llm',
    operation: 'generate_content',
    ...startingAt(metrics.timestamp, metrics.durationMs, clock),
    ...modelIdentity(metrics.metadata, metrics.label, hints.llm),
    payload: {
      ...realtimeUsage(metrics),
      ...(ttftMs >= 0 ? { ttftMs } : {}),
    },
  };
}

function realtimeUsage(metrics: RealtimeMetrics): LlmPayload {
  if (!(metrics.inputTokens > 0 || metrics.outputTokens > 0)) return {};
  const { inputTokenDetails: input, outputTokenDetails: output } = metrics;
  const cached = input?.cachedTokensDetails;
  return defined({
    promptTokens: metrics.inputTokens,
    completionTokens: metrics.outputTokens,
    promptTextTokens: input?.textTokens,
    promptAudioTokens: input?.audioTokens,
    promptImageTokens: input?.imageTokens,
    cachedTokens: input?.cachedTokens,
    cachedTextTokens: cached?.textTokens,
    cachedAudioTokens: cached?.audioTokens,
    cachedImageTokens: cached?.imageTokens,
    completionTextTokens: output?.textTokens,
    completionAudioTokens: output?.audioTokens,
    tokensPerSecond: metrics.tokensPerSecond > 0 ? metrics.tokensPerSecond : undefined,
  });
}

/** A synthesis: one a reply, or one a segment. */
export function ttsStage(metrics: TtsMetrics, hints: ModelHints, clock: SourceClock): StageRecord<'tts'> {
  const { ttfbMs } = metrics;
  return {
    kind: 'tts',
    mode: metrics.streamed ? 'stream' : 'batch',
    ...endingAt(metrics.timestamp, metrics.durationMs, clock),
    ...modelIdentity(metrics.metadata, metrics.label, hints.tts),
    payload: {
      characters: metrics.charactersCount,
      audioDurationMs: metrics.audioDurationMs,
      ...(ttfbMs >= 0 ? { ttfbMs } : {}),
    },
  };
}

/** A tool call, from the start of its execution to its output. */
export function toolStage(
  call: FunctionCall,
  output: FunctionCallOutput | undefined,
  clock: SourceClock,
): StageRecord<'tool'> {
  const startTime = clock.at(call.createdAt);
  const endTime = output === undefined ? startTime : Math.max(startTime, clock.at(output.createdAt));
  const payload: ToolPayload = { name: call.name, callId: call.callId, arguments: call.args };
  if (output !== undefined) payload.result = output.output;
  return {
    kind: 'tool',
    startTime,
    endTime,
    payload,
    ...(output?.isError === true ? { error: { name: 'tool_error', message: output.output } } : {}),
  };
}

/** A decision of the adaptive interruption detector. */
export function interruptionStage(metrics: InterruptionMetrics, clock: SourceClock): StageRecord<'vad'> {
  return {
    kind: 'vad',
    ...endingAt(metrics.timestamp, metrics.totalDuration, clock),
    ...modelIdentity(metrics.metadata, undefined, undefined),
  };
}

function endingAt(timestamp: number, durationMs: number, clock: SourceClock): Times {
  const endTime = clock.at(timestamp);
  return { startTime: endTime - Math.max(0, durationMs), endTime };
}

/** A realtime response is stamped with its creation; one that would then end in the future was stamped at its end. */
function startingAt(timestamp: number, durationMs: number, clock: SourceClock): Times {
  const duration = Math.max(0, durationMs);
  const endTime = Math.min(clock.at(timestamp) + duration, clock.now());
  return { startTime: endTime - duration, endTime };
}

interface Times {
  startTime: number;
  endTime: number;
}

/** The fields that are known. */
function defined<T extends object>(fields: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
