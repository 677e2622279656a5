import { warn } from '../otel/diagnostics.js';
import { roundSeconds, type TimeInput } from '../otel/time.js';
import {
  ATTR_VOICE_TURN_ANNOUNCED_END_OFFSET,
  ATTR_VOICE_TURN_INTERRUPTED_TURN_ID,
  ATTR_VOICE_TURN_INTERRUPTION_LATENCY,
  ATTR_VOICE_TURN_SPEECH_END_OFFSET,
} from '../semconv/generated.js';
import { asId, asNumber, read } from './read.js';
import { Turn, type TurnHost, type TurnOptions } from './turn.js';

/** A barge-in, as seen from the user turn that cut the agent off. */
export interface Interruption {
  /** The agent turn that was cut off. */
  byTurnId: string;
  /** From the onset of the user's speech to the agent being silent. */
  interruptLatencyMs?: number;
}

/** What a user turn tells its session. */
export interface UserTurnHost extends TurnHost {
  /** The agent turn of this id, if it is still open, was cut off. */
  interrupted(agentTurnId: string): void;
}

/** A turn of the user: from the onset of speech to its true stop. */
export class UserTurn extends Turn {
  readonly #host: UserTurnHost;
  #stop: number | undefined;
  #announced: number | undefined;

  /** @internal Made by `session.userTurn` and `session.startUserTurn`. */
  constructor(host: UserTurnHost, turnIndex: number, options: TurnOptions | undefined) {
    super(host, 'user', turnIndex, options, {});
    this.#host = host;
  }

  /**
   * The user has stopped speaking: `time` is when they truly stopped, the call itself is the announcement. The
   * last call counts, as speech may resume.
   *
   * @param time default now
   */
  speechEnded(time?: TimeInput): void {
    if (this.isLate('speechEnded')) return;
    this.#announce(this.scope.clock.now());
    this.#stop = this.scope.clock.at(time);
    this.span.set(this.span.offset(ATTR_VOICE_TURN_SPEECH_END_OFFSET, this.#stop));
  }

  /** @internal When a source said that the user had stopped, where that is not the moment of a call. */
  announcedEnd(time: TimeInput): void {
    if (this.isLate('announcedEnd')) return;
    this.#announce(this.scope.clock.at(time));
  }

  /** This turn cut an agent turn off (a barge-in). No error: the spans' status stays unset. */
  markInterrupted(interruption: Interruption): void {
    if (this.isLate('markInterrupted')) return;
    const agentTurnId = asId(read(interruption, 'byTurnId'));
    if (agentTurnId === undefined) {
      warn('interruption', 'a barge-in without the id of the agent turn was left out');
      return;
    }
    const latencyMs = asNumber(read(interruption, 'interruptLatencyMs'));
    this.span.set({
      [ATTR_VOICE_TURN_INTERRUPTED_TURN_ID]: agentTurnId,
      ...(latencyMs === undefined || latencyMs < 0
        ? {}
        : { [ATTR_VOICE_TURN_INTERRUPTION_LATENCY]: roundSeconds(latencyMs / 1000) }),
    });
    this.#host.interrupted(agentTurnId);
  }

  protected override speechEnd(): number | undefined {
    return this.#stop ?? this.#announced;
  }

  #announce(time: number): void {
    this.#announced = time;
    this.span.set(this.span.offset(ATTR_VOICE_TURN_ANNOUNCED_END_OFFSET, time));
  }
}
