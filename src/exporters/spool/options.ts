import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMasker } from '../../masking/masker.js';
import type { Masker } from '../../masking/types.js';
import { MAX_TIMER_MS } from '../../otel/within-time.js';

/** Options of `fileSpool`. */
export interface FileSpoolOptions {
  /** A folder on a local disk: a path or a `file:` URL. It is made when it is needed. */
  directory: string | URL;
  /** Bytes of files at most, those of other processes in the same folder included. Default 64 MiB. */
  maxBytes?: number | undefined;
  /** How long a span that waits may stay unwritten, in ms: what `kill -9` can lose. Default 1000. */
  syncIntervalMs?: number | undefined;
  /** What is older than this, in ms, is no longer sent but deleted. Default seven days. */
  maxAgeMs?: number | undefined;
  /** Masks spans that no processor has masked; nothing is written unmasked. Default `createMasker()`. */
  masker?: Masker | undefined;
}

export interface ResolvedSpoolOptions {
  readonly directory: string;
  readonly maxBytes: number;
  readonly syncIntervalMs: number;
  readonly maxAgeMs: number;
  readonly masker: Masker;
}

const OPTIONS = ['directory', 'maxBytes', 'syncIntervalMs', 'maxAgeMs', 'masker'];
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const DEFAULT_SYNC_INTERVAL_MS = 1000;
const DEFAULT_MAX_AGE_MS = 7 * 24 * 60 * 60 * 1000;

/** @throws TypeError with what is wrong and what is allowed */
export function resolveSpoolOptions(options: FileSpoolOptions): ResolvedSpoolOptions {
  if (typeof options !== 'object' || options === null) {
    fail('takes an object of options: { directory, maxBytes?, syncIntervalMs?, maxAgeMs?, masker? }');
  }
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) fail(`there is no option ${unknown}; there are ${OPTIONS.join(', ')}`);
  const { maxBytes, syncIntervalMs, maxAgeMs, masker } = options;
  if (masker !== undefined && typeof masker?.mask !== 'function') {
    fail('masker must have mask(text), as createMasker() makes it; nothing is written unmasked');
  }
  return {
    directory: resolveDirectory(options.directory),
    maxBytes: whole('maxBytes', maxBytes, DEFAULT_MAX_BYTES, Number.MAX_SAFE_INTEGER),
    syncIntervalMs: whole('syncIntervalMs', syncIntervalMs, DEFAULT_SYNC_INTERVAL_MS, MAX_TIMER_MS),
    maxAgeMs: whole('maxAgeMs', maxAgeMs, DEFAULT_MAX_AGE_MS, Number.MAX_SAFE_INTEGER),
    masker: masker ?? createMasker(),
  };
}

function resolveDirectory(directory: unknown): string {
  if (directory instanceof URL && directory.protocol === 'file:') return fileURLToPath(directory);
  if (typeof directory === 'string' && directory !== '' && !directory.includes('\0'))
    return resolve(directory);
  return fail('directory must be a path (a string that is not empty) or a file: URL');
}

function whole(name: string, value: unknown, standard: number, maximum: number): number {
  if (value === undefined) return standard;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > maximum) {
    return fail(`${name} must be a whole number from 1 to ${maximum}`);
  }
  return value;
}

function fail(message: string): never {
  throw new TypeError(`fileSpool: ${message}`);
}
