import { describe, expect, it } from 'vitest';
import { ATTRIBUTE_DEFINITIONS } from '../../src/semconv/generated.js';
import { providerName } from '../../src/semconv/provider-name.js';

describe('providerName', () => {
  it.each([
    ['Deepgram', 'deepgram'],
    ['ElevenLabs', 'elevenlabs'],
    ['Smallest AI', 'smallest_ai'],
    ['api.openai.com', 'openai'],
    ['my-resource.openai.azure.com', 'azure.ai.openai'],
    ['api.x.ai', 'x_ai'],
    ['Mistral', 'mistral_ai'],
    ['livekit', 'livekit'],
    ['notopenai.com', 'notopenai.com'],
    ['proxy.example.org', 'proxy.example.org'],
  ])('%s is %s', (given, name) => {
    expect(providerName(given)).toBe(name);
  });

  it('leaves every name of the vocabulary as it is', () => {
    const known = ATTRIBUTE_DEFINITIONS['gen_ai.provider.name']?.values ?? [];
    expect(known.length).toBeGreaterThan(20);
    expect(known.map(providerName)).toEqual(known);
  });
});
