import { type InputSpan, sizeOf } from '../input-span.js';
import type { Dialect } from './dialect.js';
import type { UnitEnd } from './outcome.js';
import { Unit } from './unit.js';
import { unitEnd, waitsForNext } from './unit-end.js';

/** Units remembered after they were told, for spans that come late. */
const MAX_TOLD = 64;
/** A prompt outside of any turn that begins this long after the one before was synthesised is another. */
const PROMPT_GAP_MS = 1000;

/** A unit whose turn it is to be told, how it ended, and the turn after it where that tells how. */
export interface ReadyUnit {
  readonly unit: Unit;
  readonly end: UnitEnd;
  readonly next: Unit | undefined;
}

/** The units of a conversation that were not told yet. */
export class Units {
  readonly #dialect: Dialect;
  readonly #graceMs: number;
  readonly #turns = new Map<string, Unit>();
  /** Spans under the conversation itself, outside of any turn, and when they came. */
  #loose: { readonly span: InputSpan; readonly cameAt: number }[] = [];
  readonly #told: Unit[] = [];
  #rootId: string | undefined;
  #bytes = 0;

  constructor(dialect: Dialect, graceMs: number) {
    this.#dialect = dialect;
    this.#graceMs = graceMs;
  }

  /** The id of the conversation's span, from it or from a turn under it. */
  get rootId(): string | undefined {
    return this.#rootId;
  }

  /** Roughly what is held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** When the first unit is due by the clock; `undefined` where it waits for other spans. */
  get nextDeadline(): number | undefined {
    const [first, ...later] = this.#inOrder();
    if (first === undefined) return undefined;
    const next = later.find(({ loose }) => !loose);
    const came = first.loose ? first.cameAt : (first.turnCameAt ?? next?.turnCameAt);
    if (came === undefined || (waitsForNext(first) && !tells(next))) return undefined;
    return came + this.#graceMs;
  }

  rootIs(id: string): void {
    if (this.#rootId !== undefined) return;
    this.#rootId = id;
    const mistaken = this.#turns.get(id);
    if (mistaken === undefined) return;
    this.#turns.delete(id);
    for (const span of mistaken.spans) this.#loose.push({ span, cameAt: mistaken.cameAt });
  }

  addTurn(span: InputSpan, now: number): void {
    this.#bytes += sizeOf(span);
    this.#turn(span).addTurn(this.#dialect.readTurn(span), now);
  }

  addService(span: InputSpan, now: number): void {
    this.#bytes += sizeOf(span);
    if (this.#dialect.unitOf(span) === this.#rootId) this.#loose.push({ span, cameAt: now });
    else this.#turn(span).addService(span, now);
  }

  /** The unit of this id, if it was told. */
  told(id: string): Unit | undefined {
    return this.#told.find((unit) => unit.id === id);
  }

  /**
   * Takes the next unit out, if it is ready: its turn has come a while ago, and the turn after it where that tells how
   * it ended.
   *
   * @param all whether it is taken in any case
   */
  take(all: boolean, now: number): ReadyUnit | undefined {
    const [unit, ...later] = this.#inOrder();
    if (unit === undefined) return undefined;
    const nextTurn = later.find(({ loose }) => !loose);
    if (!all && !this.#isReady(unit, nextTurn, now)) return undefined;
    this.#remove(unit);
    this.#told.push(unit);
    if (this.#told.length > MAX_TOLD) this.#told.shift();
    const next = waitsForNext(unit) ? nextTurn : undefined;
    return { unit, end: unitEnd(unit, next), next };
  }

  #isReady(unit: Unit, nextTurn: Unit | undefined, now: number): boolean {
    const came = unit.loose ? unit.cameAt : unit.turnCameAt;
    // The span of the turn was lost, if that of the turn after it has long come.
    if (came === undefined) return this.#isOld(nextTurn?.turnCameAt, now);
    return this.#isOld(came, now) && (!waitsForNext(unit) || tells(nextTurn));
  }

  #isOld(cameAt: number | undefined, now: number): boolean {
    return cameAt !== undefined && now >= cameAt + this.#graceMs;
  }

  #turn(span: InputSpan): Unit {
    const id = this.#dialect.unitOf(span);
    const known = this.#turns.get(id);
    if (known !== undefined) return known;
    const unit = this.#dialect.unit(id, span.traceId);
    this.#turns.set(id, unit);
    return unit;
  }

  #remove(unit: Unit): void {
    this.#bytes -= unit.bytes;
    if (!unit.loose) {
      this.#turns.delete(unit.id);
      return;
    }
    const spans = new Set(unit.spans);
    this.#loose = this.#loose.filter(({ span }) => !spans.has(span));
  }

  #inOrder(): Unit[] {
    const turns = [...this.#turns.values()];
    return [...turns, ...this.#looseUnits(turns)].sort((a, b) => a.startTime - b.startTime);
  }

  /** What was said outside of any turn, apart where a turn or a pause lies between. */
  #looseUnits(turns: readonly Unit[]): Unit[] {
    const units: Unit[] = [];
    let current: Unit | undefined;
    let end = 0;
    for (const { span, cameAt } of [...this.#loose].sort((a, b) => a.span.startTime - b.span.startTime)) {
      const begins = span.startTime;
      const apart =
        begins - end > PROMPT_GAP_MS || turns.some(({ startTime }) => startTime > end && startTime <= begins);
      if (current === undefined || apart) {
        current = Unit.loose(span, this.#dialect.readServices);
        units.push(current);
      }
      current.addService(span, cameAt);
      end = Math.max(end, span.endTime);
    }
    return units;
  }
}

/** Whether enough is known of the turn after to tell how the one before ended: who began it, and what was heard. */
function tells(next: Unit | undefined): boolean {
  return next !== undefined && (next.turn !== undefined || next.services.some(({ kind }) => kind === 'llm'));
}
