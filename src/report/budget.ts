import {
  GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT,
  VOICE_STAGE_END_REASON_VALUE_DISCARDED,
} from '../semconv/generated.js';
import { answeredTurn } from './answers.js';
import { roundMs } from './attributes.js';
import type { SessionReport, StageReport, TurnReport } from './model.js';
import { announcedEndMs, firstAudioMs } from './moments.js';

/**
 * Where a part of the wait for an answer went.
 * - `end_pointing`: from the true stop until the turn was given to the agent, less what `recognition` takes
 * - `recognition`: the recogniser still at work after the end of speech had been announced
 * - `model`: a model until its first output; the whole run of one that only called tools
 * - `application`: tools, API calls, language understanding, dialogue management
 * - `synthesis`: the synthesiser until its first byte
 * - `playout`: from that byte until it was heard
 * - `unexplained`: no span says what happened
 */
export type LatencyShare =
  | 'end_pointing'
  | 'recognition'
  | 'model'
  | 'application'
  | 'synthesis'
  | 'playout'
  | 'unexplained';

export interface LatencySegment {
  readonly share: LatencyShare;
  /** Milliseconds from the session's start. */
  readonly startMs: number;
  readonly endMs: number;
  /** The stage that accounts for it; `undefined` for what lies between stages. */
  readonly stageId: string | undefined;
}

export interface LatencyBudget {
  /** What it explains: the response latency where the true stop is known, else the time to first audio. */
  readonly from: 'speech_end' | 'announced_end';
  readonly startMs: number;
  readonly endMs: number;
  /** In order of time, without gaps or overlaps: together exactly from `startMs` to `endMs`. */
  readonly segments: readonly LatencySegment[];
}

/** Times closer than this (ms) are the same: epoch times in a double carry a quarter of a microsecond. */
const EPSILON_MS = 0.002;

/**
 * Where the response latency of an agent turn went, as far as the spans carry it. `undefined` for a turn without
 * first audio or without a latency: user turns, greetings, follow-ups.
 *
 * The end of the wait is the first audio; its start is that less the latency on the span, so that the parts add
 * up to the figure people see. The turn's start is the commit of the user turn (DESIGN section 4): what lies
 * before it and in no stage is end-pointing, what lies after it and in no stage is unexplained.
 */
export function latencyBudget(turn: TurnReport, session: SessionReport): LatencyBudget | undefined {
  const endMs = firstAudioMs(turn);
  const latency = turn.responseLatencyMs ?? turn.timeToFirstAudioMs;
  if (turn.speaker !== 'agent' || endMs === undefined || latency === undefined) return undefined;
  const startMs = roundMs(endMs - latency);
  const answered = answeredTurn(turn, session);
  const announced =
    turn.timeToFirstAudioMs !== undefined
      ? endMs - turn.timeToFirstAudioMs
      : answered === undefined
        ? startMs
        : announcedEndMs(answered);
  const ofUserTurn = answered?.stages ?? [];
  const stages = [...ofUserTurn, ...turn.stages].filter(
    (stage) => stage.endReason !== VOICE_STAGE_END_REASON_VALUE_DISCARDED,
  );
  const wait: Wait = {
    startMs,
    endMs,
    announcedMs: clamp(announced, startMs, endMs),
    // Only an answer has a commit; another turn starts with its first stage or audio, which explains nothing.
    committedMs: answered === undefined ? startMs : clamp(commitMs(turn, answered), startMs, endMs),
  };
  return {
    from: turn.responseLatencyMs === undefined ? 'announced_end' : 'speech_end',
    startMs,
    endMs,
    segments: partition(pieces(stages, ofUserTurn, wait), soundFromMs(stages, wait), wait),
  };
}

/**
 * When the user turn was given to the agent: the start of the turn that answers it, or of what a loop ran for the
 * answer within the user turn itself.
 */
function commitMs(turn: TurnReport, answered: TurnReport): number {
  const announced = announcedEndMs(answered);
  const ranAhead = answered.stages.filter(
    ({ kind, endReason, startMs }) =>
      kind !== 'stt' &&
      kind !== 'vad' &&
      endReason !== VOICE_STAGE_END_REASON_VALUE_DISCARDED &&
      startMs >= announced,
  );
  return Math.min(turn.startMs, ...ranAhead.map(({ startMs }) => startMs));
}

/** The moments between which time is divided up. */
interface Wait {
  readonly startMs: number;
  readonly endMs: number;
  readonly announcedMs: number;
  readonly committedMs: number;
}

interface Piece {
  readonly share: LatencyShare;
  readonly startMs: number;
  readonly endMs: number;
  readonly stageId: string;
}

/** What the stages account for, clipped to the time in which the call waited for them. */
function pieces(stages: readonly StageReport[], ofUserTurn: readonly StageReport[], wait: Wait): Piece[] {
  const found: Piece[] = [];
  const voice = firstVoice(stages, wait);
  const limit = voice?.startMs ?? wait.endMs;
  for (const stage of stages) {
    if (stage.kind === 'vad' || stage.kind === 'tts' || stage.startMs >= limit) continue;
    const early = ofUserTurn.includes(stage);
    // A generation that began early (preemptive) held nobody up before the commit.
    const floor = early || stage.kind === 'stt' ? wait.announcedMs : wait.committedMs;
    const untilMs = waitedForUntil(stage, stages, limit);
    if (untilMs === undefined) continue;
    found.push({
      share: stage.kind === 'stt' ? 'recognition' : stage.kind === 'llm' ? 'model' : 'application',
      startMs: Math.max(stage.startMs, floor),
      endMs: early && stage.kind === 'stt' ? Math.min(untilMs, wait.committedMs) : untilMs,
      stageId: stage.stageId,
    });
  }
  const firstByteMs = voice === undefined ? undefined : firstOutputMs(voice);
  if (voice !== undefined && firstByteMs !== undefined) {
    const startMs = Math.max(voice.startMs, wait.announcedMs);
    found.push({ share: 'synthesis', startMs, endMs: firstByteMs, stageId: voice.stageId });
  }
  return found;
}

/** The synthesiser stage that was heard first: the one with the earliest first byte, else the earliest. */
function firstVoice(stages: readonly StageReport[], wait: Wait): StageReport | undefined {
  return stages
    .filter((stage) => stage.kind === 'tts' && stage.startMs <= wait.endMs)
    .sort(
      (a, b) => (firstOutputMs(a) ?? Infinity) - (firstOutputMs(b) ?? Infinity) || a.startMs - b.startMs,
    )[0];
}

/**
 * When sound for the caller first existed: the synthesiser's first byte, or the first output of a model that
 * speaks by itself.
 */
function soundFromMs(stages: readonly StageReport[], wait: Wait): number | undefined {
  const voice = firstVoice(stages, wait);
  if (voice !== undefined) return firstOutputMs(voice);
  const speaking = stages.find(
    (stage) => stage.kind === 'llm' && stage.operation === GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT,
  );
  return speaking === undefined ? undefined : firstOutputMs(speaking);
}

/** Until when a stage held up the answer, at most `limit`; `undefined` where that cannot be told. */
function waitedForUntil(
  stage: StageReport,
  stages: readonly StageReport[],
  limit: number,
): number | undefined {
  if (stage.kind !== 'llm') return Math.min(stage.endMs, limit);
  const calledTool = stages.some(
    (other) => other.kind === 'tool' && other.startMs >= stage.endMs - EPSILON_MS && other.startMs < limit,
  );
  if (calledTool) return stage.endMs;
  const until = firstOutputMs(stage) ?? (stage.endMs <= limit ? stage.endMs : undefined);
  return until === undefined ? undefined : Math.min(until, limit);
}

function firstOutputMs(stage: StageReport): number | undefined {
  return stage.timeToFirstOutputMs === undefined ? undefined : stage.startMs + stage.timeToFirstOutputMs;
}

/** Lays the pieces end to end, the earlier one first where they overlap, and names what lies between them. */
function partition(found: readonly Piece[], soundMs: number | undefined, wait: Wait): LatencySegment[] {
  const segments: LatencySegment[] = [];
  let cursor = wait.startMs;
  const add = (share: LatencyShare, endMs: number, stageId: string | undefined): void => {
    if (endMs - cursor <= EPSILON_MS) return;
    segments.push({ share, startMs: cursor, endMs, stageId });
    cursor = endMs;
  };
  const addGap = (untilMs: number): void => {
    add('end_pointing', Math.min(wait.committedMs, untilMs), undefined);
    add('unexplained', Math.min(soundMs ?? untilMs, untilMs), undefined);
    add('playout', untilMs, undefined);
  };
  for (const piece of [...found].sort((a, b) => a.startMs - b.startMs)) {
    const endMs = Math.min(piece.endMs, wait.endMs);
    if (endMs - Math.max(piece.startMs, cursor) <= EPSILON_MS) continue;
    addGap(piece.startMs);
    add(piece.share, endMs, piece.stageId);
  }
  addGap(wait.endMs);
  return segments;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
