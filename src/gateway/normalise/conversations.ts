import { warn } from '../../otel/diagnostics.js';
import { guard } from '../../otel/guard.js';
import type { ForeignConversation, Telling } from './conversation.js';
import { Deadlines, type Due } from './deadlines.js';
import type { InputSpan } from './input-span.js';
import type { ResolvedOptions } from './options.js';

/** Conversations that ended and are remembered, for spans that come late or twice. */
const MAX_ENDED = 1000;

/** An open conversation. */
class Followed implements Due {
  readonly key: string;
  readonly conversation: ForeignConversation;
  activeAt = 0;
  /** Everything was told since it was active last. */
  told = false;
  /** What the conversation said last: when something is due, and what it holds. */
  dueAt: number | undefined;
  bytes = 0;
  readonly #options: ResolvedOptions;

  constructor(key: string, conversation: ForeignConversation, options: ResolvedOptions) {
    this.key = key;
    this.conversation = conversation;
    this.#options = options;
  }

  get nextAt(): number {
    const { idleMs, sessionIdleMs } = this.#options;
    const idleAt = this.activeAt + (this.told ? sessionIdleMs : Math.min(idleMs, sessionIdleMs));
    return Math.min(this.dueAt ?? Number.POSITIVE_INFINITY, idleAt);
  }

  /** How much is to be told by now. */
  telling(now: number): Telling {
    const idle = now - this.activeAt;
    if (idle >= this.#options.sessionIdleMs) return 'end';
    return idle >= this.#options.idleMs && !this.told ? 'all' : 'due';
  }
}

/** The conversations that are followed: what of them is due, and that they are not too many. */
export class Conversations {
  readonly #options: ResolvedOptions;
  /** The one that was active last at the end. */
  readonly #open = new Map<string, Followed>();
  readonly #ended = new Map<string, ForeignConversation>();
  /** Spans came to them since what is due was told. */
  readonly #touched = new Set<Followed>();
  readonly #deadlines = new Deadlines<Followed>();
  #held = 0;

  constructor(options: ResolvedOptions) {
    this.#options = options;
  }

  /** An open conversation, or one that ended not long ago. */
  get(key: string): ForeignConversation | undefined {
    return this.#open.get(key)?.conversation ?? this.#ended.get(key);
  }

  /** Whether one of these keys has this id. */
  hasId(conversationId: string, isKey: (key: string) => boolean): boolean {
    for (const [key, { conversation }] of this.#open) {
      if (isKey(key) && conversation.conversationId === conversationId) return true;
    }
    for (const [key, conversation] of this.#ended) {
      if (isKey(key) && conversation.conversationId === conversationId) return true;
    }
    return false;
  }

  /** Takes a span of a conversation that is followed from now on. */
  add(key: string, span: InputSpan, now: number, begin: () => ForeignConversation): void {
    const ended = this.#ended.get(key);
    if (ended !== undefined) return ended.add(span, now);
    const known = this.#open.get(key);
    const followed = known ?? new Followed(key, begin(), this.#options);
    followed.conversation.add(span, now);
    followed.activeAt = now;
    followed.told = false;
    this.#open.delete(key);
    this.#open.set(key, followed);
    this.#touched.add(followed);
  }

  /** When something is due by the clock; `undefined` while nothing is followed. */
  get nextDeadline(): number | undefined {
    return this.#deadlines.next;
  }

  /** Writes what is due, and what is too much. */
  tellDue(now: number): void {
    for (const followed of this.#touched) this.#note(followed);
    this.#touched.clear();
    for (let due = this.#deadlines.take(now); due !== undefined; due = this.#deadlines.take(now)) {
      this.#tell(due, due.telling(now), now);
    }
    this.#keepWithin(now);
  }

  /** Writes everything and closes every conversation. */
  tellAll(now: number): void {
    for (const followed of [...this.#open.values()]) this.#tell(followed, 'end', now);
  }

  #tell(followed: Followed, telling: Telling, now: number): void {
    const { key, conversation } = followed;
    guard('writing a conversation', undefined, () => conversation.tell(telling, now));
    if (telling !== 'due') followed.told = true;
    this.#note(followed);
    // What is still due waits for something else than the clock.
    if (followed.dueAt !== undefined && followed.dueAt <= now) followed.dueAt = undefined;
    if (telling !== 'end' && !conversation.ended) return this.#deadlines.update(followed);
    this.#deadlines.delete(followed);
    this.#held -= followed.bytes;
    this.#open.delete(key);
    this.#ended.set(key, conversation);
    if (this.#ended.size > MAX_ENDED) this.#ended.delete(this.#ended.keys().next().value ?? '');
  }

  #note(followed: Followed): void {
    const { heldBytes, nextDeadline } = followed.conversation;
    this.#held += heldBytes - followed.bytes;
    followed.bytes = heldBytes;
    followed.dueAt = nextDeadline;
    this.#deadlines.update(followed);
  }

  /** Closes, then writes early, what was idle longest. */
  #keepWithin(now: number): void {
    const { maxConversations, maxHeldBytes } = this.#options;
    for (const followed of this.#open.values()) {
      if (this.#open.size <= maxConversations) break;
      warn(
        'normalizer-conversations',
        `more than ${maxConversations} conversations are open; the oldest is closed`,
      );
      this.#tell(followed, 'end', now);
    }
    if (this.#held <= maxHeldBytes) return;
    for (const followed of this.#open.values()) {
      if (this.#held <= maxHeldBytes) return;
      warn('normalizer-bytes', `more than ${maxHeldBytes} bytes of spans are held; turns are written early`);
      this.#tell(followed, 'all', now);
    }
  }
}
