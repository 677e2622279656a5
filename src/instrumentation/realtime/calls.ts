import { type Context, context } from '@opentelemetry/api';
import { asText, read } from '../../conversation/read.js';
import type { VoiceSession } from '../../conversation/session.js';
import { VoiceTracer } from '../../conversation/tracer.js';
import { guard } from '../../otel/guard.js';
import { ConversationObserver } from '../../signals/observer.js';
import { unref } from '../../signals/timer.js';
import type { ModelHints } from '../livekit/models.js';
import type { SourceOptions } from '../pipeline/conversation.js';
import { RealtimeTranslator } from './translator.js';

export interface RealtimeCallsOptions {
  readonly options: SourceOptions;
  /** What sessions hang under. */
  readonly parent: Context;
  /** What time it is by the events of a source that brings its own times, in epoch milliseconds. */
  readonly sourceNow?: (() => number) | undefined;
}

interface Call {
  readonly observer: ConversationObserver;
  readonly translator: RealtimeTranslator;
  readonly now: () => number;
  /** The server's id of the session. */
  serverSession: string | undefined;
  latest: number;
}

/** One connection after the other, each a session of its own, from the first event to the disconnect. Never throws. */
export class RealtimeCalls {
  readonly #startSession: () => VoiceSession;
  readonly #hints: ModelHints;
  readonly #sourceNow: (() => number) | undefined;
  #call: Call | undefined;
  /** A session was ended; only a new one of the server's begins another. */
  #over = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ options, parent, sourceNow }: RealtimeCallsOptions) {
    const { tracer, sttModel: stt, llmModel: llm, ttsModel: tts, ...session } = options;
    const clock = sourceNow === undefined ? {} : { clock: { wallMs: sourceNow, monotonicMs: sourceNow } };
    const of = tracer ?? new VoiceTracer(clock);
    this.#startSession = () => context.with(parent, () => of.startSession(session));
    this.#hints = { stt, llm, tts };
    this.#sourceNow = sourceNow;
  }

  /** @param wallMs when it was received, in epoch milliseconds; absent: now */
  serverEvent(event: unknown, wallMs?: number): void {
    const begins = read(event, 'type') === 'session.created';
    const id = begins ? asText(read(read(event, 'session'), 'id')) : undefined;
    if (begins && this.#call?.serverSession !== undefined && this.#call.serverSession !== id) this.end();
    if (this.#over && !begins) return;
    this.#do('a realtime event', wallMs, (call, time) => {
      call.serverSession = id ?? call.serverSession;
      call.translator.serverEvent(event, time);
    });
  }

  /** What the client does: sends an event, or runs a tool. */
  client(wallMs: number | undefined, tell: (translator: RealtimeTranslator, time: number) => void): void {
    if (this.#over) return;
    this.#do('an event of the realtime client', wallMs, (call, time) => tell(call.translator, time));
  }

  /** Ends the session that is open, with what is known of its turns. */
  end(reason?: string): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const call = this.#call;
    if (call === undefined) return;
    this.#call = undefined;
    this.#over = true;
    const time = Math.max(call.now(), call.latest);
    guard('ending a realtime session', undefined, () => call.translator.advance(time));
    call.observer.end(reason, time);
  }

  #do(what: string, wallMs: number | undefined, tell: (call: Call, time: number) => void): void {
    guard(what, undefined, () => {
      this.#call ??= this.#newCall();
      const call = this.#call;
      const time = wallMs === undefined ? call.now() : call.observer.session.toSessionTime(wallMs);
      tell(call, time);
      call.latest = Math.max(call.latest, time);
      this.#schedule(call);
    });
  }

  #newCall(): Call {
    this.#over = false;
    const session = this.#startSession();
    const now = this.#sourceNow ?? ((): number => session.now());
    const observer = new ConversationObserver(session, now);
    const translator = new RealtimeTranslator({
      emit: (signal) => observer.signal(signal),
      hints: this.#hints,
    });
    return { observer, translator, now, serverSession: undefined, latest: 0 };
  }

  #schedule(call: Call): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const due = call.translator.nextDeadline;
    if (due === undefined) return;
    this.#timer = setTimeout(() => this.#advance(call), Math.max(0, due - call.now()));
    unref(this.#timer);
  }

  #advance(call: Call): void {
    guard('a realtime session', undefined, () => {
      if (this.#call !== call) return;
      call.translator.advance(call.now() + 1);
      this.#schedule(call);
    });
  }
}
