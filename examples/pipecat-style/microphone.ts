import { EndFrame, InputAudioRawFrame, StartFrame } from './frames.js';
import { FrameProcessor, pause } from './pipeline.js';

/** The sound of one chunk lasts this long. */
export const CHUNK_MS = 20;
/** Sound is text; a byte of it lasts this long. */
export const MS_PER_BYTE = 40;
const BYTES_PER_CHUNK = 1;
const SILENCE = new Uint8Array(BYTES_PER_CHUNK);

/** What a caller does: says something so many milliseconds after the call began. */
export interface Line {
  readonly at: number;
  readonly text: string;
}

/** A microphone with a caller before it: pushes a chunk of sound every 20 ms. */
export class Microphone extends FrameProcessor {
  async call(lines: readonly Line[], lengthMs: number): Promise<void> {
    this.pushFrame(new StartFrame());
    const began = performance.now();
    let chunks = 0;
    while (performance.now() - began < lengthMs) {
      // Two chunks last as long as one byte, which sounds in both.
      this.pushFrame(new InputAudioRawFrame(soundAt(lines, chunks * CHUNK_MS)));
      chunks += 1;
      await pause(began + chunks * CHUNK_MS - performance.now());
    }
    this.pushFrame(new EndFrame('user_left'));
  }
}

function soundAt(lines: readonly Line[], ms: number): Uint8Array {
  for (const { at, text } of lines) {
    const sound = new TextEncoder().encode(text);
    const index = Math.floor((ms - at) / MS_PER_BYTE);
    if (index >= 0 && index < sound.length) return sound.slice(index, index + BYTES_PER_CHUNK);
  }
  return SILENCE;
}
