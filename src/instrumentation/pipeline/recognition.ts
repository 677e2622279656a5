import type { SttPartial, SttPayload } from '../../conversation/payloads.js';
import type { StageRecord } from '../../signals/signal.js';
import type { Services } from './services.js';

/** Interim results kept per turn; beyond, the oldest go. */
const MAX_PARTIALS = 200;

/**
 * Makes one `stt` stage per user turn of what the recogniser said. Its usage is a tick of streamed audio, silence
 * included, since the final before; it is summed since the last turn.
 */
export class Recognition {
  readonly #services: Services;
  #partials: { text: string; final: boolean; time: number }[] = [];
  #language: string | undefined;
  #audioMs: number | undefined;
  #firstUsage = 0;
  #lastUsage = 0;
  #error: { readonly reason: unknown; readonly time: number } | undefined;

  constructor(services: Services) {
    this.#services = services;
  }

  words(text: string, final: boolean, language: string | undefined, time: number): void {
    this.#partials.push({ text, final, time });
    if (this.#partials.length > MAX_PARTIALS) this.#partials.shift();
    if (language !== undefined && language !== '') this.#language = language;
  }

  /** Words that belong to no turn. */
  dropWords(): void {
    this.#partials = [];
  }

  usage(audioMs: number, time: number): void {
    if (!(audioMs > 0)) return;
    if (this.#audioMs === undefined) this.#firstUsage = time - audioMs;
    this.#audioMs = (this.#audioMs ?? 0) + audioMs;
    this.#lastUsage = time;
  }

  failed(reason: unknown, time: number): void {
    this.#error = { reason, time };
  }

  /** The stage of a turn that is over; none where no recogniser was at work. */
  turnOver(onset: number | undefined): StageRecord<'stt'> | undefined {
    const [first] = this.#partials;
    const startTime = onset ?? first?.time ?? this.#error?.time;
    if (startTime === undefined || (first === undefined && this.#error === undefined)) return undefined;
    const lastFinal = this.#partials.findLast(({ final }) => final) ?? this.#partials.at(-1);
    return this.#stage(startTime, lastFinal?.time ?? this.#error?.time ?? startTime, true);
  }

  /** What was used since the last turn, at the end of the session. */
  leftover(): StageRecord<'stt'> | undefined {
    if (this.#audioMs === undefined) return undefined;
    return this.#stage(this.#firstUsage, this.#lastUsage, false);
  }

  #stage(startTime: number, endTime: number, withContent: boolean): StageRecord<'stt'> {
    const payload: SttPayload = {
      ...(this.#audioMs === undefined ? {} : { audioDurationMs: this.#audioMs }),
      ...(withContent ? this.#content(startTime) : {}),
    };
    const error = this.#error;
    this.#partials = [];
    this.#language = undefined;
    this.#audioMs = undefined;
    this.#error = undefined;
    return {
      kind: 'stt',
      startTime,
      endTime: Math.max(startTime, endTime),
      ...this.#services.identity('stt'),
      payload,
      ...(error === undefined ? {} : { error: error.reason }),
    };
  }

  #content(startTime: number): SttPayload {
    const finals = this.#partials.filter(({ final }) => final).map(({ text }) => text.trim());
    const partials = this.#partials.map(
      ({ text, final, time }, seq): SttPartial => ({
        seq,
        timestampMs: Math.max(0, Math.round(time - startTime)),
        text,
        isFinal: final,
      }),
    );
    return {
      ...(partials.length === 0 ? {} : { partials }),
      ...(finals.length === 0 ? {} : { finalTranscript: finals.join(' ') }),
      ...(this.#language === undefined ? {} : { language: this.#language }),
    };
  }
}
