import type { FileHandle } from 'node:fs/promises';
import { requireInstalled } from '../optional.js';
import { RECORDING_SAMPLE_RATE } from '../pcm.js';
import type { RecordingEncoder, RecordingFormat } from './encoder.js';
import { writeAt } from './wav.js';

/** Opus works on frames of 20 ms here, its default. */
const FRAME_MS = 20;
const FRAME_SAMPLES = (RECORDING_SAMPLE_RATE * FRAME_MS) / 1000;
/** Granule positions and pre-skip of Ogg/Opus count at 48 kHz, whatever the input (RFC 7845, 4). */
const GRANULE_RATE = 48_000;
/** libopus looks ahead 6.5 ms at 24 kHz outside its low-delay mode (`OPUS_GET_LOOKAHEAD`): 312 samples at 48 kHz. */
const PRE_SKIP = 312;
const PRE_SKIP_SECONDS = PRE_SKIP / GRANULE_RATE;
/** Bits per second: within the range recommended for full-band speech in one channel (RFC 7587, 3.1.1). */
const BITRATE = 32_000;

/** The packages that are loaded for Ogg/Opus. */
export const OPUS_PACKAGES = ['@evan/opus', 'mediabunny'] as const;

/**
 * Opus in Ogg, encoded by libopus (`@evan/opus`), put into Ogg by `mediabunny`; both are loaded once, ahead of calls.
 *
 * @throws Error with the install line when they are not installed
 */
export function opusFormat(): RecordingFormat {
  requireInstalled(OPUS_PACKAGES, "codec: 'opus'");
  const libraries = Promise.all([import('@evan/opus'), import('mediabunny')]);
  // Whoever encodes learns of a failure; until then nobody waits for it.
  libraries.catch(() => {});
  return {
    codec: 'opus',
    extension: '.ogg',
    mimeType: 'audio/ogg; codecs=opus',
    encoder: async (file) => {
      const [{ Encoder }, mediabunny] = await libraries;
      const opus = new Encoder({ channels: 1, sample_rate: RECORDING_SAMPLE_RATE, application: 'voip' });
      opus.bitrate = BITRATE;
      return OggOpusEncoder.start(opus, mediabunny, file);
    },
  };
}

type Mediabunny = typeof import('mediabunny');
type PacketSource = InstanceType<Mediabunny['EncodedAudioPacketSource']>;
type OggOutput = InstanceType<Mediabunny['Output']>;

interface FrameEncoder {
  encode(pcm: Int16Array): Uint8Array;
}

class OggOpusEncoder implements RecordingEncoder {
  readonly #opus: FrameEncoder;
  readonly #mediabunny: Mediabunny;
  readonly #output: OggOutput;
  readonly #source: PacketSource;
  readonly #frame = new Int16Array(FRAME_SAMPLES);
  #used = 0;
  #packets = 0;
  /** Samples taken in. */
  #samples = 0;

  static async start(opus: FrameEncoder, mediabunny: Mediabunny, file: FileHandle): Promise<OggOpusEncoder> {
    const target = new mediabunny.StreamTarget(
      new WritableStream({ write: ({ data, position }) => writeAt(file, data, position) }),
    );
    const output = new mediabunny.Output({ format: new mediabunny.OggOutputFormat(), target });
    const source = new mediabunny.EncodedAudioPacketSource('opus');
    output.addAudioTrack(source);
    await output.start();
    return new OggOpusEncoder(opus, mediabunny, output, source);
  }

  private constructor(opus: FrameEncoder, mediabunny: Mediabunny, output: OggOutput, source: PacketSource) {
    this.#opus = opus;
    this.#mediabunny = mediabunny;
    this.#output = output;
    this.#source = source;
  }

  async write(pcm: Int16Array): Promise<void> {
    this.#samples += pcm.length;
    await this.#take(pcm);
  }

  /** What the encoder holds back by its look-ahead comes out with silence; the last packet says where the sound ends. */
  async finish(): Promise<void> {
    const seconds = this.#samples / RECORDING_SAMPLE_RATE + PRE_SKIP_SECONDS;
    const packets = Math.max(1, Math.ceil((seconds * 1000) / FRAME_MS));
    const last = seconds - ((packets - 1) * FRAME_MS) / 1000;
    const missing = packets * FRAME_SAMPLES - this.#packets * FRAME_SAMPLES - this.#used;
    await this.#take(new Int16Array(missing), packets, last);
    await this.#output.finalize();
  }

  async #take(pcm: Int16Array, lastPacket?: number, lastSeconds?: number): Promise<void> {
    for (let from = 0; from < pcm.length; ) {
      const part = pcm.subarray(from, from + FRAME_SAMPLES - this.#used);
      this.#frame.set(part, this.#used);
      this.#used += part.length;
      from += part.length;
      if (this.#used < FRAME_SAMPLES) continue;
      this.#used = 0;
      const isLast = this.#packets + 1 === lastPacket;
      await this.#packet(isLast && lastSeconds !== undefined ? lastSeconds : FRAME_MS / 1000);
    }
  }

  async #packet(seconds: number): Promise<void> {
    const { EncodedPacket } = this.#mediabunny;
    const timestamp = (this.#packets * FRAME_MS) / 1000;
    const packet = new EncodedPacket(this.#opus.encode(this.#frame), 'key', timestamp, seconds);
    await this.#source.add(packet, this.#packets === 0 ? FIRST_PACKET : undefined);
    this.#packets += 1;
  }
}

const FIRST_PACKET = {
  decoderConfig: {
    codec: 'opus',
    sampleRate: GRANULE_RATE,
    numberOfChannels: 1,
    description: opusHead(),
  },
};

/** The identification header (RFC 7845, 5.1). */
function opusHead(): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(19);
  const view = new DataView(head.buffer);
  head.set(new TextEncoder().encode('OpusHead'));
  view.setUint8(8, 1);
  view.setUint8(9, 1);
  view.setUint16(10, PRE_SKIP, true);
  view.setUint32(12, RECORDING_SAMPLE_RATE, true);
  return head;
}
