import type { Attributes } from '@opentelemetry/api';
import { AmountSum, type Decimal } from '../cost/decimal.js';

/** What one stage cost, as its span says. */
export interface StageSpending {
  /** Exact, as it is added to several sums. Absent: the price is missing. */
  readonly amount: Decimal | undefined;
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

const PARTS = ['stt', 'llm', 'tts', 'other'] as const;
type Part = (typeof PARTS)[number];

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
    this.#total.addDecimal(amount);
    this.#parts[part] ??= new AmountSum();
    this.#parts[part].addDecimal(amount);
    if (!discarded) return;
    this.#discarded ??= new AmountSum();
    this.#discarded.addDecimal(amount);
  }

  /**
   * The roll-up in `currency`, added to `attributes`. Nothing where no stage was billed; parts that were not used are
   * absent.
   */
  toAttributes(keys: CostKeys, currency: string, attributes: Attributes = {}): Attributes {
    if (this.#total === undefined && this.#missing === 0) return attributes;
    attributes[keys.missingCount] = this.#missing;
    if (this.#total === undefined) return attributes;
    attributes[keys.total] = this.#total.value();
    attributes[keys.currency] = currency;
    if (this.#discarded !== undefined) attributes[keys.discarded] = this.#discarded.value();
    for (const part of PARTS) {
      const sum = this.#parts[part];
      if (sum !== undefined) attributes[keys[part]] = sum.value();
    }
    return attributes;
  }
}
