import type { Attributes } from '@opentelemetry/api';

/**
 * Cost keys of other conventions that some back ends read instead of `voice.cost.amount`:
 * - `langfuse`: `langfuse.observation.cost_details`, a JSON object, here `{"total":0.000296}` (Langfuse);
 * - `gen_ai`: `gen_ai.usage.cost` (Langfuse; not in the OpenTelemetry registry);
 * - `openinference`: `llm.cost.total` (OpenInference; Phoenix works costs out by itself);
 * - `logfire`: `operation.cost` (Logfire);
 * - `sentry`: `gen_ai.cost.total_tokens` (Sentry; an amount in spite of its name).
 *
 * Read in the back ends' source and conventions, August 2026. All of them are US dollars.
 */
export type CompatibilityKeys = 'langfuse' | 'gen_ai' | 'openinference' | 'logfire' | 'sentry';

const KEYS: { readonly [Name in CompatibilityKeys]: string } = {
  langfuse: 'langfuse.observation.cost_details',
  gen_ai: 'gen_ai.usage.cost',
  openinference: 'llm.cost.total',
  logfire: 'operation.cost',
  sentry: 'gen_ai.cost.total_tokens',
};

/** The names that there are. */
export const COMPATIBILITY_KEYS: readonly string[] = Object.keys(KEYS);

/** Whether `name` is one of {@link CompatibilityKeys}. */
export function isCompatibilityKeys(name: unknown): name is CompatibilityKeys {
  return typeof name === 'string' && Object.hasOwn(KEYS, name);
}

/** The amount of a stage under the keys asked for; nothing where it is missing or not in US dollars. */
export function compatibilityCosts(
  wanted: readonly CompatibilityKeys[],
  amount: number | undefined,
  currency: string,
): Attributes {
  const attributes: Attributes = {};
  if (amount === undefined || amount < 0 || currency !== 'USD') return attributes;
  for (const name of wanted) {
    attributes[KEYS[name]] = name === 'langfuse' ? JSON.stringify({ total: amount }) : amount;
  }
  return attributes;
}
