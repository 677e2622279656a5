import { ConversationTracker } from '../../../signals/tracker.js';
import { AttributeReader } from '../attribute-reader.js';
import type { ForeignConversation, Telling } from '../conversation.js';
import type { InputSpan } from '../input-span.js';
import type { Outbox } from '../outbox.js';
import { RecordWriter, type SessionRecord } from '../record-writer.js';
import { identityOf, type SessionDefaults } from '../session-defaults.js';
import { isUsageKey } from '../usage-keys.js';
import type { Dialect, SessionPlace } from './dialect.js';
import { InnerCalls } from './inner-calls.js';
import { stageOf } from './stages.js';
import { Teller } from './teller.js';
import { Units } from './units.js';

/** Spans remembered by their ids, so that a retry of an exporter adds nothing. */
const MAX_SEEN = 20_000;
/** As many of them when the conversation is over: a retry repeats the last bodies. */
const MAX_SEEN_AFTER = 1000;

/** A conversation of Pipecat's, in the spans of one dialect. */
export class PipecatConversation implements ForeignConversation {
  readonly #dialect: Dialect;
  readonly #first: InputSpan;
  readonly #defaults: SessionDefaults;
  readonly #graceMs: number;
  readonly #teller: Teller;
  readonly #inner: InnerCalls;
  readonly #units: Units;
  readonly #seen = new Set<string>();
  #root: InputSpan | undefined;
  /** Attributes of the session's span that the vocabulary has no word for. */
  #rootKept: SessionRecord['kept'] = [];
  #rootCameAt: number | undefined;
  #conversationId: string | undefined;
  #earliest: number;
  #speechToSpeech = false;
  #hasStt = false;
  #session: (SessionPlace & Pick<SessionRecord, 'everySpan'>) | undefined;
  #ended = false;

  constructor(
    dialect: Dialect,
    outbox: Outbox,
    first: InputSpan,
    defaults: SessionDefaults,
    graceMs: number,
  ) {
    this.#dialect = dialect;
    this.#first = first;
    this.#defaults = defaults;
    this.#graceMs = graceMs;
    this.#earliest = first.startTime;
    this.#units = new Units(dialect, graceMs);
    const writer = new RecordWriter(outbox, () => this.#sessionRecord());
    this.#teller = new Teller(new ConversationTracker(writer), writer);
    this.#inner = new InnerCalls((raw, { envelope }) => outbox.add(raw, envelope));
  }

  get ended(): boolean {
    return this.#ended;
  }

  get heldBytes(): number {
    return this.#units.bytes;
  }

  get nextDeadline(): number | undefined {
    if (this.#ended) return undefined;
    const unit = this.#units.nextDeadline ?? Number.POSITIVE_INFINITY;
    const root = this.#rootCameAt === undefined ? Number.POSITIVE_INFINITY : this.#rootCameAt + this.#graceMs;
    const next = Math.min(unit, root);
    return Number.isFinite(next) ? next : undefined;
  }

  /** As the application or Pipecat gave it; absent until a span says it. */
  get conversationId(): string | undefined {
    return this.#conversationId;
  }

  add(span: InputSpan, now: number): void {
    if (this.#isRepeated(span)) return;
    const role = this.#dialect.role(span);
    if (role === 'session') this.#addRoot(span, now);
    else if (role === 'turn') this.#addTurn(span, now);
    else this.#addService(span, now);
  }

  addOther(span: InputSpan): void {
    if (!this.#isRepeated(span)) this.#inner.other(span);
  }

  tell(telling: Telling, now: number): void {
    if (this.#ended) return;
    const over = this.#rootCameAt !== undefined && now >= this.#rootCameAt + this.#graceMs;
    const all = telling !== 'due' || over;
    for (let ready = this.#units.take(all, now); ready !== undefined; ready = this.#units.take(all, now)) {
      // A recogniser that has spans has had one by the end of the first turn in which somebody spoke.
      this.#hasStt ||= [ready.unit, ready.next].some((unit) =>
        unit?.services.some(({ kind }) => kind === 'stt'),
      );
      const pipeline = { speechToSpeech: this.#speechToSpeech, silentStt: !this.#hasStt };
      this.#teller.unit(ready.unit, ready.end, ready.next, pipeline);
    }
    if (telling !== 'end' && !over) return;
    this.#ended = true;
    for (const id of [...this.#seen].slice(0, -MAX_SEEN_AFTER)) this.#seen.delete(id);
    this.#inner.release();
    this.#teller.end(this.#root?.endTime ?? this.#teller.latest);
  }

  #isRepeated({ traceId, spanId }: InputSpan): boolean {
    const key = `${traceId}${spanId}`;
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    if (this.#seen.size > MAX_SEEN) this.#seen.delete(this.#seen.values().next().value ?? '');
    return false;
  }

  #addRoot(span: InputSpan, now: number): void {
    if (this.#ended) return;
    this.#note(span);
    this.#root = span;
    const read = new AttributeReader(span);
    read.drop('conversation.id', 'conversation.type');
    this.#rootKept = read.kept;
    this.#rootCameAt = now;
    this.#units.rootIs(span.spanId);
  }

  #addTurn(span: InputSpan, now: number): void {
    if (this.#ended) return;
    this.#note(span);
    if (span.parentSpanId !== undefined) this.#units.rootIs(span.parentSpanId);
    this.#units.addTurn(span, now);
  }

  #addService(span: InputSpan, now: number): void {
    const { role, isSpeechToSpeech, unitOf } = this.#dialect;
    this.#speechToSpeech ||= isSpeechToSpeech(span);
    if (role(span) === 'model') {
      this.#inner.model(span, Object.keys(span.attributes).some(isUsageKey));
    }
    const told = this.#units.told(unitOf(span));
    if (told !== undefined || this.#ended) this.#late(span, told?.speechId);
    else {
      this.#note(span);
      this.#units.addService(span, now);
    }
  }

  #note(span: InputSpan): void {
    this.#earliest = Math.min(this.#earliest, span.startTime);
    this.#conversationId ??= this.#dialect.conversationId(span);
  }

  #late(span: InputSpan, speechId: string | undefined): void {
    for (const service of this.#dialect.readServices([span])) {
      if (service.origin.span !== undefined) this.#teller.late(stageOf(service), speechId);
    }
  }

  #sessionRecord(): SessionRecord {
    const first = this.#first;
    const place = this.#session ?? this.#dialect.session(first, this.#conversationId);
    const sessionId = this.#conversationId ?? place.traceId;
    this.#session ??= {
      ...place,
      spanId: this.#units.rootId ?? place.spanId,
      everySpan: identityOf(first, sessionId, this.#defaults).everySpan,
    };
    const root = this.#root;
    return {
      ...this.#session,
      envelope: (root ?? first).envelope,
      startTime: this.#earliest,
      span: root,
      kept: this.#rootKept,
    };
  }
}
