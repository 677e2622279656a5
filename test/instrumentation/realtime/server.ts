import { OpenAIRealtimeWebSocket, type RealtimeAgent, RealtimeSession } from '@openai/agents-realtime';
import type { SetClock } from '../pipeline/conversation.js';

/** 10 ms of silence at 24 kHz, 16 bits: 480 bytes. */
const TEN_MS = Buffer.alloc(480).toString('base64');

/** A number of milliseconds of audio, in the Base64 of the API. A multiple of 10. */
export function audioOf(ms: number): string {
  return Buffer.alloc(ms * 48).toString('base64');
}

type Listener = (event: unknown) => void;
type TransportOptions = NonNullable<ConstructorParameters<typeof OpenAIRealtimeWebSocket>[0]>;
type Socket = Awaited<ReturnType<NonNullable<TransportOptions['createWebSocket']>>>;

/** The socket of a server that sends what the test says, when it says so. */
export class ScriptedSocket {
  readonly sent: { readonly type: string; readonly [field: string]: unknown }[] = [];
  readyState = 1;
  readonly #listeners = new Map<string, Listener[]>();

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.dispatch('close', {});
  }

  dispatch(type: string, event: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}

/** The real session over the real transport, connected to a scripted server. */
export class Line {
  readonly session: RealtimeSession;
  readonly transport: OpenAIRealtimeWebSocket;
  readonly socket: ScriptedSocket = new ScriptedSocket();
  readonly #clock: SetClock;
  readonly #start: number;
  #eventId = 0;

  constructor(agent: RealtimeAgent, clock: SetClock) {
    this.#clock = clock;
    this.#start = clock.now;
    this.transport = new OpenAIRealtimeWebSocket({
      // What the transport needs of a socket is what this one has.
      createWebSocket: async () => this.socket as unknown as Socket,
      skipOpenEventListeners: true,
    });
    this.session = new RealtimeSession(agent, { transport: this.transport, tracingDisabled: true });
  }

  async connect(session: object = {}): Promise<void> {
    await this.session.connect({ apiKey: 'test' });
    this.server(0, { type: 'session.created', session: { id: 'sess_1', ...session } });
    this.server(0, { type: 'session.updated', session: { id: 'sess_1', ...session } });
  }

  /** @param at milliseconds since the call began */
  at(at: number): void {
    this.#clock.now = this.#start + at;
  }

  server(at: number, event: { readonly type: string; readonly [field: string]: unknown }): void {
    this.at(at);
    this.#eventId += 1;
    this.socket.dispatch('message', {
      data: JSON.stringify({ event_id: `event_${this.#eventId}`, ...event }),
    });
  }

  /** The microphone sends 10 ms pieces in real time, the first at `from` + 10. */
  microphone(from: number, to: number): void {
    const piece = Uint8Array.from(Buffer.from(TEN_MS, 'base64')).buffer;
    for (let at = from + 10; at <= to; at += 10) {
      this.at(at);
      this.session.sendAudio(piece);
    }
  }
}

/** The session of `server_vad` with the API's defaults. */
export const SERVER_VAD = {
  type: 'realtime',
  model: 'gpt-realtime',
  output_modalities: ['audio'],
  audio: {
    input: {
      format: { type: 'audio/pcm', rate: 24_000 },
      transcription: { model: 'gpt-4o-mini-transcribe', language: 'en' },
      turn_detection: {
        type: 'server_vad',
        threshold: 0.5,
        prefix_padding_ms: 300,
        silence_duration_ms: 500,
        create_response: true,
        interrupt_response: true,
      },
    },
    output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'marin' },
  },
};
