import type { Attributes } from '@opentelemetry/api';
import { AmountSum } from '../cost/decimal.js';

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
  #total: AmountSum | undefined;
  #discarded: AmountSum | undefined;
  #missing = 0;
  readonly #parts: { [part in Part]?: AmountSum } = {};

  add({ amount, type, discarded }: StageSpending): void {
    if (amount === undefined) {
      this.#missing += 1;
      return;
    }
    const part: Part = type === 'stt' || type === 'llm' || type === 'tts' ? type : 'other';
    this.#total ??= new AmountSum();
    this.#total.add(amount);
    this.#parts[part] ??= new AmountSum();
    this.#parts[part].add(amount);
    if (!discarded) return;
    this.#discarded ??= new AmountSum();
    this.#discarded.add(amount);
  }

  /** The roll-up in `currency`. Empty where no stage was billed; parts that were not used are absent. */
  toAttributes(keys: CostKeys, currency: string): Attributes {
    const attributes: Attributes = {};
    if (this.#total === undefined && this.#missing === 0) return attributes;
    attributes[keys.missingCount] = this.#missing;
    if (this.#total === undefined) return attributes;
    attributes[keys.total] = this.#total.value();
    attributes[keys.currency] = currency;
    if (this.#discarded !== undefined) attributes[keys.discarded] = this.#discarded.value();
    for (const [part, sum] of Object.entries(this.#parts)) attributes[keys[part as Part]] = sum.value();
    return attributes;
  }
}
