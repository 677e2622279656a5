import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMasker } from '../../masking/masker.js';
import type { Masker } from '../../masking/types.js';
import { captureContentByDefault } from '../../otel/environment.js';

export interface OtlpFileExporterOptions {
  /** The file to append to: a path or a `file:` URL. It and its folder are made when the first spans arrive. */
  path: string | URL;
  /**
   * Masks spans that no processor has masked. Default `createMasker()`; `false` writes them as they are.
   */
  masker?: Masker | false | undefined;
  /**
   * Whether content (transcripts, prompts, tool arguments) is written. Default true, unless
   * `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` says no; `false` also takes it out of spans that a
   * processor has masked.
   */
  captureContent?: boolean | undefined;
}

export interface ResolvedFileOptions {
  readonly path: string;
  readonly masker: Masker;
  readonly masks: boolean;
  readonly captureContent: boolean;
}

const NO_MASKER: Masker = { mask: (text) => text, detect: () => [] };
const ALLOWED = ['path', 'masker', 'captureContent'];

/** @throws TypeError with what is wrong and what is allowed. */
export function resolveFileOptions(options: OtlpFileExporterOptions): ResolvedFileOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('OtlpFileExporter takes an object of options: { path, masker?, captureContent? }');
  }
  for (const name of Object.keys(options)) {
    if (ALLOWED.includes(name)) continue;
    throw new TypeError(`unknown option ${name} of OtlpFileExporter; allowed: ${ALLOWED.join(', ')}`);
  }
  const captureContent: unknown = options.captureContent ?? captureContentByDefault();
  if (typeof captureContent !== 'boolean') throw new TypeError('captureContent must be a boolean');
  return {
    path: resolvePath(options.path),
    masker: resolveMasker(options.masker),
    masks: options.masker !== false,
    captureContent,
  };
}

function resolvePath(path: unknown): string {
  if (path instanceof URL) {
    if (path.protocol === 'file:') return fileURLToPath(path);
    throw new TypeError(`path must be a file path or a file: URL, got a ${path.protocol} URL`);
  }
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new TypeError('path must be a file path (a non-empty string) or a file: URL');
  }
  return resolve(path);
}

function resolveMasker(masker: unknown): Masker {
  if (masker === undefined) return createMasker();
  if (masker === false) return NO_MASKER;
  if (isMasker(masker)) return masker;
  throw new TypeError(
    'masker must be false or an object with mask(text) and detect(text), see createMasker()',
  );
}

function isMasker(value: unknown): value is Masker {
  return (
    typeof value === 'object' &&
    value !== null &&
    'mask' in value &&
    typeof value.mask === 'function' &&
    'detect' in value &&
    typeof value.detect === 'function'
  );
}
