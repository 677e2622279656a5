import { derivedSpanId } from '../ids.js';
import { type InputSpan, sizeOf } from '../input-span.js';
import type { TurnOrigin } from '../turn-facts.js';
import type { PipecatService, PipecatTurn } from './services.js';

/** How the spans of services are read: Pipecat's own and those of others about it differ. */
export type ReadServices = (spans: readonly InputSpan[]) => PipecatService[];

/**
 * A turn of Pipecat's with the spans of its services; or what was said outside of any turn (an idle prompt), which
 * hangs under the conversation itself.
 */
export class Unit {
  readonly id: string;
  readonly origin: TurnOrigin;
  /** Outside of any turn. */
  readonly loose: boolean;
  /** When the turn's span, and when the latest span of all, came: the owner's clock, milliseconds. */
  turnCameAt: number | undefined;
  cameAt = 0;
  /** Roughly what is held, in bytes. */
  bytes = 0;
  /** The speech that late spans belong to, once the unit was told. */
  speechId: string | undefined;
  readonly #readServices: ReadServices;
  readonly #spans: InputSpan[] = [];
  #services: PipecatService[] | undefined;
  #turn: PipecatTurn | undefined;

  private constructor(id: string, origin: TurnOrigin, loose: boolean, readServices: ReadServices) {
    this.id = id;
    this.origin = origin;
    this.loose = loose;
    this.#readServices = readServices;
  }

  /** @param spanId the id of the turn's span; absent where it is not known before that comes */
  static turn(id: string, traceId: string, spanId: string | undefined, readServices: ReadServices): Unit {
    const own = spanId ?? derivedSpanId(traceId, 'turn');
    return new Unit(id, { traceId, spanId: own, kept: [], turns: 0, span: undefined }, false, readServices);
  }

  /** What was said outside of any turn, named by its first span. */
  static loose(first: InputSpan, readServices: ReadServices): Unit {
    const { traceId, spanId } = first;
    const own = derivedSpanId(traceId, spanId, 'turn');
    return new Unit(own, { traceId, spanId: own, kept: [], turns: 0, span: undefined }, true, readServices);
  }

  get turn(): PipecatTurn | undefined {
    return this.#turn;
  }

  /** The spans of services that have come. */
  get spans(): readonly InputSpan[] {
    return this.#spans;
  }

  /** The services, as far as they have come, by start. */
  get services(): readonly PipecatService[] {
    this.#services ??= this.#readServices(this.#spans);
    return this.#services;
  }

  /** When it began, as far as is known. Recognisers are anchored elsewhere, sometimes to a cough long before. */
  get startTime(): number {
    if (this.#turn !== undefined) return this.#turn.startTime;
    const starts = this.services.map((one) => (one.kind === 'stt' ? one.endTime : one.startTime));
    return starts.length === 0 ? 0 : Math.min(...starts);
  }

  addTurn(turn: PipecatTurn, now: number): void {
    this.#turn = turn;
    this.origin.spanId = turn.span.spanId;
    this.origin.span = turn.span;
    this.origin.kept = turn.kept;
    this.turnCameAt = now;
    this.cameAt = Math.max(this.cameAt, now);
    this.bytes += sizeOf(turn.span);
  }

  addService(span: InputSpan, now: number): void {
    this.#spans.push(span);
    this.#services = undefined;
    this.cameAt = Math.max(this.cameAt, now);
    this.bytes += sizeOf(span);
  }

  /** Forgets what is not needed once the unit was told. */
  told(speechId: string | undefined): void {
    this.speechId = speechId;
    this.bytes = 0;
    this.#spans.length = 0;
    this.#services = [];
  }
}
