import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AshrExporter, Client } from '../../../src/presets/ashr.js';
import { warnings } from './support.js';

let warned: string[];

beforeEach(() => {
  warned = warnings();
  for (const name of ['API_KEY', 'TENANT_ID', 'BASE_URL']) vi.stubEnv(`ASHR_VOICE_OBS_${name}`, undefined);
  vi.stubEnv('ASHR_LABS_API_KEY', undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const wrong = (value: unknown): never => value as never;

describe.each([
  ['AshrExporter', (options: object) => new AshrExporter(options)],
  ['Client', (options: object) => new Client(options)],
])('%s', (_, make) => {
  it.each<[string, object, string]>([
    ['no key', {}, 'apiKey must be an ingest key (vo_…); it may also stand in ASHR_LABS_API_KEY'],
    ['an empty key', { apiKey: ' ' }, 'apiKey must be an ingest key'],
    ['a key that no header carries', { apiKey: 'vo_ä' }, 'characters that no header can carry'],
    ['no URL', { baseUrl: 'api.ashr.io' }, 'baseUrl must be an http(s) URL'],
    ['a URL of another kind', { baseUrl: 'file:///tmp' }, 'baseUrl must be an http(s) URL'],
    ['a query', { baseUrl: 'https://api.ashr.io?x=1' }, 'neither a query'],
    ['a tenant that is no number', { tenantId: 'acme' }, 'tenantId must be a whole number'],
    ['no time', { requestTimeoutMs: 0 }, 'requestTimeoutMs must be a whole number'],
    ['no masker', { masker: 7 }, 'masker must'],
    ['a word', { captureContent: 'no' }, 'captureContent must be a boolean'],
    ['an option that is none', { key: 'vo_x' }, 'there is no option key'],
  ])('%s: a TypeError that says what is allowed', (what, options, message) => {
    const key = what.includes('key') && what !== 'an option that is none' ? {} : { apiKey: 'vo_key' };
    expect(() => make({ ...key, ...options })).toThrow(TypeError);
    expect(() => make({ ...key, ...options })).toThrow(message);
  });

  it('no object: a TypeError', () => {
    expect(() => make(wrong(null))).toThrow(TypeError);
  });

  it('a tenant of the environment that is none: a TypeError', () => {
    vi.stubEnv('ASHR_VOICE_OBS_TENANT_ID', 'acme');
    expect(() => make({ apiKey: 'vo_key' })).toThrow('ASHR_VOICE_OBS_TENANT_ID must be a whole number');
  });

  it('the key of the other endpoint is said', () => {
    make({ apiKey: 'tp_key' });
    expect(warned.join('\n')).toContain('begins with tp_, which is a key of the OTLP endpoint');
  });
});

it.each([
  ['flushIntervalMs', 0],
  ['flushThreshold', 1.5],
  ['maxBufferSize', -1],
])('Client: %s %d is a TypeError', (name, value) => {
  expect(() => new Client({ apiKey: 'vo_key', [name]: value })).toThrow(
    `${name} must be a whole number above 0`,
  );
});
