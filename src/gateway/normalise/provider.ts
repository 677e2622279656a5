import { resolveProvider } from '../../cost/providers.js';
import { providerName } from '../../semconv/provider-name.js';

/** Names that the GenAI conventions, or Pipecat before it followed them, had in another form. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['az.ai.openai', 'azure.ai.openai'],
  ['az.ai.inference', 'azure.ai.inference'],
  ['awsbedrock', 'aws.bedrock'],
]);

/** Companies that the conventions name by service. */
const HOUSES: ReadonlySet<string> = new Set(['aws', 'azure', 'google']);

/** A provider by its name in the GenAI conventions, from what a framework made of the name of a class. */
export function providerOf(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const word = given.trim().toLowerCase();
  const renamed = RENAMED.get(word);
  if (renamed !== undefined) return renamed;
  const known = word.includes('.') ? undefined : resolveProvider(word)?.id;
  return known === undefined || HOUSES.has(known) ? providerName(word) : known;
}
