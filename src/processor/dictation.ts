import { createSessionMemory, type SaidText, type SessionMemory } from '../masking/session-memory.js';
import { type MaskPolicy, maskSpanInPlace } from '../masking/span.js';
import type { Masker } from '../masking/types.js';
import { guard } from '../otel/guard.js';
import type { ReadableSpanLike } from '../otel/types.js';
import {
  ATTR_VOICE_MASKED_COUNT,
  ATTR_VOICE_SESSION_ID,
  ATTR_VOICE_STT_TRANSCRIPT,
  ATTR_VOICE_TTS_TEXT,
  ATTR_VOICE_TURN_TRANSCRIPT,
} from '../semconv/generated.js';
import { number, text } from './attributes.js';
import type { VoiceSpan } from './role.js';

/** Sessions followed at a time; beyond, the oldest is forgotten. */
const MAX_SESSIONS = 500;
/** Ended spans of a session that others hold and that are masked anew; beyond, the oldest is left as it is. */
const MAX_SPANS = 64;

/** Letters that may be written as escapes in JSON. */
const ESCAPED = /[^ -~]/;

type PolicyOf = (span: ReadableSpanLike) => MaskPolicy;

/** Where spans wait that have ended and not left. */
export interface WaitingSpans {
  /** Those in queues of ours. */
  readonly own: () => Iterable<ReadableSpanLike>;
  /** Other processors get the spans as well and may hold them. */
  readonly elsewhere: boolean;
}

interface Followed {
  readonly traceId: string;
  /** Spans that others may hold. Weak: what has left is no longer of interest, and its content is not ours to keep. */
  readonly spans: WeakRef<ReadableSpanLike>[];
  next: number;
}

const copies = new WeakMap<ReadableSpanLike, WeakRef<ReadableSpanLike>[]>();
/** Some processor has made a copy, which may wait longer than the span itself. */
let areCopied = false;

/** Tells that a copy of a masked span leaves as well: what is masked anew on the span is masked on the copy too. */
export function noteCopy(span: ReadableSpanLike, copy: ReadableSpanLike): void {
  if (copy === span) return;
  areCopied = true;
  const known = copies.get(span);
  if (known === undefined) copies.set(span, [new WeakRef(copy)]);
  else known.push(new WeakRef(copy));
}

/**
 * Follows what is said in each session, so that a number dictated over several turns is masked on all spans that have
 * not left yet: those that end from then on, and those that have ended but wait in a queue.
 */
export class Dictation {
  readonly #memory: SessionMemory;
  readonly #policyOf: PolicyOf;
  readonly #waiting: WaitingSpans;
  readonly #sessions = new Map<string, Followed>();
  /** The session of a trace, for the spans of others in it. */
  readonly #traces = new Map<string, string>();

  constructor(masker: Masker, policyOf: PolicyOf, waiting: WaitingSpans) {
    this.#memory = createSessionMemory(masker, { maxSessions: MAX_SESSIONS });
    this.#policyOf = policyOf;
    this.#waiting = waiting;
  }

  /**
   * Takes in what a span says that has ended and is not masked yet.
   *
   * @returns the masker for this span; `undefined` for one of no session
   */
  heard(span: ReadableSpanLike, voice: VoiceSpan | undefined): Masker | undefined {
    return guard('following a dictated number', undefined, () => {
      if (voice === undefined) {
        const sessionId = this.#traces.get(span.spanContext().traceId);
        return sessionId === undefined ? undefined : this.#memory.maskerOf(sessionId);
      }
      const { sessionId } = voice;
      const said = textOf(voice);
      const words = said === undefined ? [] : this.#memory.observe(sessionId, said);
      const masker = this.#memory.maskerOf(sessionId, said?.isPart === true ? said.key : undefined);
      if (words.length > 0) this.#maskAnew(sessionId, masker, new Set(words));
      return masker;
    });
  }

  /** Remembers a span that is masked and may wait in a queue, ours or another's. */
  keep(span: ReadableSpanLike, voice: VoiceSpan | undefined): void {
    guard('following a dictated number', undefined, () => {
      const { traceId } = span.spanContext();
      const sessionId = voice?.sessionId ?? this.#traces.get(traceId);
      if (sessionId === undefined) return;
      if (voice?.role === 'session') return this.#forget(sessionId);
      const followed = this.#sessions.get(sessionId) ?? this.#follow(sessionId, traceId);
      if (!this.#waiting.elsewhere && !areCopied) return;
      followed.spans[followed.next] = new WeakRef(span);
      followed.next = (followed.next + 1) % MAX_SPANS;
    });
  }

  #follow(sessionId: string, traceId: string): Followed {
    const followed: Followed = { traceId, spans: [], next: 0 };
    this.#sessions.set(sessionId, followed);
    this.#traces.set(traceId, sessionId);
    if (this.#sessions.size > MAX_SESSIONS) {
      const oldest = this.#sessions.keys().next().value;
      if (oldest !== undefined) this.#forget(oldest);
    }
    return followed;
  }

  #forget(sessionId: string): void {
    const followed = this.#sessions.get(sessionId);
    if (followed !== undefined) this.#traces.delete(followed.traceId);
    this.#sessions.delete(sessionId);
    this.#memory.forget(sessionId);
  }

  #maskAnew(sessionId: string, masker: Masker, words: ReadonlySet<string>): void {
    const followed = this.#sessions.get(sessionId);
    if (followed === undefined) return;
    const spans = new Set<ReadableSpanLike>();
    for (const span of this.#waiting.own()) if (belongsTo(span, sessionId, followed)) spans.add(span);
    for (const kept of followed.spans) addLiving(spans, kept);
    for (const span of [...spans]) for (const copy of copies.get(span) ?? []) addLiving(spans, copy);
    for (const span of spans) if (holdsAny(span, words)) this.#maskOne(span, masker);
  }

  #maskOne(span: ReadableSpanLike, masker: Masker): void {
    const masked = maskSpanInPlace(span, masker, this.#policyOf(span));
    if (masked > 0)
      span.attributes[ATTR_VOICE_MASKED_COUNT] = (number(span, ATTR_VOICE_MASKED_COUNT) ?? 0) + masked;
  }
}

function addLiving(spans: Set<ReadableSpanLike>, ref: WeakRef<ReadableSpanLike>): void {
  const span = ref.deref();
  if (span !== undefined) spans.add(span);
}

function belongsTo(span: ReadableSpanLike, sessionId: string, { traceId }: Followed): boolean {
  const own = text(span, ATTR_VOICE_SESSION_ID);
  return own === undefined ? span.spanContext().traceId === traceId : own === sessionId;
}

/** Whether any of these words may stand on a span. Most spans hold none, and looking is quicker than masking. */
function holdsAny(span: ReadableSpanLike, words: ReadonlySet<string>): boolean {
  const may = (value: unknown): boolean => {
    if (typeof value === 'object' && value !== null) return true;
    if (typeof value !== 'string') return false;
    const lower = value.toLowerCase();
    // What is escaped in JSON cannot be read like this.
    for (const word of words) if (lower.includes(word) || ESCAPED.test(word)) return true;
    return false;
  };
  const parts = [span, ...span.events, ...span.links];
  return (
    may(span.name) ||
    may(span.status.message) ||
    span.events.some((event) => may(event.name)) ||
    parts.some(({ attributes }) =>
      Object.keys(attributes ?? {}).some((key) => may(key) || may(attributes?.[key])),
    )
  );
}

/** What a span holds of what was said. */
function textOf({ span, role, turnId }: VoiceSpan): SaidText | undefined {
  if (role === 'user_turn' || role === 'agent_turn') {
    const transcript = text(span, ATTR_VOICE_TURN_TRANSCRIPT);
    if (transcript === undefined || turnId === undefined) return undefined;
    return { key: turnId, turn: turnId, text: transcript, speaker: role === 'user_turn' ? 'user' : 'agent' };
  }
  if (role !== 'stage') return undefined;
  const heard = text(span, ATTR_VOICE_STT_TRANSCRIPT);
  const spoken = heard ?? text(span, ATTR_VOICE_TTS_TEXT);
  if (spoken === undefined) return undefined;
  const key = span.spanContext().spanId;
  return { key, turn: turnId, text: spoken, speaker: heard === undefined ? 'agent' : 'user', isPart: true };
}
