/** Beginnings of the keys by which conventions say what a call used or cost. */
const USAGE_PREFIXES = [
  'gen_ai.usage.',
  'gen_ai.cost.',
  'llm.token_count.',
  'llm.usage.',
  'llm.cost.',
  // Of speech-to-speech models, in Pipecat before 1.6.
  'tokens.',
] as const;

/** Whether a key of a span says what a call used or cost. */
export function isUsageKey(key: string): boolean {
  return USAGE_PREFIXES.some((prefix) => key.startsWith(prefix));
}
