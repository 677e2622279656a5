import type { SttPartial, SttPayload } from '../../conversation/payloads.js';
import type { StageRecord } from '../../signals/signal.js';
import type { SttMetrics, UserInputTranscribedEvent } from './livekit-types.js';
import { type ModelHints, type ModelIdentity, modelIdentity } from './models.js';
import type { SourceClock } from './stages.js';

/** Interim results kept per turn; beyond, the oldest go. */
const MAX_PARTIALS = 200;

/** What is known of a user's turn once it is over, in session time. */
export interface HeardTurn {
  readonly onset?: number | undefined;
  readonly stop?: number | undefined;
  /** Milliseconds from the end of speech to the final transcript. */
  readonly transcriptionDelayMs?: number | undefined;
  /** 0–1. */
  readonly confidence?: number | undefined;
  readonly transcript?: string | undefined;
  readonly time: number;
}

/**
 * Makes one `stt` stage per user turn of what LiveKit says about the recogniser. Its metrics are ticks of usage on
 * the plugin's own schedule (every five seconds of audio, or at the end of speech) that belong to no turn; they are
 * summed, silence included, since the last turn. The stage's times are derived from the speech.
 */
export class Recogniser {
  readonly #hints: ModelHints;
  readonly #clock: SourceClock;
  #speechStart: number | undefined;
  #firstWords: number | undefined;
  #lastFinal: number | undefined;
  #language: string | undefined;
  #partials: { text: string; final: boolean; time: number }[] = [];
  #audioMs = 0;
  #requestMs = 0;
  #ticks: { first: number; last: number; streamed: boolean; identity: ModelIdentity } | undefined;

  constructor(hints: ModelHints, clock: SourceClock) {
    this.#hints = hints;
    this.#clock = clock;
  }

  /** Speech was announced; the first words after it are its. */
  speech(onset: number): void {
    if (this.#firstWords === undefined) this.#speechStart = onset;
  }

  words(event: UserInputTranscribedEvent, time: number): void {
    this.#firstWords ??= time;
    if (event.isFinal) this.#lastFinal = time;
    if (typeof event.language === 'string' && event.language !== '') this.#language = event.language;
    this.#partials.push({ text: event.transcript, final: event.isFinal, time });
    if (this.#partials.length > MAX_PARTIALS) this.#partials.shift();
  }

  usage(metrics: SttMetrics): void {
    const time = this.#clock.at(metrics.timestamp);
    this.#audioMs += Math.max(0, metrics.audioDurationMs);
    this.#requestMs += Math.max(0, metrics.durationMs);
    this.#ticks = {
      first: this.#ticks?.first ?? time - Math.max(0, metrics.audioDurationMs),
      last: time,
      streamed: metrics.streamed,
      identity: modelIdentity(metrics.metadata, metrics.label, this.#hints.stt),
    };
  }

  /** The text of the finals since the last turn. */
  get finals(): string {
    return this.#partials
      .filter((partial) => partial.final)
      .map((partial) => partial.text.trim())
      .join(' ');
  }

  /** The stage of a turn that is over; none where no recogniser was at work. */
  turnOver(turn: HeardTurn): StageRecord<'stt'> | undefined {
    if (this.#firstWords === undefined) return undefined;
    const startTime = this.#startOf(turn);
    const stage: StageRecord<'stt'> = {
      kind: 'stt',
      startTime,
      endTime: Math.max(startTime, this.#endOf(turn)),
      ...this.#who(),
      payload: { ...this.#usagePayload(), ...this.#content(turn, startTime) },
    };
    this.#reset();
    return stage;
  }

  /** What was used since the last turn, at the end of the session. */
  leftover(): StageRecord<'stt'> | undefined {
    const ticks = this.#ticks;
    if (ticks === undefined) return undefined;
    const stage: StageRecord<'stt'> = {
      kind: 'stt',
      startTime: ticks.first,
      endTime: ticks.last,
      ...this.#who(),
      payload: this.#usagePayload(),
    };
    this.#reset();
    return stage;
  }

  #startOf({ onset }: HeardTurn): number {
    const announced = this.#speechStart ?? this.#firstWords ?? this.#clock.now();
    return onset === undefined ? announced : onset;
  }

  #endOf({ stop, transcriptionDelayMs, time }: HeardTurn): number {
    if (this.#lastFinal !== undefined) return this.#lastFinal;
    return stop === undefined || transcriptionDelayMs === undefined ? time : stop + transcriptionDelayMs;
  }

  #who(): ModelIdentity & { mode?: 'stream' | 'batch' } {
    if (this.#ticks === undefined) return modelIdentity(undefined, undefined, this.#hints.stt);
    return { ...this.#ticks.identity, mode: this.#ticks.streamed ? 'stream' : 'batch' };
  }

  #usagePayload(): SttPayload {
    if (this.#ticks === undefined) return {};
    return {
      audioDurationMs: this.#audioMs,
      ...(this.#requestMs > 0 ? { requestDurationMs: this.#requestMs } : {}),
    };
  }

  #content(turn: HeardTurn, startTime: number): SttPayload {
    const transcript = turn.transcript ?? this.finals;
    const partials = this.#partials.map(
      (partial, seq): SttPartial => ({
        seq,
        timestampMs: Math.max(0, Math.round(partial.time - startTime)),
        text: partial.text,
        isFinal: partial.final,
      }),
    );
    return {
      partials,
      ...(transcript === '' ? {} : { finalTranscript: transcript }),
      ...(turn.confidence === undefined ? {} : { finalConfidence: turn.confidence }),
      ...(this.#language === undefined ? {} : { language: this.#language }),
    };
  }

  #reset(): void {
    this.#speechStart = undefined;
    this.#firstWords = undefined;
    this.#lastFinal = undefined;
    this.#language = undefined;
    this.#partials = [];
    this.#audioMs = 0;
    this.#requestMs = 0;
    this.#ticks = undefined;
  }
}
