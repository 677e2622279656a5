import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from '../../examples/support/settings.js';
import { runExample } from './run-example.js';

const LIVEKIT = {
  LIVEKIT_URL: 'ws://127.0.0.1:7880',
  LIVEKIT_API_KEY: 'devkey',
  LIVEKIT_API_SECRET: 'secret',
};

function missing(environment: Record<string, string>): string[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message.split('\n  ').slice(1);
  }
}

describe('the settings of the workers', () => {
  it('a LiveKit server is enough: the models are stand-ins, spans go where VoiceObservability sends them', () => {
    expect(readSettings(LIVEKIT)).toEqual({
      models: 'stand-ins',
      ashr: undefined,
      tenantId: undefined,
      recordingFolder: undefined,
    });
  });

  it('names everything that is missing, at once', () => {
    expect(missing({ OPENAI_API_KEY: 'sk-1', ASHR_VOICE_OBS_TENANT_ID: '7', LIVEKIT_URL: ' ' })).toEqual([
      'LIVEKIT_URL, as ws://127.0.0.1:7880',
      'LIVEKIT_API_KEY',
      'LIVEKIT_API_SECRET',
      'ASHR_LABS_API_KEY or ASHR_VOICE_OBS_API_KEY, because a variable for Ashr is set',
      'DEEPGRAM_API_KEY',
      'ELEVEN_API_KEY',
      'packages: npm install --no-save @livekit/agents-plugin-deepgram@1.9.0 ' +
        '@livekit/agents-plugin-openai@1.9.0 @livekit/agents-plugin-elevenlabs@1.9.0',
    ]);
  });

  it('a key for Ashr goes by either name', () => {
    const whole = {
      ...LIVEKIT,
      ASHR_VOICE_OBS_BASE_URL: 'https://ashr.example',
      ASHR_VOICE_OBS_TENANT_ID: '7',
      VOICE_OTEL_RECORDING_DIR: 'recordings',
    };
    for (const name of ['ASHR_LABS_API_KEY', 'ASHR_VOICE_OBS_API_KEY']) {
      expect(readSettings({ ...whole, [name]: 'key' })).toMatchObject({
        ashr: { apiKey: 'key', baseUrl: 'https://ashr.example' },
        tenantId: '7',
        recordingFolder: 'recordings',
      });
    }
  });

  it.each([
    ['ASHR_LABS_API_KEY', 'ASHR_LABS_API_KEY or ASHR_VOICE_OBS_API_KEY, because a variable for Ashr is set'],
    [
      'ASHR_VOICE_OBS_API_KEY',
      'ASHR_LABS_API_KEY or ASHR_VOICE_OBS_API_KEY, because a variable for Ashr is set',
    ],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT, which is set to nothing'],
    ['VOICE_OTEL_RECORDING_DIR', 'VOICE_OTEL_RECORDING_DIR, which is set to nothing'],
  ])('%s that is empty is missing, and no switch to another destination', (name, said) => {
    expect(missing({ ...LIVEKIT, [name]: '' })).toEqual([said]);
  });

  it.each([
    ['STT_MODEL', 'nobody/nova-3', 'deepgram or openai or elevenlabs'],
    ['LLM_MODEL', 'deepgram/nova-3', 'openai'],
    ['TTS_MODEL', 'openai', 'deepgram or openai or elevenlabs'],
  ])('%s=%s is said to be no model', (name, value, able) => {
    const keys = { DEEPGRAM_API_KEY: 'k', OPENAI_API_KEY: 'k', ELEVEN_API_KEY: 'k' };
    expect(missing({ ...LIVEKIT, ...keys, [name]: value })).toContain(
      `${name}: a model as PROVIDER/MODEL, where PROVIDER is ${able}`,
    );
  });
});

describe.each(['livekit-worker/worker.ts', 'support-agent/worker.ts'])('%s', (script) => {
  it.each(['dev', 'start'])('%s without settings ends with one clear error', async (command) => {
    const none = { LIVEKIT_URL: '', LIVEKIT_API_KEY: '', LIVEKIT_API_SECRET: '' };
    const outcome = await runExample(script, { args: [command], folder: tmpdir(), environment: none });
    expect(outcome).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'The worker cannot start. Missing:\n' +
        '  LIVEKIT_URL, as ws://127.0.0.1:7880\n  LIVEKIT_API_KEY\n  LIVEKIT_API_SECRET\n',
    });
  });
});
