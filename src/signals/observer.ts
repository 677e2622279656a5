import type { VoiceSession } from '../conversation/session.js';
import { guard } from '../otel/guard.js';
import { SessionWriter } from './session-writer.js';
import type { VoiceSignal } from './signal.js';
import { unref } from './timer.js';
import { ConversationTracker } from './tracker.js';

/** Feeds the signals of one source into one session, with the timer that the tracker itself does not have. */
export class ConversationObserver {
  readonly session: VoiceSession;
  readonly #tracker: ConversationTracker;
  readonly #now: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the timer is set for. */
  #due: number | undefined;

  /** @param now the time by which turns are written; of a source that brings its own times, theirs */
  constructor(session: VoiceSession, now: () => number = () => session.now()) {
    this.session = session;
    this.#now = now;
    this.#tracker = new ConversationTracker(new SessionWriter(session));
  }

  get ended(): boolean {
    return this.#tracker.ended;
  }

  /** Takes what happened. Never throws. */
  signal(signal: VoiceSignal): void {
    guard(`the signal ${signal.type}`, undefined, () => {
      this.#tracker.signal(signal);
      this.#schedule();
    });
  }

  /** Ends the session, with what is known of the turns still open. */
  end(reason: string | undefined, time: number = this.#now()): void {
    this.signal({ type: 'session_ended', time, ...(reason === undefined ? {} : { reason }) });
  }

  /** Signals are many and deadlines few: the timer is only set again for another one. */
  #schedule(): void {
    const due = this.#tracker.nextDeadline;
    if (due === this.#due) return;
    this.#due = due;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (due === undefined) return;
    this.#timer = setTimeout(() => this.#advance(), Math.max(0, due - this.#now()));
    unref(this.#timer);
  }

  #advance(): void {
    guard('writing turns', undefined, () => {
      this.#due = undefined;
      this.#tracker.advance(this.#now() + 1);
      this.#schedule();
    });
  }
}
