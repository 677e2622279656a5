import type { VoiceSession } from '../conversation/session.js';
import { guard } from '../otel/guard.js';
import { SessionWriter } from './session-writer.js';
import type { VoiceSignal } from './signal.js';
import { ConversationTracker } from './tracker.js';

/** Feeds the signals of one source into one session, with the timer that the tracker itself does not have. */
export class ConversationObserver {
  readonly session: VoiceSession;
  readonly #tracker: ConversationTracker;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(session: VoiceSession) {
    this.session = session;
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
  end(reason: string | undefined): void {
    this.signal({
      type: 'session_ended',
      time: this.session.now(),
      ...(reason === undefined ? {} : { reason }),
    });
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const due = this.#tracker.nextDeadline;
    if (due === undefined) return;
    this.#timer = setTimeout(() => this.#advance(), Math.max(0, due - this.session.now()));
    unref(this.#timer);
  }

  #advance(): void {
    guard('writing turns', undefined, () => {
      this.#tracker.advance(this.session.now() + 1);
      this.#schedule();
    });
  }
}

/** A timer of ours keeps no process alive. */
function unref(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function') {
    timer.unref();
  }
}
