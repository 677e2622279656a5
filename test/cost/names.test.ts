import { describe, expect, it } from 'vitest';
import { createPriceTable } from '../../src/cost/price-table.js';
import { resolveProvider } from '../../src/cost/providers.js';
import type { CostUsage } from '../../src/cost/types.js';

const table = createPriceTable();
const DAY = new Date('2026-11-24T12:00:00Z');

/** Enough of everything that any price can be computed. */
const USAGE = {
  stt: { kind: 'stt', audioDurationMs: 1000 },
  llm: {
    kind: 'llm',
    promptTokens: 1000,
    completionTokens: 100,
    promptAudioTokens: 100,
    completionAudioTokens: 50,
  },
  tts: { kind: 'tts', characters: 100, textInput: 'x'.repeat(100), audioDurationMs: 1000 },
} as const satisfies Record<string, CostUsage>;

function resolve(
  kind: keyof typeof USAGE,
  provider: string | undefined,
  model: string | undefined,
  more = {},
) {
  const result = table.estimate({ ...USAGE[kind], provider, model, ...more }, DAY);
  return result.missing ?? `${result.provider}/${result.model}`;
}

describe('names of language models', () => {
  it.each([
    ['openai', 'gpt-4.1-mini', 'openai/gpt-4.1-mini'],
    ['OpenAI', 'GPT-4.1-mini', 'openai/gpt-4.1-mini'],
    ['openai', ' gpt-4.1-mini ', 'openai/gpt-4.1-mini'],
    [undefined, 'gpt-4.1-mini', 'openai/gpt-4.1-mini'],
    ['unknown', 'gpt-4.1-mini', 'openai/gpt-4.1-mini'],
    [undefined, 'openai/gpt-4.1-mini-2025-04-14', 'openai/gpt-4.1-mini'],
    [undefined, 'openai:gpt-4.1-mini', 'openai/gpt-4.1-mini'],
    ['openai', 'openai/gpt-4.1-mini', 'openai/gpt-4.1-mini'],
    ['api.openai.com', 'gpt-4.1-mini', 'openai/gpt-4.1-mini'],
    ['openai.LLM', 'gpt-4.1-mini', 'openai/gpt-4.1-mini'],
    ['openaillmservice', 'gpt-4.1-mini', 'openai/gpt-4.1-mini'],
    ['openairealtimellmservice', 'gpt-realtime', 'openai/gpt-realtime'],
    ['openai', 'gpt-realtime-2025-08-28', 'openai/gpt-realtime'],
    ['openai', 'gpt-4o-2024-05-13', 'openai/gpt-4o-2024-05-13'],
    ['google', 'models/gemini-2.5-flash', 'google/gemini-2.5-flash'],
    ['gemini', 'gemini-2.5-flash', 'google/gemini-2.5-flash'],
    ['vertex_ai', 'publishers/google/models/gemini-2.5-flash', 'google/gemini-2.5-flash'],
    [
      'gcp.vertex_ai',
      'projects/p/locations/us-central1/publishers/google/models/gemini-2.5-flash',
      'google/gemini-2.5-flash',
    ],
    ['https://generativelanguage.googleapis.com/v1beta', 'gemini-2.5-flash', 'google/gemini-2.5-flash'],
    ['gcp.gemini', 'gemini-2.5-flash-native-audio-preview-12-2025', 'google/gemini-live-2.5-flash'],
    ['gcp.vertex_ai', 'claude-haiku-4-5@20251001', 'google/claude-haiku-4-5'],
    ['anthropic', 'claude-haiku-4-5-20251001', 'anthropic/claude-haiku-4-5'],
    ['anthropic', 'claude-haiku-4.5', 'anthropic/claude-haiku-4-5'],
    [
      'aws.bedrock',
      'anthropic.claude-haiku-4-5-20251001-v1:0',
      'aws/anthropic.claude-haiku-4-5-20251001-v1:0',
    ],
    [
      'bedrock',
      'us.anthropic.claude-haiku-4-5-20251001-v1:0',
      'aws/anthropic.claude-haiku-4-5-20251001-v1:0',
    ],
    ['aws', 'eu.anthropic.claude-haiku-4-5-20251001-v1:0', 'aws/anthropic.claude-haiku-4-5-20251001-v1:0'],
    [
      'aws',
      'global.anthropic.claude-haiku-4-5-20251001-v1:0',
      'aws/global.anthropic.claude-haiku-4-5-20251001-v1:0',
    ],
    [
      'aws',
      'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-sonic-v1:0',
      'aws/amazon.nova-sonic-v1:0',
    ],
    ['bedrock-runtime.us-east-1.amazonaws.com', 'amazon.nova-2-sonic-v1:0', 'aws/amazon.nova-2-sonic-v1:0'],
    ['anthropic', 'claude-sonnet-4-5@20250929', 'anthropic/claude-sonnet-4-5'],
    ['azure_ai_openai', 'gpt-4.1-mini-2025-04-14', 'openai/gpt-4.1-mini'],
    ['az.ai.openai', 'gpt-4.1-mini-2025-04-14', 'openai/gpt-4.1-mini'],
    ['openai.chat', 'gpt-4.1-mini', 'openai/gpt-4.1-mini'],
    ['openai.responses', 'gpt-5-mini', 'openai/gpt-5-mini'],
    ['anthropic.messages', 'claude-haiku-4-5', 'anthropic/claude-haiku-4-5'],
    ['google.generative-ai', 'gemini-2.5-flash', 'google/gemini-2.5-flash'],
    ['groq', 'openai/gpt-oss-120b', 'groq/openai/gpt-oss-120b'],
    [undefined, 'groq/openai/gpt-oss-120b', 'groq/openai/gpt-oss-120b'],
    ['livekit', 'openai/gpt-4.1-mini', 'livekit/openai/gpt-4.1-mini'],
    ['openrouter', 'anthropic/claude-haiku-4-5', 'anthropic/claude-haiku-4-5'],
    [undefined, 'openrouter/anthropic/claude-haiku-4-5', 'anthropic/claude-haiku-4-5'],
    ['azure', 'gpt-4.1-mini-2025-04-14', 'openai/gpt-4.1-mini'],
    [undefined, 'azure/gpt-4.1-mini-2025-04-14', 'openai/gpt-4.1-mini'],
    ['myres.openai.azure.com', 'gpt-4.1-mini-2025-04-14', 'openai/gpt-4.1-mini'],
  ])('%s %s is %s', (provider, model, expected) => {
    expect(resolve('llm', provider, model)).toBe(expected);
  });

  it.each([
    ['openai', 'gpt-4.1-mini-audio', 'unknown_model'],
    ['openai', 'gpt-4.1-minimal', 'unknown_model'],
    ['openai', 'my-gpt-4.1-mini', 'unknown_model'],
    ['openai', 'gpt-4.1-mini:free', 'unknown_model'],
    ['openai', 'gpt-4.1-mini-2025-13-14', 'unknown_model'],
    ['openai', undefined, 'unknown_model'],
    ['openai', '', 'unknown_model'],
    ['azure', 'gpt-4.1-mini', 'unknown_model'],
    [undefined, 'azure/prod', 'unknown_model'],
    ['google', 'gemini-3.8-flash-tts', 'unknown_model'],
    ['anthropic', 'openai/gpt-4.1-mini', 'unknown_model'],
    [undefined, 'openai/gpt-oss-120b', 'unknown_model'],
    [undefined, 'gpt-oss-120b', 'unknown_provider'],
    [undefined, 'llama-3.1-8b-instant', 'unknown_provider'],
    [undefined, 'something', 'unknown_provider'],
    [undefined, undefined, 'unknown_provider'],
    ['acme', 'gpt-4.1-mini', 'unknown_provider'],
    ['acme', 'openai/gpt-4.1-mini', 'unknown_provider'],
    ['openai.example.com', 'gpt-4.1-mini', 'unknown_provider'],
    ['notopenai.com', 'gpt-4.1-mini', 'unknown_provider'],
    ['my-openai.chat', 'gpt-4.1-mini', 'unknown_provider'],
    ['https://openai.chat/v1', 'gpt-4.1-mini', 'unknown_provider'],
    ['localhost:8000', 'gpt-4.1-mini', 'unknown_provider'],
    ['openai', 'x'.repeat(10_000), 'unknown_model'],
    ['openrouter', 'openrouter/'.repeat(20), 'unknown_model'],
  ])('%s %s is %s', (provider, model, expected) => {
    expect(resolve('llm', provider, model)).toBe(expected);
  });
});

describe('names of recognisers', () => {
  it.each([
    ['deepgram', 'nova-3-general', 'deepgram/nova-3'],
    ['Deepgram', 'nova-3:en', 'deepgram/nova-3'],
    [undefined, 'deepgram/nova-3:en-US', 'deepgram/nova-3'],
    ['deepgram', 'nova-3:multi', 'deepgram/nova-3-multilingual'],
    ['deepgram', 'nova-2-phonecall', 'deepgram/nova-2'],
    ['deepgram', undefined, 'deepgram/nova-3'],
    ['deepgramflux', 'flux-general-en', 'deepgram/flux-general-en'],
    ['assembly-ai', 'universal-streaming', 'assemblyai/universal-streaming-english'],
    ['AssemblyAI', 'u3-pro', 'assemblyai/u3-rt-pro'],
    ['cartesia', 'ink-whisper-2025-06-04', 'cartesia/ink-whisper'],
    ['livekit', 'deepgram/nova-3:en', 'livekit/deepgram/nova-3'],
    ['livekit', 'deepgram/nova-3:multi', 'livekit/deepgram/nova-3-multi'],
    ['inference.STT', 'assemblyai/universal-streaming', 'livekit/assemblyai/universal-streaming'],
    ['azure_speech', undefined, 'azure/speech'],
    ['aws_transcribe', undefined, 'aws/transcribe'],
    ['cloudflare', '@cf/deepgram/nova-3', 'cloudflare/@cf/deepgram/nova-3'],
    ['elevenlabsrealtime', 'scribe_v2_realtime', 'elevenlabs/scribe_v2_realtime'],
    ['deepgram', 'nova-4', 'unknown_model'],
    ['deepgram', 'nova-3-unheard-of', 'unknown_model'],
    ['deepgram', 'openai/whisper-1', 'unknown_model'],
    [undefined, 'whisper-large-v3', 'unknown_provider'],
    ['fake.STT', 'fake', 'unknown_provider'],
  ])('%s %s is %s', (provider, model, expected) => {
    expect(resolve('stt', provider, model)).toBe(expected);
  });

  it('takes the language where the price depends on it', () => {
    expect(resolve('stt', 'deepgram', 'nova-3', { language: 'multi' })).toBe('deepgram/nova-3-multilingual');
    expect(resolve('stt', 'deepgram', 'nova-3', { language: 'en-US' })).toBe('deepgram/nova-3');
  });
});

describe('names of synthesisers', () => {
  it.each([
    ['deepgram', 'aura-2-thalia-en', 'deepgram/aura-2'],
    ['deepgram', 'aura-2-voice-of-tomorrow', 'deepgram/aura-2'],
    ['deepgram', 'aura-asteria-en', 'deepgram/aura'],
    ['cartesia', 'sonic-2-2025-06-11', 'cartesia/sonic-2'],
    ['cartesia', 'sonic-3-2026-01-12', 'cartesia/sonic-3'],
    [undefined, 'cartesia/sonic-3:87748186-23bb-4158-a1eb-332911b0b708', 'cartesia/sonic-3'],
    ['11labs', 'eleven_flash_v2_5', 'elevenlabs/eleven_flash_v2_5'],
    [undefined, 'elevenlabs/eleven_turbo_v2_5:abc', 'elevenlabs/eleven_turbo_v2_5'],
    ['openai', 'gpt-4o-mini-tts-2025-12-15', 'openai/gpt-4o-mini-tts'],
    ['groq', 'canopylabs/orpheus-v1-english', 'groq/canopylabs/orpheus-v1-english'],
    [undefined, 'canopylabs/orpheus-v1-english', 'groq/canopylabs/orpheus-v1-english'],
    [undefined, 'groq/canopylabs/orpheus-v1-english', 'groq/canopylabs/orpheus-v1-english'],
    ['google', 'en-US-Chirp3-HD-Charon', 'google/chirp3-hd'],
    ['google', 'cmn-CN-Wavenet-A', 'google/wavenet'],
    ['google', 'en-GB-Neural2-A', 'google/neural2'],
    ['azure', 'en-US-JennyNeural', 'azure/neural'],
    ['azure', 'en-US-Ava:DragonHDLatestNeural', 'azure/neural-hd'],
    ['livekit', 'cartesia/sonic-3:some-voice', 'livekit/cartesia/sonic-3'],
    ['livekit', 'deepgram/aura-2-thalia-en', 'livekit/deepgram/aura-2'],
    ['telnyx', 'Telnyx.NaturalHD.astra', 'telnyx/telnyx.naturalhd'],
    ['cartesia', 'sonic-9', 'unknown_model'],
    ['cartesia', 'sonic-3-ultra', 'unknown_model'],
    ['cartesia', 'sonic-3-latest', 'cartesia/sonic-3'],
    ['deepgram', 'aura-3-thalia-en', 'unknown_model'],
    ['deepgram', 'aura-2.5-thalia-en', 'unknown_model'],
    ['deepgram', 'aura-voice-of-tomorrow-en', 'deepgram/aura'],
    ['deepgram', 'my-aura-2-thalia-en', 'unknown_model'],
    ['azure', 'NeuralSomething', 'unknown_model'],
    ['deepgram', 'aura', 'deepgram/aura'],
    ['elevenlabs', 'eleven_v4', 'unknown_model'],
    [undefined, 'en-US-JennyNeural', 'unknown_provider'],
  ])('%s %s is %s', (provider, model, expected) => {
    expect(resolve('tts', provider, model)).toBe(expected);
  });

  it('takes the voice where no model is named', () => {
    expect(resolve('tts', 'google', undefined, { voiceId: 'en-US-Studio-O' })).toBe('google/studio');
    expect(resolve('tts', 'deepgram', undefined, { voiceId: 'aura-asteria-en' })).toBe('deepgram/aura');
    expect(resolve('tts', 'google', undefined, { voiceId: 'someone' })).toBe('google/chirp3-hd');
  });
});

describe('names of providers', () => {
  it.each([
    ['Amazon Web Services', 'aws'],
    ['AWS', 'aws'],
    ['Eleven Labs', 'elevenlabs'],
    ['azure.ai.openai', 'azure'],
    ['x_ai', 'x_ai'],
    ['xAI', 'x_ai'],
    ['mistral', 'mistral_ai'],
    ['wss://api.eu.deepgram.com/v1/listen', 'deepgram'],
    ['user@api.cartesia.ai:443', 'cartesia'],
    ['CartesiaTTSService', 'cartesia'],
    ['gemini', 'google'],
    ['rev.ai', 'rev_ai'],
    ['deepgram.evil.example', undefined],
    ['', undefined],
    ['.', undefined],
    ['https://', undefined],
  ])('%s is %s', (text, expected) => {
    expect(resolveProvider(text)?.id).toBe(expected);
  });
});
