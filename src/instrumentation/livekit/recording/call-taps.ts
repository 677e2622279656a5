import { read } from '../../../conversation/read.js';
import { guard } from '../../../otel/guard.js';
import type { LiveKitEmitter, LiveKitSession } from '../livekit-types.js';
import type { CallAudio, RecordingFacts, TapClock } from './call-audio.js';
import { InputTap } from './input-tap.js';
import { OutputTap } from './output-tap.js';
import { onAssign, type Restore } from './patch.js';

/** How long an output that was taken away may still say what it has played. Milliseconds. */
const LAST_WORD_MS = 2000;
/** Outputs that may still do so; beyond, the oldest is left. */
const MAX_FORMER = 8;

/**
 * Brings the sound of one call to its recording: taps whatever input and output the session has, from the moment at
 * which it gets them, so that a greeting spoken inside `onEnter` is there from its first sample.
 */
export class CallTaps {
  readonly #recording: CallAudio;
  readonly #clock: TapClock;
  readonly #watches: (Restore | undefined)[] = [];
  readonly #former = new Set<OutputTap>();
  #input: { of: object; tap: InputTap } | undefined;
  #output: { of: object; tap: OutputTap } | undefined;

  constructor(session: LiveKitSession, recording: CallAudio, clock: TapClock) {
    this.#recording = recording;
    this.#clock = clock;
    const [input, output] = [read(session, 'input'), read(session, 'output')];
    if (isObject(input)) this.#watches.push(onAssign(input, 'audio', (audio) => this.#inputIs(audio)));
    if (isObject(output)) this.#watches.push(onAssign(output, 'audio', (audio) => this.#outputIs(audio)));
    guard('tapping the sound of a call', undefined, () => {
      this.#inputIs(read(input, 'audio'));
      this.#outputIs(read(output, 'audio'));
    });
  }

  /** The call is over. @returns what is known of its recording */
  end(): RecordingFacts | undefined {
    for (const restore of this.#watches.splice(0)) restore?.();
    this.#inputIs(undefined);
    this.#outputIs(undefined);
    return guard('ending a recording', undefined, () => this.#recording.end());
  }

  /** As `end`, and what an output may still say of its playback is not waited for. */
  detach(): RecordingFacts | undefined {
    const facts = this.end();
    for (const tap of this.#former) tap.remove();
    this.#former.clear();
    return facts;
  }

  #inputIs(audio: unknown): void {
    if (audio === this.#input?.of) return;
    this.#input?.tap.remove();
    this.#input = isObject(audio)
      ? { of: audio, tap: new InputTap(audio, this.#recording, this.#clock) }
      : undefined;
  }

  #outputIs(audio: unknown): void {
    if (audio === this.#output?.of) return;
    if (this.#output !== undefined) this.#leave(this.#output.tap);
    this.#output = isEmitter(audio)
      ? { of: audio, tap: new OutputTap(audio, this.#recording, this.#clock) }
      : undefined;
  }

  #leave(tap: OutputTap): void {
    tap.stopCapture();
    if (!tap.pending) return tap.remove();
    this.#former.add(tap);
    const [oldest] = this.#former;
    if (this.#former.size > MAX_FORMER && oldest !== undefined) this.#forget(oldest);
    setTimeout(() => this.#forget(tap), LAST_WORD_MS).unref();
  }

  #forget(tap: OutputTap): void {
    tap.remove();
    this.#former.delete(tap);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isEmitter(value: unknown): value is LiveKitEmitter {
  return typeof read(value, 'on') === 'function' && typeof read(value, 'off') === 'function';
}
