import type { StageKind } from '../../conversation/payloads.js';
import type { LiveKitModelError } from './livekit-types.js';

/** A model call that failed for good, and whose metrics have not been seen. */
export interface Failure {
  readonly kind: StageKind;
  readonly label: string | undefined;
  readonly error: unknown;
  readonly time: number;
  /** The speech that had the floor. */
  readonly speechId: string | undefined;
}

const KINDS: Readonly<Record<string, StageKind>> = {
  llm_error: 'llm',
  realtime_model_error: 'llm',
  stt_error: 'stt',
  tts_error: 'tts',
};

/**
 * Errors that wait for the metrics of the call that failed. A model reports them in the same tick; a synthesiser
 * that made no sound and a recogniser report none. At most one waits per kind.
 */
export class Failures {
  readonly #waiting = new Map<StageKind, Failure>();

  /** What kind of stage an error of LiveKit's is about. */
  static kindOf(error: LiveKitModelError): StageKind | undefined {
    return Object.hasOwn(KINDS, error.type) ? KINDS[error.type] : undefined;
  }

  /** @returns the failure of this kind that still waited: there will be no metrics for it */
  add(failure: Failure): Failure | undefined {
    const before = this.#waiting.get(failure.kind);
    this.#waiting.set(failure.kind, failure);
    return before;
  }

  /** The failure of the call whose metrics these are. */
  claim(kind: StageKind, label: string | undefined): Failure | undefined {
    const failure = this.#waiting.get(kind);
    if (failure === undefined || failure.label !== label) return undefined;
    this.#waiting.delete(kind);
    return failure;
  }

  /** All that wait. */
  take(): Failure[] {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    return all;
  }
}
