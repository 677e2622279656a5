import { type Attributes, type Context, SpanKind } from '@opentelemetry/api';
import { warn } from '../otel/diagnostics.js';
import { roundSeconds, type TimeInput } from '../otel/time.js';
import {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_VOICE_TURN_END_REASON,
  ATTR_VOICE_TURN_ID,
  ATTR_VOICE_TURN_INDEX,
  ATTR_VOICE_TURN_RECORDING_OFFSET,
  ATTR_VOICE_TURN_SPEAKER,
  ATTR_VOICE_TURN_TRANSCRIPT,
  SPAN_VOICE_AGENT_TURN,
  SPAN_VOICE_USER_TURN,
} from '../semconv/generated.js';
import { isTurnEndReason, type TurnEndReason } from './end-reason.js';
import { createId } from './ids.js';
import type { StageKind } from './payloads.js';
import { asId, asText, read } from './read.js';
import { runInside } from './run.js';
import { activeContext, LateCalls, openSpan, type SessionScope, withSpan } from './scope.js';
import type { SpanHandle } from './span-handle.js';
import { Stage, type StageOptions } from './stage.js';

/** How a turn begins. */
export interface TurnOptions {
  /** Default now. */
  startTime?: TimeInput;
  /** Default: a fresh `t_` id. */
  turnId?: string;
  /** 0-based over both speakers. Default: the next of the session. */
  turnIndex?: number;
}

/** How a turn ends. */
export interface TurnEnd {
  /** Default `completed`, or what is already known (`interrupted`, `error`). */
  reason?: TurnEndReason;
  /** Default: where the speech ended as far as it is known, else now. */
  endTime?: TimeInput;
}

/** What a turn needs from its session. */
export interface TurnHost {
  readonly scope: SessionScope;
  /** Called once, when the turn's span has ended. */
  closed(turn: Turn): void;
}

/** What user and agent turns have in common. Calls after `end` are ignored. */
export abstract class Turn {
  readonly turnId: string;
  readonly turnIndex: number;
  readonly speaker: 'user' | 'agent';
  /** The context with this turn's span active, for spans of yours that belong inside. */
  readonly context: Context;
  protected readonly scope: SessionScope;
  protected readonly span: SpanHandle;
  readonly #host: TurnHost;
  readonly #late = new LateCalls('turn');
  readonly #attributes: Attributes;
  #reason: TurnEndReason | undefined;

  protected constructor(
    host: TurnHost,
    speaker: 'user' | 'agent',
    turnIndex: number,
    options: unknown,
    attributes: Attributes,
  ) {
    this.#host = host;
    this.scope = host.scope;
    this.speaker = speaker;
    this.turnId = asId(read(options, 'turnId')) ?? createId('t');
    this.turnIndex = turnIndex;
    this.#attributes = {
      [ATTR_VOICE_TURN_ID]: this.turnId,
      [ATTR_VOICE_TURN_INDEX]: turnIndex,
      [ATTR_VOICE_TURN_SPEAKER]: speaker,
    };
    this.span = openSpan(this.scope, {
      name: speaker === 'user' ? SPAN_VOICE_USER_TURN : SPAN_VOICE_AGENT_TURN,
      kind: SpanKind.INTERNAL,
      startTime: this.scope.clock.at(read(options, 'startTime')),
      attributes: {
        ...this.#attributes,
        [ATTR_GEN_AI_OPERATION_NAME]: speaker === 'user' ? 'user_speech' : 'invoke_agent',
        ...attributes,
      },
      parent: this.scope.context,
      detached: this.scope.detachedTurns,
    });
    this.context = withSpan(activeContext(), this.span.span);
  }

  /** When the turn began: epoch milliseconds of the session's clock. */
  get startTime(): number {
    return this.span.startTime;
  }

  get ended(): boolean {
    return this.span.ended;
  }

  /**
   * Runs `work` as a stage of this turn, its span active, and returns what `work` returns. An error of `work`
   * fails the stage and is rethrown unchanged.
   */
  stage<Kind extends StageKind, T>(kind: Kind, options: StageOptions, work: (stage: Stage<Kind>) => T): T {
    return runInside(this.startStage(kind, options), work);
  }

  /** Starts a stage that the caller ends. Stages may outlive their turn. */
  startStage<Kind extends StageKind>(kind: Kind, options?: StageOptions): Stage<Kind> {
    const parent = withSpan(this.scope.context, this.span.span);
    return new Stage(
      { scope: this.scope, parent, turn: this.#attributes, turnId: this.turnId },
      kind,
      options,
    );
  }

  /** What was said in the turn. The last call counts. Content. */
  setTranscript(text: string): void {
    if (this.isLate('setTranscript')) return;
    const transcript = asText(text);
    if (transcript === undefined) warn('transcript', 'a transcript that is no string was left out');
    else this.span.set({ [ATTR_VOICE_TURN_TRANSCRIPT]: transcript });
  }

  /** Records an event by any name, with any payload that JSON can carry. The payload is content. */
  event(type: string, payload?: unknown, time?: TimeInput): void {
    if (this.isLate('event')) return;
    const name = asId(type);
    if (name === undefined) warn('event-type', 'an event without a name was left out');
    else this.span.event(name, payload, this.scope.clock.at(time));
  }

  /** Ends the turn. Its stages may go on; the end of the session ends them. A second call does nothing. */
  end(options?: TurnEnd): void {
    if (this.isLate('end')) return;
    const given = read(options, 'reason');
    const reason = isTurnEndReason(given) ? given : (this.#reason ?? 'completed');
    const endTime = read(options, 'endTime');
    this.span.set({ [ATTR_VOICE_TURN_END_REASON]: reason, ...this.#recordingOffset() });
    this.span.end(
      endTime === undefined ? (this.speechEnd() ?? this.scope.clock.now()) : this.scope.clock.at(endTime),
    );
    this.#host.closed(this);
  }

  /** @internal The callback form: its work is done. */
  succeed(): void {
    this.end();
  }

  /** @internal The callback form: its work failed. */
  failed(error: unknown): void {
    if (this.isLate('failed')) return;
    this.span.fail(error);
    this.end({ reason: 'error' });
  }

  [Symbol.dispose](): void {
    this.end();
  }

  /** None for a turn that began before the recording. */
  #recordingOffset(): Attributes {
    const { start } = this.scope.recording;
    const seconds = start === undefined ? -1 : roundSeconds((this.span.startTime - start) / 1000);
    return seconds >= 0 ? { [ATTR_VOICE_TURN_RECORDING_OFFSET]: seconds } : {};
  }

  /** Remembers why the turn will end, where the caller does not say. */
  protected expect(reason: TurnEndReason): void {
    this.#reason = reason;
  }

  protected isLate(call: string): boolean {
    if (this.span.ended) this.#late.note(call);
    return this.span.ended;
  }

  /** Where the turn's speech ended, if it is known: there the span ends. */
  protected abstract speechEnd(): number | undefined;
}
