import type { FileHandle } from 'node:fs/promises';
import { RECORDING_SAMPLE_RATE } from '../pcm.js';
import type { RecordingEncoder, RecordingFormat } from './encoder.js';

const HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;
/** Written to the disk at a time. */
const CHUNK_BYTES = 64 * 1024;
/** What the 32-bit sizes of the header can say; 24.8 hours. */
const MAX_SIZE = 0xffff_ffff;

/** 16-bit PCM in a WAV file, streamed; the sizes in its header are put right at the end. */
export const wavFormat: RecordingFormat = {
  codec: 'wav',
  extension: '.wav',
  mimeType: 'audio/wav',
  encoder: async (file) => {
    await file.write(wavHeader(0), 0, HEADER_BYTES, 0);
    return new WavEncoder(file);
  },
};

class WavEncoder implements RecordingEncoder {
  readonly #file: FileHandle;
  readonly #chunk = Buffer.alloc(CHUNK_BYTES);
  #used = 0;
  #dataBytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async write(pcm: Int16Array): Promise<void> {
    for (const sample of pcm) {
      this.#chunk.writeInt16LE(sample, this.#used);
      this.#used += BYTES_PER_SAMPLE;
      if (this.#used === CHUNK_BYTES) await this.#flush();
    }
  }

  async finish(): Promise<void> {
    await this.#flush();
    await writeAt(this.#file, wavHeader(this.#dataBytes), 0);
  }

  async #flush(): Promise<void> {
    await writeAt(this.#file, this.#chunk.subarray(0, this.#used), HEADER_BYTES + this.#dataBytes);
    this.#dataBytes += this.#used;
    this.#used = 0;
  }
}

/** Writes all of `bytes` at this position of the file. */
export async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let from = 0; from < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, from, bytes.length - from, position + from);
    if (bytesWritten === 0) throw new Error('the disk took nothing');
    from += bytesWritten;
  }
}

/** The canonical RIFF/WAVE header of 44 bytes (Microsoft Multimedia Programming Interface 1.0, 1991). */
function wavHeader(dataBytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(Math.min(MAX_SIZE, dataBytes + HEADER_BYTES - 8), 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RECORDING_SAMPLE_RATE, 24);
  header.writeUInt32LE(RECORDING_SAMPLE_RATE * BYTES_PER_SAMPLE, 28);
  header.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  header.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(Math.min(MAX_SIZE, dataBytes), 40);
  return header;
}
