import type { PromptMessage } from '../messages.js';
import { askedBy, type Exchange, isActive, isPrompt } from './exchange.js';
import type { LlmService, TtsService } from './services.js';

/**
 * What came of an exchange. `failed`: a provider's error, or no sound; `discarded`: cut off or cancelled before
 * anything was heard; `unfinished`: the model said that the user had not finished; `silent`: the agent did nothing;
 * `unknown`: the call ended with it, and nothing says whether it was heard.
 */
export type Outcome = 'heard' | 'failed' | 'discarded' | 'unfinished' | 'silent' | 'unknown';

/** Of a unit: how it ended, as far as is known. */
export interface UnitEnd {
  /** When the agent fell silent; only where that is known. */
  readonly lastAudio: number | undefined;
  /** The agent was cut off, by the user's voice or by noise. */
  readonly cutAt: number | undefined;
  /** The agent was heard in it, by the way Pipecat's own turns end. */
  readonly heard: boolean;
}

/** Markers by which a model says that the user has not finished; Pipecat does not speak them. */
const UNFINISHED_MARKERS: ReadonlySet<string> = new Set(['◐', '○']);
/** From the first byte, or from the end of a generation without one, to sound at the latest. */
const TO_SOUND_MS = 100;
const TO_SYNTHESIS_MS = 1000;
/** A character takes no longer to speak than this, 2.5 a second; ordinary speech has ten to twenty. */
const LONGEST_CHARACTER_MS = 400;
/** Pipecat ends a turn 2.5 s after the agent fell silent (`turn_end_timeout_secs`); twice that is allowed for. */
const TURN_OVER_MS = 5000;
/** Voice activity counts as speech after this long (`VADParams.start_secs`, default 0.2 s). */
export const VAD_START_MS = 200;

/**
 * @param last it is the last of its unit in which the agent did anything: before it nobody heard the agent, as
 *   Pipecat begins another turn when somebody speaks who has heard it
 * @param next the exchange after it, in this unit or the next
 */
export function outcomeOf(
  exchange: Exchange,
  end: UnitEnd,
  last: boolean,
  next: Exchange | undefined,
): Outcome {
  if (!isActive(exchange)) return 'silent';
  if (last) return end.heard ? 'heard' : lastOutcome(exchange);
  if (exchange.llms.some(({ failed }) => failed)) return 'failed';
  const after = messagesAfter(exchange, next);
  if (isUnfinished(exchange, after)) return 'unfinished';
  if (wasCut(exchange, next) || hasOpenTools(exchange, after)) return 'discarded';
  // Without Pipecat's turns nothing says that a reply was not heard.
  if (exchange.unit.turn === undefined && exchange.ttss.some(hasSound)) return 'heard';
  // Without a synthesis there is nothing that could have failed to sound.
  return exchange.ttss.length > 0 ? 'failed' : 'discarded';
}

/**
 * The call ended in it, or the process died. With a detector Pipecat measures the latency of what is heard; where that
 * is missing, a reply that was heard and a synthesis that failed look the same: a failed one has a first byte too and
 * ends a millisecond later, as one does whose sound came in one piece. What tells them apart is only that the turn of a
 * reply that was heard would have been over by its time.
 */
function lastOutcome({ unit, stts, llms, ttss }: Exchange): Outcome {
  const failed = llms.some((llm) => llm.failed);
  const sounds = ttss.some(hasSound) || (ttss.length === 0 && llms.at(-1)?.output !== undefined);
  const measurable =
    unit.turn !== undefined &&
    stts.some(({ ttfbMs, latencyIsMeasured }) => ttfbMs !== undefined && latencyIsMeasured);
  if (!measurable && sounds && !(failed && ttss.length === 0)) return 'heard';
  if (failed) return 'failed';
  const end = unit.turn?.endTime;
  const ready = readyAt({ llms, ttss });
  if (end === undefined || ready === undefined || !sounds || ready + TO_SOUND_MS >= end) return 'discarded';
  if (ttss.length === 0) return 'unknown';
  const characters = ttss.reduce((sum, { text = '' }) => sum + text.length, 0);
  const longest = TO_SOUND_MS + characters * LONGEST_CHARACTER_MS + TURN_OVER_MS;
  return ttss.every(({ text }) => text !== undefined) && ready + longest < end ? 'failed' : 'unknown';
}

/** Before this moment nothing could be heard. */
function readyAt({ llms, ttss }: Pick<Exchange, 'llms' | 'ttss'>): number | undefined {
  const byte = firstByte(ttss);
  if (byte !== undefined) return byte;
  const [start] = [...ttss.filter(hasSound), ...llms.filter(({ output }) => output !== undefined)].map(
    ({ startTime }) => startTime,
  );
  return start;
}

/** A synthesis that gave a first byte, or, where nobody measured that, was not cut off. */
export function hasSound({ ttfbMs, interrupted }: TtsService): boolean {
  return ttfbMs !== undefined || !interrupted;
}

/** When the first byte of the first synthesis came that was none of what an interruption flushed. */
export function firstByte(ttss: readonly TtsService[]): number | undefined {
  const tts = ttss.find(({ ttfbMs }) => ttfbMs !== undefined);
  return tts?.ttfbMs === undefined ? undefined : tts.startTime + tts.ttfbMs;
}

/** Whether the user went on before any sound could have come. */
function wasCut({ llms, ttss }: Exchange, next: Exchange | undefined): boolean {
  const onset = next?.stts[0]?.startTime;
  if (!llms.some(({ output }) => output !== undefined) && ttss.length === 0) return true;
  if (onset === undefined) return true;
  const sound = firstByte(ttss);
  const by = sound ?? ttss.at(-1)?.endTime ?? (llms.at(-1)?.endTime ?? 0) + TO_SYNTHESIS_MS;
  return onset + VAD_START_MS <= by + TO_SOUND_MS;
}

/** What the next prompt has that the last prompt of this exchange had not; empty where either is not known. */
export function messagesAfter({ llms }: Exchange, next: Exchange | undefined): readonly PromptMessage[] {
  const before = llms.findLast(({ messages }) => messages !== undefined)?.messages;
  const after = next?.llms.find(({ messages }) => messages !== undefined)?.messages;
  return before === undefined || after === undefined ? [] : after.slice(before.length);
}

function isUnfinished({ llms }: Exchange, after: readonly PromptMessage[]): boolean {
  if (llms.at(-1)?.output !== undefined) return false;
  return after.some(({ role, text }) => role === 'assistant' && UNFINISHED_MARKERS.has(text.trim()));
}

function hasOpenTools({ llms }: Exchange, after: readonly PromptMessage[]): boolean {
  return llms.at(-1)?.output === undefined && after.some(({ calls }) => calls.length > 0);
}

/** A prediction that was taken back: nothing came of it, no tool either, and another generation follows. */
export function isWithdrawn(llm: LlmService, later: LlmService | undefined): boolean {
  if (later === undefined || llm.failed || llm.hasUsage || llm.output !== undefined) return false;
  return llm.calls.length === 0 && askedBy(later) !== 'tool' && !isPrompt(later);
}
