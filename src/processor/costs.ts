import type { Attributes } from '@opentelemetry/api';

/** Sums are kept to a trillionth of the currency's unit, far below any price, without floating-point residue. */
const SCALE = 1e12;

const add = (a: number, b: number): number => Math.round((a + b) * SCALE) / SCALE;

/** What one stage cost, as its span says. */
export interface StageSpending {
  /** Absent: the price is missing. */
  readonly amount: number | undefined;
  readonly type: string | undefined;
  /** Its output was thrown away; it cost all the same. */
  readonly discarded: boolean;
}

/** The keys of one roll-up: those of a turn or of a session. */
export interface CostKeys {
  readonly total: string;
  readonly stt: string;
  readonly llm: string;
  readonly tts: string;
  readonly other: string;
  readonly discarded: string;
  readonly missingCount: string;
  readonly currency: string;
}

type Part = 'stt' | 'llm' | 'tts' | 'other';

/** The costs of the stages of a turn or a session, added once each. */
export class Costs {
  #total: number | undefined;
  #discarded: number | undefined;
  #missing = 0;
  readonly #parts: { [part in Part]?: number } = {};

  add({ amount, type, discarded }: StageSpending): void {
    if (amount === undefined) {
      this.#missing += 1;
      return;
    }
    const part: Part = type === 'stt' || type === 'llm' || type === 'tts' ? type : 'other';
    this.#total = add(this.#total ?? 0, amount);
    this.#parts[part] = add(this.#parts[part] ?? 0, amount);
    if (discarded) this.#discarded = add(this.#discarded ?? 0, amount);
  }

  /** The roll-up in `currency`. Empty where no stage was billed; parts that were not used are absent. */
  toAttributes(keys: CostKeys, currency: string): Attributes {
    const attributes: Attributes = {};
    if (this.#total === undefined && this.#missing === 0) return attributes;
    attributes[keys.missingCount] = this.#missing;
    if (this.#total === undefined) return attributes;
    attributes[keys.total] = this.#total;
    attributes[keys.currency] = currency;
    if (this.#discarded !== undefined) attributes[keys.discarded] = this.#discarded;
    for (const [part, amount] of Object.entries(this.#parts)) attributes[keys[part as Part]] = amount;
    return attributes;
  }
}
