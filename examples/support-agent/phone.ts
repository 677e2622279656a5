import { setTimeout as delay } from 'node:timers/promises';
import {
  AudioFrame,
  AudioSource,
  AudioStream,
  LocalAudioTrack,
  type RemoteTrack,
  Room,
  RoomEvent,
  TrackKind,
  TrackPublishOptions,
  TrackSource,
} from '@livekit/rtc-node';
import { AccessToken } from 'livekit-server-sdk';
import { now } from '../livekit-agent/stand-ins/clock.js';
import { durationMs, isLoud, type Recording, SAMPLE_RATE } from '../livekit-agent/stand-ins/recordings.js';

const FRAME_MS = 20;
const FRAME_SAMPLES = (SAMPLE_RATE * FRAME_MS) / 1000;
/** Silence after which a listener thinks that the other has finished. */
const FINISHED_MS = 1000;

/** Speech as it was spoken or heard at this end of the line. Times are epoch milliseconds. */
export interface Speech {
  startedAt: number;
  endedAt: number;
}

/** A participant of a room with a microphone and an ear. */
export class Phone {
  /** What was said at this end: from the first loud sample to the last. */
  readonly spoken: Speech[] = [];
  /** What was heard of the other end, shorter pauses than `FINISHED_MS` included. */
  readonly heard: Speech[] = [];
  readonly #room = new Room();
  readonly #microphone = new AudioSource(SAMPLE_RATE, 1, 100);
  readonly #samplesHeard: Int16Array[] = [];
  #speaking: { recording: Recording; position: number; speech: Speech; done: () => void } | undefined;
  #hangingUp = false;
  #mouth: Promise<void> = Promise.resolve();

  /** Joins a room and speaks silence. */
  async call(server: { url: string; apiKey: string; apiSecret: string }, roomName: string): Promise<void> {
    const token = new AccessToken(server.apiKey, server.apiSecret, { identity: 'caller' });
    token.addGrant({ roomJoin: true, room: roomName });
    this.#room.on(RoomEvent.TrackSubscribed, (track) => void this.#listen(track));
    await this.#room.connect(server.url, await token.toJwt(), { autoSubscribe: true, dynacast: false });
    const track = LocalAudioTrack.createAudioTrack('microphone', this.#microphone);
    const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
    await this.#room.localParticipant?.publishTrack(track, options);
    this.#mouth = this.#speak();
  }

  /** Says something. Resolves when the last sample has been spoken. */
  async say(recording: Recording): Promise<void> {
    await new Promise<void>((done) => {
      const speech = { startedAt: 0, endedAt: 0 };
      this.spoken.push(speech);
      this.#speaking = { recording, position: 0, speech, done };
    });
  }

  /** Resolves when the other end has begun to say something since the last word spoken here. */
  async otherBegins(): Promise<void> {
    const after = this.spoken.at(-1)?.endedAt ?? 0;
    while (!this.heard.some(({ startedAt }) => startedAt > after)) await delay(FRAME_MS);
  }

  /** Resolves when the other end has said something since the last word spoken here, and is silent. */
  async otherFinishes(): Promise<void> {
    await this.otherBegins();
    while (now() - (this.heard.at(-1)?.endedAt ?? 0) < FINISHED_MS) await delay(FRAME_MS);
  }

  async hangUp(): Promise<void> {
    this.#hangingUp = true;
    await this.#mouth;
    await this.#room.disconnect();
    await this.#microphone.close();
  }

  /** All that was heard, as a WAV file. */
  wav(): Buffer {
    const samples = Buffer.concat(this.#samplesHeard.map(({ buffer }) => Buffer.from(buffer)));
    const header = Buffer.alloc(44);
    header.write('RIFF', 0);
    header.writeUInt32LE(36 + samples.length, 4);
    header.write('WAVEfmt ', 8);
    header.writeUInt32LE(16, 16);
    header.writeUInt16LE(1, 20);
    header.writeUInt16LE(1, 22);
    header.writeUInt32LE(SAMPLE_RATE, 24);
    header.writeUInt32LE(SAMPLE_RATE * 2, 28);
    header.writeUInt16LE(2, 32);
    header.writeUInt16LE(16, 34);
    header.write('data', 36);
    header.writeUInt32LE(samples.length, 40);
    return Buffer.concat([header, samples]);
  }

  /** A frame every 20 ms, as a microphone gives them. */
  async #speak(): Promise<void> {
    let due = performance.now();
    while (!this.#hangingUp) {
      due += FRAME_MS;
      await this.#microphone.captureFrame(this.#nextFrame());
      await delay(Math.max(0, due - performance.now()));
    }
  }

  #nextFrame(): AudioFrame {
    const frame = new AudioFrame(new Int16Array(FRAME_SAMPLES), SAMPLE_RATE, 1, FRAME_SAMPLES);
    const speaking = this.#speaking;
    if (speaking === undefined) return frame;
    const { recording, speech } = speaking;
    frame.data.set(recording.samples.subarray(speaking.position, speaking.position + FRAME_SAMPLES));
    speaking.position += FRAME_SAMPLES;
    const first = frame.data.findIndex(isLoud);
    if (first >= 0) {
      speech.startedAt ||= now() + durationMs(first);
      speech.endedAt = now() + durationMs(frame.data.findLastIndex(isLoud));
    }
    if (speaking.position >= recording.samples.length) {
      this.#speaking = undefined;
      speaking.done();
    }
    return frame;
  }

  async #listen(track: RemoteTrack): Promise<void> {
    if (track.kind !== TrackKind.KIND_AUDIO) return;
    for await (const frame of new AudioStream(track, { sampleRate: SAMPLE_RATE, numChannels: 1 })) {
      this.#samplesHeard.push(frame.data.slice());
      const frameStart = now() - durationMs(frame.samplesPerChannel);
      const first = frame.data.findIndex(isLoud);
      if (first < 0) continue;
      const startedAt = frameStart + durationMs(first);
      const endedAt = frameStart + durationMs(frame.data.findLastIndex(isLoud));
      const latest = this.heard.at(-1);
      if (latest !== undefined && startedAt - latest.endedAt < FINISHED_MS) latest.endedAt = endedAt;
      else this.heard.push({ startedAt, endedAt });
    }
  }
}
