import type { Context } from '@opentelemetry/api';
import { ObservedConversation, type SourceOptions } from '../pipeline/conversation.js';
import { DeviceSound } from './device-sound.js';
import { RtviReader } from './messages.js';

export interface FeedOptions {
  readonly options: SourceOptions;
  /** Level from which on the agent counts as heard, 0–1; absent: the server's word is taken. */
  readonly heardFromLevel: number | undefined;
  /** What time it is by the messages, where they bring their times: epoch milliseconds. */
  readonly sourceNow?: (() => number) | undefined;
  /** What sessions hang under. */
  readonly parent: Context;
}

/** Messages of the protocol, wherever they come from, as events of one conversation. */
export class RtviFeed {
  readonly #conversation: ObservedConversation;
  readonly #device: DeviceSound | undefined;
  #reader = new RtviReader();

  constructor({ options, heardFromLevel, sourceNow, parent }: FeedOptions) {
    this.#conversation = new ObservedConversation({ options, releases: true, sourceNow, parent });
    this.#device = heardFromLevel === undefined ? undefined : new DeviceSound(heardFromLevel);
  }

  /** @param wallMs when it was received, in epoch milliseconds; absent: now */
  receive(type: string, data: unknown, wallMs?: number): void {
    const time = wallMs ?? this.#conversation.now();
    for (const event of this.#reader.read(type, data, time)) {
      if (this.#device === undefined) this.#conversation.event(event, wallMs);
      else if (event.type === 'agent_speech_started') this.#announced(this.#device, time);
      else {
        if (endsTheWait(event.type)) this.#heard(this.#device.giveUp());
        this.#conversation.event(event, wallMs);
      }
    }
  }

  /** The level at which the user's device plays the agent, 0–1. */
  level(level: number): void {
    this.#heard(this.#device?.level(level, this.#conversation.now()));
  }

  end(reason?: string): void {
    this.#heard(this.#device?.giveUp());
    for (const event of this.#reader.heardSoFar()) this.#conversation.event(event);
    this.#conversation.end(reason);
    this.#reader = new RtviReader();
  }

  #announced(device: DeviceSound, time: number): void {
    this.#heard(device.announced(time));
  }

  #heard(time: number | undefined): void {
    if (time !== undefined) this.#conversation.event({ type: 'agent_speech_started' }, time);
  }
}

/** What shows that the agent was heard although no level told it. */
function endsTheWait(type: string): boolean {
  return type === 'agent_speech_stopped' || type === 'user_turn_started';
}
