import type { OpenAIRealtimeWebSocket } from '@openai/agents-realtime';
import { Conversation } from './conversation.js';

type TransportOptions = NonNullable<ConstructorParameters<typeof OpenAIRealtimeWebSocket>[0]>;
type Socket = Awaited<ReturnType<NonNullable<TransportOptions['createWebSocket']>>>;
type Listener = (event: { data?: string }) => void;

/** Stands in for the server of the Realtime API, in memory: takes the client's events and answers as it would. */
export class StandInServer {
  readonly callIsOver: Promise<void>;
  readonly #listeners = new Map<string, Listener[]>();
  readonly #conversation: Conversation;

  constructor() {
    this.#conversation = new Conversation((event) =>
      this.#dispatch('message', { data: JSON.stringify(event) }),
    );
    this.callIsOver = this.#conversation.over;
  }

  /** What the transport uses of a socket. */
  get socket(): Socket {
    const socket = {
      addEventListener: (type: string, listener: Listener) => {
        this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
        // The transport listens to messages last.
        if (type === 'close') setTimeout(() => this.#conversation.begin());
      },
      send: (data: string) => this.#conversation.clientSaid(JSON.parse(data)),
      close: () => this.#dispatch('close', {}),
    };
    return socket as unknown as Socket;
  }

  #dispatch(type: string, event: { data?: string }): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}
