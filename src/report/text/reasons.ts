import { NOT_PRICED } from '../model.js';

const REASONS: ReadonlyMap<string, string> = new Map([
  ['unknown_model', 'no price for this model'],
  ['unknown_provider', 'no prices for this provider'],
  ['no_usage', 'usage was not reported'],
  ['invalid_usage', 'usage makes no sense'],
  [NOT_PRICED, 'nothing priced it: is VoiceSpanProcessor set up?'],
]);

/** Why there is no price: the reason on the span, and what it means. */
export function reasonText(reason: string): string {
  const meaning = REASONS.get(reason);
  return meaning === undefined ? reason : `${reason}: ${meaning}`;
}
