import type { InputSpan } from './input-span.js';

/** How much of what is held is told. `due`: what the clock allows; `all`: everything but the end; `end`: that too. */
export type Telling = 'due' | 'all' | 'end';

/** A conversation whose spans come one by one, and are written once what they say is certain. */
export interface ForeignConversation {
  /** It was written to its end; what comes later hangs under it. */
  readonly ended: boolean;
  /** As the application or the framework gave it; absent until a span says it. */
  readonly conversationId: string | undefined;
  /** Roughly what is held, in bytes. */
  readonly heldBytes: number;
  /** When something of what is held is due by the clock alone, in its milliseconds. */
  readonly nextDeadline: number | undefined;
  /** A span of the framework. */
  add(span: InputSpan, now: number): void;
  /** A span of somebody else's in the same trace. */
  addOther(span: InputSpan): void;
  /** Writes what is ready. */
  tell(telling: Telling, now: number): void;
}
