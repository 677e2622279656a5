import { type Context, context } from '@opentelemetry/api';
import type { Clock } from '../../conversation/clock.js';
import type { SessionOptions } from '../../conversation/identity.js';
import type { VoiceSession } from '../../conversation/session.js';
import { VoiceTracer } from '../../conversation/tracer.js';
import { guard } from '../../otel/guard.js';
import type { TimeInput } from '../../otel/time.js';
import { ConversationObserver } from '../../signals/observer.js';
import { unref } from '../../signals/timer.js';
import type { ModelHints } from '../livekit/models.js';
import type { EventOf, PipelineEvent } from './events.js';
import { PipelineTranslator } from './translator.js';

/** After the end was announced, the last usage still comes and the last words may be playing, in milliseconds. */
const END_GRACE_MS = 1000;
/** The longest that the end waits for what is playing, in milliseconds. */
const MAX_END_MS = 60_000;

/** Options of a source: who is talking to whom, and what the source does not say about the models. */
export interface SourceOptions extends SessionOptions {
  /** Default: one that writes to the global tracer provider. */
  tracer?: VoiceTracer;
  /** `provider/model`, used where the source says nothing. */
  sttModel?: string;
  /** `provider/model`, used where the source says nothing. */
  llmModel?: string;
  /** `provider/model`, used where the source says nothing. */
  ttsModel?: string;
}

export interface ConversationOptions {
  readonly options: SourceOptions;
  /** Whether the end of a user's turn is known to be its release to the model. */
  readonly releases: boolean;
  /** What time it is by the events of a source that brings its own times, in epoch milliseconds. */
  readonly sourceNow?: (() => number) | undefined;
  /** What sessions hang under. */
  readonly parent: Context;
}

/** One conversation after the other, each from the first event to the end of its session. Never throws. */
export class ObservedConversation {
  readonly #startSession: () => VoiceSession;
  readonly #hints: ModelHints;
  readonly #releases: boolean;
  readonly #sourceNow: (() => number) | undefined;
  #call: Call | undefined;
  /** A session was ended; only a new start begins another. */
  #over = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the timer is set for. */
  #due: number | undefined;

  constructor({ options, releases, sourceNow, parent }: ConversationOptions) {
    const { tracer, sttModel: stt, llmModel: llm, ttsModel: tts, ...session } = options;
    const of = tracer ?? new VoiceTracer();
    const clock = sourceNow === undefined ? undefined : clockOf(sourceNow);
    this.#startSession = () => context.with(parent, () => of.startSession(session, clock));
    this.#hints = { stt, llm, tts };
    this.#releases = releases;
    this.#sourceNow = sourceNow;
  }

  /** The time by which events are told apart: the session's, once there is one. */
  now(): number {
    return this.#call?.now() ?? this.#sourceNow?.() ?? Date.now();
  }

  /** @param at when it happened, where the source says so; else now */
  event(event: PipelineEvent, at?: TimeInput): void {
    // Audio goes by fifty times a second; all but the first of it says nothing.
    if (event.type === 'agent_audio' && this.#call?.translator.agentAudible === true) return;
    guard(`the event ${event.type}`, undefined, () => {
      const starts = event.type === 'session_started';
      if (starts && this.#call?.closing !== undefined) this.end();
      if (this.#over && !starts) return;
      this.#call ??= this.#newCall();
      const call = this.#call;
      const time = at === undefined ? call.now() : call.observer.session.toSessionTime(at);
      if (event.type === 'session_ended') call.closing ??= { ...event, time };
      call.translator.event(event, time);
      call.latest = Math.max(call.latest, time);
      this.#schedule(call);
    });
  }

  /** Ends the session that is open, with what is known of its turns. */
  end(reason?: string): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = undefined;
    const call = this.#call;
    if (call === undefined) return;
    this.#call = undefined;
    this.#over = true;
    const { closing, observer, translator } = call;
    const time = Math.max(closing?.time ?? call.now(), call.latest);
    guard('ending a conversation', undefined, () => translator.finish(time));
    observer.end(closing?.reason ?? reason, time);
  }

  #newCall(): Call {
    this.#over = false;
    const session = this.#startSession();
    const now = this.#sourceNow ?? ((): number => session.now());
    const observer = new ConversationObserver(session, now);
    const translator = new PipelineTranslator({
      emit: (signal) => observer.signal(signal),
      clock: { now, at: (wallMs) => session.toSessionTime(wallMs ?? Number.NaN) },
      hints: this.#hints,
      releases: this.#releases,
    });
    return { observer, translator, now, latest: 0, closing: undefined };
  }

  #schedule(call: Call): void {
    const { closing, translator } = call;
    const ending = closing === undefined ? undefined : Math.max(closing.time, call.latest) + END_GRACE_MS;
    const due = earlier(translator.nextDeadline, ending);
    if (due === this.#due) return;
    this.#due = due;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (due === undefined) return;
    this.#timer = setTimeout(() => this.#advance(call), Math.max(0, due - call.now()));
    unref(this.#timer);
  }

  #advance(call: Call): void {
    guard('a conversation', undefined, () => {
      if (this.#call !== call) return;
      this.#due = undefined;
      const now = call.now() + 1;
      call.translator.advance(now);
      const { closing } = call;
      if (closing !== undefined && now >= Math.max(closing.time, call.latest) + END_GRACE_MS) {
        const playing = call.translator.agentActive && closing.cancelled !== true;
        if (!playing || now > closing.time + MAX_END_MS) return this.end();
        call.latest = now;
      }
      this.#schedule(call);
    });
  }
}

interface Call {
  readonly observer: ConversationObserver;
  readonly translator: PipelineTranslator;
  readonly now: () => number;
  /** Time of the latest event. */
  latest: number;
  /** The end was announced. */
  closing: (EventOf<'session_ended'> & { readonly time: number }) | undefined;
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

function clockOf(now: () => number): Clock {
  return { wallMs: now, monotonicMs: now };
}
