/** Hosts of providers, by their end, and the name that the GenAI conventions give the provider. */
const BY_HOST: readonly (readonly [end: string, name: string])[] = [
  ['openai.azure.com', 'azure.ai.openai'],
  ['openai.com', 'openai'],
  ['generativelanguage.googleapis.com', 'gcp.gemini'],
  ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['amazonaws.com', 'aws.bedrock'],
  ['anthropic.com', 'anthropic'],
  ['cohere.com', 'cohere'],
  ['deepseek.com', 'deepseek'],
  ['groq.com', 'groq'],
  ['mistral.ai', 'mistral_ai'],
  ['moonshot.ai', 'moonshot_ai'],
  ['perplexity.ai', 'perplexity'],
  ['x.ai', 'x_ai'],
  ['deepgram.com', 'deepgram'],
  ['elevenlabs.io', 'elevenlabs'],
  ['cartesia.ai', 'cartesia'],
  ['assemblyai.com', 'assemblyai'],
];

/** Names that differ from the conventions' by more than case and spaces. */
const BY_WORD: Readonly<Record<string, string>> = {
  mistral: 'mistral_ai',
  mistralai: 'mistral_ai',
  moonshot: 'moonshot_ai',
  xai: 'x_ai',
  fishaudio: 'fish_audio',
  'rev.ai': 'rev_ai',
  'smallest.ai': 'smallest_ai',
  smallestai: 'smallest_ai',
};

/**
 * A provider in the spelling of the GenAI conventions, from what a framework calls it: a display name (`Deepgram`,
 * `ElevenLabs`) or the host of its API (`api.openai.com`). A name that is not known stays, in lower case.
 */
export function providerName(given: string): string {
  const word = given.trim().toLowerCase().replaceAll(' ', '');
  const host = BY_HOST.find(([end]) => word === end || word.endsWith(`.${end}`));
  return host?.[1] ?? BY_WORD[word] ?? word;
}
