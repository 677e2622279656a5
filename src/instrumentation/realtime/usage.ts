import type { LlmPayload } from '../../conversation/payloads.js';
import { asNumber, read } from '../../conversation/read.js';

/** The usage of a response in tokens. Cached tokens are among the input tokens. */
export function responseUsage(usage: unknown): LlmPayload {
  const input = read(usage, 'input_token_details');
  const output = read(usage, 'output_token_details');
  const cached = read(input, 'cached_tokens_details');
  const fields: readonly [keyof LlmPayload, unknown][] = [
    ['promptTokens', read(usage, 'input_tokens')],
    ['completionTokens', read(usage, 'output_tokens')],
    ['promptTextTokens', read(input, 'text_tokens')],
    ['promptAudioTokens', read(input, 'audio_tokens')],
    ['promptImageTokens', read(input, 'image_tokens')],
    ['cachedTokens', read(input, 'cached_tokens')],
    ['cachedTextTokens', read(cached, 'text_tokens')],
    ['cachedAudioTokens', read(cached, 'audio_tokens')],
    ['cachedImageTokens', read(cached, 'image_tokens')],
    ['completionTextTokens', read(output, 'text_tokens')],
    ['completionAudioTokens', read(output, 'audio_tokens')],
  ];
  const known = fields.filter(([, value]) => asNumber(value) !== undefined);
  const total = known.filter(([field]) => field === 'promptTokens' || field === 'completionTokens');
  // A response that was cut off before it began has zeroes, or none at all.
  if (!total.some(([, value]) => value !== 0)) return {};
  return Object.fromEntries(known);
}
