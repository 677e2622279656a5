import infrastructure from '../cost/data/infrastructure.json' with { type: 'json' };
import llm from '../cost/data/llm.json' with { type: 'json' };
import stt from '../cost/data/stt.json' with { type: 'json' };
import tts from '../cost/data/tts.json' with { type: 'json' };
import type { PriceRow, RateRow } from '../cost/rows.js';

/** A kind of line in the table. */
export type TableKind = 'stt' | 'llm' | 'tts' | 'infrastructure';

/** A model or service with the whole of its rows, sources and readings included. */
export interface TableEntry {
  readonly kind: TableKind;
  readonly provider: string;
  readonly model: string;
  readonly prices: readonly PriceRow[];
}

export const TABLE_KINDS: readonly TableKind[] = ['stt', 'llm', 'tts', 'infrastructure'];

export function tableEntries(kind: TableKind): TableEntry[] {
  if (kind === 'infrastructure') {
    return infrastructure.services.map(({ provider, service, prices }) => ({
      kind,
      provider,
      model: service,
      prices,
    }));
  }
  const models: readonly { provider: string; model: string; prices: readonly PriceRow[] }[] = {
    stt,
    llm,
    tts,
  }[kind].models;
  return models.map(({ provider, model, prices }) => ({ kind, provider, model, prices }));
}

const UNIT_NAMES: ReadonlyMap<string, string> = new Map([
  ['audio_second', 's of audio'],
  ['session_second', 's connected'],
  ['character', 'characters'],
  ['utf8_byte', 'bytes of UTF-8'],
  ['token', 'tokens'],
]);

/** `0.0048 per 60 s of audio`, `in 0.40, cached 0.10, out 1.60 per 1000000 tokens`. */
export function rateText(rate: RateRow): string {
  const unit = `per ${rate.per} ${UNIT_NAMES.get(rate.unit) ?? rate.unit}`;
  const minimum = rate.minimum === undefined ? '' : `, at least ${rate.minimum}`;
  const about = rate.approximate === true ? 'about ' : '';
  if (rate.tokens === undefined) return `${about}${rate.price} ${unit}${minimum}`;
  const prices = Object.entries(rate.tokens).map(([kind, price]) => `${kind} ${price}`);
  return `${about}${prices.join(', ')} ${unit}`;
}
