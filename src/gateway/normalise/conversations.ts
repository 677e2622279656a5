import { warn } from '../../otel/diagnostics.js';
import { guard } from '../../otel/guard.js';
import type { ForeignConversation, Telling } from './conversation.js';
import type { InputSpan } from './input-span.js';
import type { ResolvedOptions } from './options.js';

/** Conversations that ended and are remembered, for spans that come late or twice. */
const MAX_ENDED = 1000;

interface Followed {
  readonly conversation: ForeignConversation;
  activeAt: number;
  /** Everything was told since it was active last. */
  told: boolean;
  /** What the conversation said last: when something is due, and what it holds. */
  dueAt: number | undefined;
  bytes: number;
}

/** The conversations that are followed: what of them is due, and that they are not too many. */
export class Conversations {
  readonly #options: ResolvedOptions;
  /** The one that was active last at the end. */
  readonly #open = new Map<string, Followed>();
  readonly #ended = new Map<string, ForeignConversation>();
  /** Spans came to them since what is due was told. */
  readonly #touched = new Set<Followed>();
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
    const followed = known ?? {
      conversation: begin(),
      activeAt: now,
      told: false,
      dueAt: undefined,
      bytes: 0,
    };
    followed.conversation.add(span, now);
    followed.activeAt = now;
    followed.told = false;
    this.#open.delete(key);
    this.#open.set(key, followed);
    this.#touched.add(followed);
  }

  /** When something is due by the clock; `undefined` while nothing is followed. */
  get nextDeadline(): number | undefined {
    let next: number | undefined;
    for (const followed of this.#open.values()) {
      const due = Math.min(followed.dueAt ?? Number.POSITIVE_INFINITY, this.#idleAt(followed));
      if (next === undefined || due < next) next = due;
    }
    return next;
  }

  /** Writes what is due, and what is too much. */
  tellDue(now: number): void {
    for (const followed of this.#touched) this.#note(followed);
    this.#touched.clear();
    const { idleMs, sessionIdleMs } = this.#options;
    for (const [key, followed] of [...this.#open]) {
      const idle = now - followed.activeAt;
      if (idle >= sessionIdleMs) this.#tell(key, followed, 'end', now);
      else if (idle >= idleMs && !followed.told) this.#tell(key, followed, 'all', now);
      else if (followed.dueAt !== undefined && now >= followed.dueAt) this.#tell(key, followed, 'due', now);
    }
    this.#keepWithin(now);
  }

  /** Writes everything and closes every conversation. */
  tellAll(now: number): void {
    for (const [key, followed] of [...this.#open]) this.#tell(key, followed, 'end', now);
  }

  #idleAt({ activeAt, told }: Followed): number {
    const { idleMs, sessionIdleMs } = this.#options;
    return activeAt + (told ? sessionIdleMs : Math.min(idleMs, sessionIdleMs));
  }

  #tell(key: string, followed: Followed, telling: Telling, now: number): void {
    const { conversation } = followed;
    guard('writing a conversation', undefined, () => conversation.tell(telling, now));
    if (telling !== 'due') followed.told = true;
    this.#note(followed);
    // What is still due waits for something else than the clock.
    if (followed.dueAt !== undefined && followed.dueAt <= now) followed.dueAt = undefined;
    if (telling !== 'end' && !conversation.ended) return;
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
  }

  /** Closes, then writes early, what was idle longest. */
  #keepWithin(now: number): void {
    const { maxConversations, maxHeldBytes } = this.#options;
    for (const [key, followed] of [...this.#open]) {
      if (this.#open.size <= maxConversations) break;
      warn(
        'normalizer-conversations',
        `more than ${maxConversations} conversations are open; the oldest is closed`,
      );
      this.#tell(key, followed, 'end', now);
    }
    if (this.#held <= maxHeldBytes) return;
    for (const [key, followed] of [...this.#open]) {
      if (this.#held <= maxHeldBytes) return;
      warn('normalizer-bytes', `more than ${maxHeldBytes} bytes of spans are held; turns are written early`);
      this.#tell(key, followed, 'all', now);
    }
  }
}
