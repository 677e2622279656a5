import { createRequire } from 'node:module';
import { PLUGINS, type Plugin } from './plugins.js';

/** What the workers read from the environment. */
export interface Settings {
  /** Where the models come from: stand-ins on this machine, or providers. */
  readonly models: 'stand-ins' | ProviderModels;
  /** With a key for Ashr: the destination of spans. Otherwise `VoiceObservability` decides, by `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly ashr: Ashr | undefined;
  /** `ASHR_VOICE_OBS_TENANT_ID`. */
  readonly tenantId: string | undefined;
  /** `VOICE_OTEL_RECORDING_DIR`: where recordings of calls are put. */
  readonly recordingFolder: string | undefined;
}

export interface Ashr {
  readonly apiKey: string;
  readonly baseUrl?: string;
}

export interface ProviderModels {
  readonly stt: Model;
  readonly llm: Model;
  readonly tts: Model;
}

/** A model of a provider, `deepgram/nova-3` for instance. */
export interface Model {
  readonly plugin: Plugin;
  readonly name: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const LIVEKIT = ['LIVEKIT_URL', 'LIVEKIT_API_KEY', 'LIVEKIT_API_SECRET'];
const ASHR_KEYS = ['ASHR_LABS_API_KEY', 'ASHR_VOICE_OBS_API_KEY'];
/** Need not be set; set to nothing they are a mistake, and not a wish for another destination. */
const OPTIONAL = [
  'ASHR_VOICE_OBS_TENANT_ID',
  'ASHR_VOICE_OBS_BASE_URL',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'VOICE_OTEL_RECORDING_DIR',
];
const MODELS = [
  ['stt', 'STT_MODEL', 'deepgram/nova-3'],
  ['llm', 'LLM_MODEL', 'openai/gpt-4.1-mini'],
  ['tts', 'TTS_MODEL', 'elevenlabs/eleven_turbo_v2_5'],
] as const;

/** What is missing before a worker can run, all of it at once. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(missing: readonly string[]) {
    super(`The worker cannot start. Missing:\n${missing.map((one) => `  ${one}`).join('\n')}`);
  }
}

/** @throws SettingsError when something is missing or set to nothing */
export function readSettings(environment: Environment): Settings {
  const missing: string[] = [];
  const value = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const isSet = (name: string): boolean => environment[name] !== undefined;

  for (const name of LIVEKIT) {
    if (value(name) === undefined)
      missing.push(`${name}${name === 'LIVEKIT_URL' ? ', as ws://127.0.0.1:7880' : ''}`);
  }
  for (const name of OPTIONAL) {
    if (isSet(name) && value(name) === undefined) missing.push(`${name}, which is set to nothing`);
  }
  const apiKey = ASHR_KEYS.map(value).find((key) => key !== undefined);
  const baseUrl = value('ASHR_VOICE_OBS_BASE_URL');
  const tenantId = value('ASHR_VOICE_OBS_TENANT_ID');
  if (
    apiKey === undefined &&
    [...ASHR_KEYS, 'ASHR_VOICE_OBS_BASE_URL', 'ASHR_VOICE_OBS_TENANT_ID'].some(isSet)
  ) {
    missing.push(`${ASHR_KEYS.join(' or ')}, because a variable for Ashr is set`);
  }
  const models = readModels(value, missing);
  if (missing.length > 0) throw new SettingsError(missing);
  return {
    models,
    ashr: apiKey === undefined ? undefined : { apiKey, ...(baseUrl === undefined ? {} : { baseUrl }) },
    tenantId,
    recordingFolder: value('VOICE_OTEL_RECORDING_DIR'),
  };
}

/** Providers where a key or a model of one is set, and then all three. */
function readModels(value: (name: string) => string | undefined, missing: string[]): Settings['models'] {
  const names = [...MODELS.map(([, variable]) => variable), ...Object.values(PLUGINS).map(({ key }) => key)];
  if (names.every((name) => value(name) === undefined)) return 'stand-ins';
  const packages = new Set<string>();
  const keys = new Set<string>();
  const model = (kind: keyof ProviderModels, variable: string, otherwise: string): Model | undefined => {
    const [provider = '', ...rest] = (value(variable) ?? otherwise).split('/');
    const plugin = Object.hasOwn(PLUGINS, provider) ? PLUGINS[provider] : undefined;
    const name = rest.join('/');
    if (plugin === undefined || !plugin.kinds.includes(kind) || name === '') {
      const able = Object.keys(PLUGINS).filter((one) => PLUGINS[one]?.kinds.includes(kind));
      missing.push(`${variable}: a model as PROVIDER/MODEL, where PROVIDER is ${able.join(' or ')}`);
      return undefined;
    }
    if (value(plugin.key) === undefined) keys.add(plugin.key);
    if (!isInstalled(plugin.package)) packages.add(`${plugin.package}@1.9.0`);
    return { plugin, name };
  };
  const [stt, llm, tts] = MODELS.map(([kind, variable, otherwise]) => model(kind, variable, otherwise));
  missing.push(...keys);
  if (packages.size > 0) missing.push(`packages: npm install --no-save ${[...packages].join(' ')}`);
  return stt === undefined || llm === undefined || tts === undefined ? 'stand-ins' : { stt, llm, tts };
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
