import type { Message } from 'voice-otel';
import type { Audio } from './audio.js';

export interface Transcription {
  readonly transcript: string;
  readonly confidence: number;
  readonly audioDurationMs: number;
}

export interface Completion {
  readonly text: string;
  readonly toolCalls: { id: string; name: string; arguments: { email: string } }[];
  readonly usage: { promptTokens: number; completionTokens: number } | undefined;
}

export interface Order {
  readonly number: string;
  readonly arrives: string;
}

/** Clients of the speech and model providers and of the shop's own API, over HTTP with `fetch`. */
export class Providers {
  readonly #baseUrl: string;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  /** Sends audio as it comes; resolves with the final transcript. */
  async transcribe(audio: ReadableStream<Audio>): Promise<Transcription> {
    const response = await this.#post('/v1/listen', audio);
    return response.json();
  }

  /** Asks the model. The answer streams, a JSON line a piece. */
  async complete(messages: readonly Message[], onToken: () => void): Promise<Completion> {
    const response = await this.#post('/v1/chat/completions', JSON.stringify({ messages }));
    const decoder = new TextDecoder();
    let received = '';
    for await (const bytes of response.body ?? []) {
      onToken();
      received += decoder.decode(bytes, { stream: true });
    }
    const pieces: Partial<Completion>[] = received
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return {
      text: pieces.map(({ text }) => text ?? '').join(''),
      toolCalls: pieces.flatMap(({ toolCalls }) => toolCalls ?? []),
      usage: pieces.findLast(({ usage }) => usage)?.usage,
    };
  }

  /** Speech, as it is made. */
  async *synthesize(text: string): AsyncGenerator<Audio> {
    const response = await this.#post('/v1/tts', text);
    yield* response.body ?? [];
  }

  /** The orders of a customer. */
  async findOrders(email: string): Promise<Order[]> {
    const response = await fetch(`${this.#baseUrl}/shop/orders?email=${encodeURIComponent(email)}`);
    return response.json();
  }

  #post(path: string, body: string | ReadableStream<Audio>): Promise<Response> {
    const request = { method: 'POST', body, duplex: 'half' }; // `duplex` is needed for streams; TypeScript lacks it
    return fetch(`${this.#baseUrl}${path}`, request);
  }
}
