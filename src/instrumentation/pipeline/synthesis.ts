import type { TtsPayload } from '../../conversation/payloads.js';
import type { StageRecord } from '../../signals/signal.js';
import type { ModelIdentity } from '../livekit/models.js';

/** A first byte that lies this close to what opened the synthesis tells when the request was made, in milliseconds. */
const REQUEST_TOLERANCE_MS = 200;

/** One context of the synthesiser: the text that it was given and how long it took. */
export class Synthesis {
  contextId: string | undefined;
  startTime: number;
  endTime: number | undefined;
  /** The service has begun; before, only its text is known. */
  started = false;
  ttfbMs: number | undefined;
  /** Its stage has been given. */
  reported = false;
  error: unknown;
  readonly texts: string[] = [];
  #characters: number | undefined;

  constructor(contextId: string | undefined, startTime: number) {
    this.contextId = contextId;
    this.startTime = startTime;
  }

  get open(): boolean {
    return this.endTime === undefined;
  }

  charged(characters: number): void {
    this.#characters = (this.#characters ?? 0) + characters;
  }

  firstByte(ttfbMs: number, time: number, toleranceMs: number = Number.POSITIVE_INFINITY): void {
    const requested = time - ttfbMs;
    const distance = Math.abs(requested - this.startTime);
    if (distance > toleranceMs) return;
    this.ttfbMs = ttfbMs;
    if (distance <= REQUEST_TOLERANCE_MS) this.startTime = requested;
  }

  /** @param heard whether any of it was; a first byte that was not audio is reported all the same */
  toStage(identity: ModelIdentity, heard: boolean, end: number): StageRecord<'tts'> {
    const { startTime, endTime = end, ttfbMs, texts, error } = this;
    const payload: TtsPayload = {
      ...(texts.length === 0 ? {} : { textInput: texts.join(' ') }),
      ...(this.#characters === undefined ? {} : { characters: this.#characters }),
      ...(ttfbMs === undefined || !heard || error !== undefined ? {} : { ttfbMs }),
    };
    return {
      kind: 'tts',
      startTime,
      endTime: Math.max(startTime, endTime),
      ...identity,
      payload,
      ...(error === undefined ? {} : { error }),
    };
  }
}
