import type { InputSpan } from '../input-span.js';
import type { PipecatTurn } from './services.js';
import type { ReadServices, Unit } from './unit.js';

/** Whose spans of Pipecat they are: how turns, services and sessions are told from them. */
export interface Dialect {
  role(span: InputSpan): 'session' | 'turn' | 'model' | 'service';
  readTurn(span: InputSpan): PipecatTurn;
  readonly readServices: ReadServices;
  /** The unit that a turn's span, or that of a service, belongs to. */
  unitOf(span: InputSpan): string;
  unit(id: string, traceId: string): Unit;
  isSpeechToSpeech(span: InputSpan): boolean;
  /** The id of the conversation, where the span says it. */
  conversationId(span: InputSpan): string | undefined;
  /** Where the session's span is: in the trace of the first span, or in one of its own; none where it cannot be told. */
  session(first: InputSpan, conversationId: string | undefined): SessionPlace;
}

/** Where a session's span stands. */
export interface SessionPlace {
  readonly traceId: string;
  /** Used where no span says it. */
  readonly spanId: string;
  /** Whether there is one: spans that nothing joins to a conversation have none. */
  readonly written: boolean;
}
