import { read } from '../../../conversation/read.js';
import { warn } from '../../../otel/diagnostics.js';
import { guard } from '../../../otel/guard.js';
import type { CallAudio, LiveKitAudioFrame, TapClock } from './call-audio.js';
import { beforeCall, type Restore } from './patch.js';

/**
 * Listens to one `AudioInput` of LiveKit. Nothing is put into its stream and no frame is read from it: seen are the frames
 * that the input writes into its own stream, before and after the start of the session alike. An input that is made
 * otherwise is listened to where LiveKit reads it, from the next time on that it begins to.
 */
export class InputTap {
  readonly #restore: (Restore | undefined)[];

  constructor(input: object, recording: CallAudio, clock: TapClock) {
    const note = (frame: unknown): void => recording.user(frame as LiveKitAudioFrame, clock.now());
    const writer = read(read(input, 'multiStream'), 'writer');
    if (typeof writer === 'object' && writer !== null) {
      this.#restore = [beforeCall(writer, 'write', note)];
      return;
    }
    const stream = read(input, 'stream');
    this.#restore = [typeof stream === 'object' && stream !== null ? afterReads(stream, note) : undefined];
    if (read(stream, 'locked') === true) {
      warn('recording-input', "the caller's microphone is being read already and cannot be recorded");
    }
  }

  /** Leaves nothing of us behind. */
  remove(): void {
    for (const restore of this.#restore.splice(0)) restore?.();
  }
}

interface Reader {
  read(): Promise<{ done: boolean; value?: unknown }>;
}

/** Has `note` called with what the readers of this stream read, from the next reader on. */
function afterReads(stream: object, note: (value: unknown) => void): Restore | undefined {
  let active = true;
  return guard('tapping a stream', undefined, () => {
    const getReader: unknown = Reflect.get(stream, 'getReader');
    if (typeof getReader !== 'function') return undefined;
    const patch = function (this: unknown, ...args: unknown[]): unknown {
      const reader: Reader = Reflect.apply(getReader, this, args);
      const readOn = reader.read;
      reader.read = async () => {
        const result = await Reflect.apply(readOn, reader, []);
        if (active && !result.done) guard('the tap of a stream', undefined, () => note(result.value));
        return result;
      };
      return reader;
    };
    Object.defineProperty(stream, 'getReader', { value: patch, writable: true, configurable: true });
    return () => {
      active = false;
      if (Object.getOwnPropertyDescriptor(stream, 'getReader')?.value === patch)
        Reflect.deleteProperty(stream, 'getReader');
    };
  });
}
