import { describe, expect, it } from 'vitest';
import { estimateCost } from '../../src/cost/estimate.js';
import { usageFromAttributes } from '../../src/cost/usage-from-attributes.js';

const DAY = new Date('2026-11-24T12:00:00Z');

describe('usageFromAttributes', () => {
  it('reads a recogniser: seconds become milliseconds without a residue', () => {
    const usage = usageFromAttributes({
      'voice.stage.type': 'stt',
      'gen_ai.provider.name': 'deepgram',
      'gen_ai.request.model': 'nova-3',
      'voice.stage.mode': 'stream',
      'voice.stt.audio_duration': 1.001,
      'voice.stt.language': 'en',
    });
    expect(usage).toMatchObject({
      kind: 'stt',
      provider: 'deepgram',
      model: 'nova-3',
      mode: 'stream',
      language: 'en',
    });
    expect(usage?.audioDurationMs).toBe(1001);
  });

  it('reads a model by modality', () => {
    const usage = usageFromAttributes({
      'voice.stage.type': 'llm',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-realtime',
      'gen_ai.response.model': 'gpt-realtime-2025-08-28',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 600,
      'gen_ai.usage.cache_read.input_tokens': 400,
      'gen_ai.usage.text.input_tokens': 300,
      'gen_ai.usage.audio.input_tokens': 700,
      'gen_ai.usage.text.output_tokens': 100,
      'gen_ai.usage.audio.output_tokens': 500,
      'gen_ai.usage.text.cache_read.input_tokens': 100,
      'gen_ai.usage.audio.cache_read.input_tokens': 300,
    });
    // 200 × 4 + 100 × 0.40 + 400 × 32 + 300 × 0.40 + 100 × 16 + 500 × 64 = 47,360 per million
    expect(usage === undefined ? undefined : estimateCost(usage, DAY)).toMatchObject({
      amount: 0.04736,
      estimated: false,
    });
  });

  it('reads a synthesiser', () => {
    const usage = usageFromAttributes({
      'voice.stage.type': 'tts',
      'gen_ai.provider.name': 'elevenlabs',
      'gen_ai.request.model': 'eleven_flash_v2_5',
      'voice.tts.characters': 100,
      'voice.tts.audio_duration': 6.5,
      'voice.tts.voice.id': 'v',
    });
    expect(usage).toMatchObject({ kind: 'tts', characters: 100, audioDurationMs: 6500, voiceId: 'v' });
  });

  it('leaves out what is of the wrong type', () => {
    const usage = usageFromAttributes({
      'voice.stage.type': 'stt',
      'gen_ai.provider.name': 5,
      'voice.stt.audio_duration': '3',
      'voice.stage.mode': 'slow',
    });
    expect(usage).toMatchObject({
      kind: 'stt',
      provider: undefined,
      audioDurationMs: undefined,
      mode: undefined,
    });
  });

  it.each(['vad', 'tool', 'nlu', undefined, 5])('bills no stage of type %s', (type) => {
    expect(usageFromAttributes({ 'voice.stage.type': type })).toBeUndefined();
  });
});
