import { askedBy, type Exchange, isInstant, type Pipeline } from './exchange.js';
import { firstByte, type UnitEnd, VAD_START_MS } from './outcome.js';

/** When the user spoke and the agent was heard. Epoch milliseconds. */
export interface UserTiming {
  readonly onset: number;
  /** A detector heard the onset. */
  readonly measured: boolean;
  /** The true end of speech; only where it is known. */
  readonly stop: number | undefined;
}

export interface AgentTiming {
  /** The first sound, or, where `known` is not set, a time before which there was none. */
  readonly firstAudio: number;
  readonly known: boolean;
  readonly responseMs: number | undefined;
  readonly source: 'measured' | 'estimated' | undefined;
}

/** What was going on before: a recogniser's anchor that lies before it is one of somebody else's noise. */
export interface Before {
  /** The last final transcript, and the last generation begun. */
  readonly at: number;
  /** No unit came before this one: its start is that of the call. */
  readonly first: boolean;
}

/**
 * Whether a user's turn stands behind the exchange. Where the recogniser has no spans, the prompt ends with the user's
 * words; but the first one may be the application's own, to have a greeting, unless Pipecat measured a latency.
 */
export function hasUser(
  { stts, llms, unit }: Exchange,
  { speechToSpeech, silentStt }: Pipeline,
  before: Before,
): boolean {
  if (stts.length > 0) return true;
  const [llm] = llms;
  if (unit.loose || llm === undefined) return false;
  const role = askedBy(llm);
  // What a speech-to-speech model hears is transcribed late, at the next turn; its turns begin with the user.
  if (speechToSpeech) return !before.first && (role === undefined || role === 'user');
  return silentStt && role === 'user' && (unit.turn?.latencyMs !== undefined || !before.first);
}

/**
 * The rules and their errors against ground truth are those of the recordings in `test/fixtures/pipecat`: the end of
 * speech is the final transcript less its TTFB (+1 to +6 ms), else the first sound less the turn's latency (±5 ms).
 *
 * @param latencyMs the turn's latency, where this exchange is the one that was heard
 */
export function userTiming(
  exchange: Exchange,
  speechToSpeech: boolean,
  before: Before,
  latencyMs: number | undefined,
): UserTiming {
  const { stts, unit } = exchange;
  const [first] = stts;
  const last = stts.at(-1);
  const opened = unit.turn === undefined || before.first ? undefined : unit.turn.startTime;
  const detected =
    !speechToSpeech &&
    first !== undefined &&
    !isInstant(first) &&
    (stts.some(({ ttfbMs }) => ttfbMs !== undefined) ||
      latencyMs !== undefined ||
      (opened !== undefined && first.startTime < opened));
  const anchored = detected && first.startTime > before.at;
  const stop = (onset: number): number | undefined => {
    const sound = firstByte(exchange.ttss);
    let time: number | undefined;
    if (!speechToSpeech && last?.ttfbMs !== undefined && !last.incomplete) time = last.endTime - last.ttfbMs;
    else if (latencyMs !== undefined && sound !== undefined) time = sound - latencyMs;
    return time !== undefined && time >= onset ? time : undefined;
  };
  if (anchored) return { onset: first.startTime, measured: true, stop: stop(first.startTime) };
  const onset = unmeasuredOnset(exchange, detected, opened, before);
  return { onset, measured: false, stop: stop(onset) };
}

/** The turn begins when voice has lasted a while; without a detector with the first word. Else the first known of it. */
function unmeasuredOnset(
  { stts, llms }: Exchange,
  detected: boolean,
  opened: number | undefined,
  before: Before,
): number {
  const [first] = stts;
  const last = stts.at(-1);
  if (opened !== undefined && opened > before.at) return detected ? opened - VAD_START_MS : opened;
  if (detected && last?.ttfbMs !== undefined) return Math.max(before.at, last.endTime - last.ttfbMs);
  const known = [first?.startTime, llms[0]?.startTime].filter((time) => time !== undefined);
  return Math.max(before.at, known.length === 0 ? before.at : Math.min(...known));
}

/** When the user's turn was given to the agent. */
export function commitTime({ stts, llms }: Exchange, onset: number, speechToSpeech: boolean): number {
  const last = stts.at(-1);
  const asked = llms[0]?.startTime;
  const times = [asked, speechToSpeech ? last?.startTime : last?.endTime].filter(
    (time) => time !== undefined,
  );
  const committed = speechToSpeech ? Math.min(...times, Infinity) : Math.max(...times, onset);
  return Math.max(onset, Number.isFinite(committed) ? committed : onset);
}

/** When a reply was heard, and how long the user had waited. */
export function agentTiming(
  exchange: Exchange,
  user: UserTiming | undefined,
  committed: number | undefined,
  latencyMs: number | undefined,
  end: UnitEnd,
): AgentTiming {
  const { ttss, llms } = exchange;
  const sound = firstByte(ttss);
  if (user?.stop !== undefined && latencyMs !== undefined) {
    return { firstAudio: user.stop + latencyMs, known: true, responseMs: latencyMs, source: 'measured' };
  }
  if (sound !== undefined) {
    const estimated = user?.stop === undefined ? undefined : sound - user.stop;
    const responseMs = latencyMs ?? (estimated !== undefined && estimated >= 0 ? estimated : undefined);
    const source = latencyMs === undefined ? 'estimated' : 'measured';
    return { firstAudio: sound, known: true, responseMs, source: user === undefined ? 'estimated' : source };
  }
  const earliest = ttss[0]?.startTime ?? llms.at(-1)?.startTime ?? committed ?? 0;
  const firstAudio = Math.min(Math.max(earliest, committed ?? earliest), end.cutAt ?? Infinity);
  return {
    firstAudio,
    known: false,
    responseMs: user === undefined ? undefined : latencyMs,
    source: user === undefined || latencyMs === undefined ? undefined : 'measured',
  };
}
