import type { TimeInput } from '../otel/time.js';
import {
  ATTR_VOICE_TURN_AGENT_NAME,
  ATTR_VOICE_TURN_FIRST_AUDIO_OFFSET,
  ATTR_VOICE_TURN_GENERATED_TRANSCRIPT,
  ATTR_VOICE_TURN_LAST_AUDIO_OFFSET,
  ATTR_VOICE_TURN_REPLY_TO_ID,
} from '../semconv/generated.js';
import { asId, asText, read } from './read.js';
import { Turn, type TurnHost, type TurnOptions } from './turn.js';

/** How an agent turn begins. */
export interface AgentTurnOptions extends TurnOptions {
  /** The user turn that it answers. Default: the latest that was announced before the first audio. */
  replyToId?: string;
  /** The sub-agent that speaks, after a hand-off. */
  agentName?: string;
}

/** A turn of the agent: from the commit of the user turn that it answers to the last audio heard. */
export class AgentTurn extends Turn {
  #heard = false;
  #lastAudio: number | undefined;

  /** @internal Made by `session.agentTurn` and `session.startAgentTurn`. */
  constructor(host: TurnHost, turnIndex: number, options: AgentTurnOptions | undefined) {
    const replyToId = asId(read(options, 'replyToId'));
    const agentName = asId(read(options, 'agentName'));
    super(host, 'agent', turnIndex, options, {
      ...(replyToId === undefined ? {} : { [ATTR_VOICE_TURN_REPLY_TO_ID]: replyToId }),
      ...(agentName === undefined ? {} : { [ATTR_VOICE_TURN_AGENT_NAME]: agentName }),
    });
  }

  /**
   * The first sound of the reply was played. The first call counts.
   *
   * @param time default now
   */
  firstAudio(time?: TimeInput): void {
    if (this.isLate('firstAudio')) return;
    if (this.#heard) return;
    this.#heard = true;
    this.span.set(this.span.offset(ATTR_VOICE_TURN_FIRST_AUDIO_OFFSET, this.scope.clock.at(time)));
  }

  /**
   * The last sound of the reply was played, to its end or until it was cut off. The last call counts.
   *
   * @param time default now
   */
  lastAudio(time?: TimeInput): void {
    if (this.isLate('lastAudio')) return;
    this.#lastAudio = this.scope.clock.at(time);
    this.span.set(this.span.offset(ATTR_VOICE_TURN_LAST_AUDIO_OFFSET, this.#lastAudio));
  }

  /** What had been generated, where the turn was cut off and less was heard. Content. */
  setGeneratedTranscript(text: string): void {
    if (this.isLate('setGeneratedTranscript')) return;
    const generated = asText(text);
    if (generated !== undefined) this.span.set({ [ATTR_VOICE_TURN_GENERATED_TRANSCRIPT]: generated });
  }

  /** @internal A barge-in cut this turn off: unless the caller says otherwise, it will end as `interrupted`. */
  cutOff(): void {
    if (!this.ended) this.expect('interrupted');
  }

  protected override speechEnd(): number | undefined {
    return this.#lastAudio;
  }
}
