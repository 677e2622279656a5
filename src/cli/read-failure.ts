import { errorText } from '../otel/diagnostics.js';

/** Why a file could not be read, for whoever named it. */
export function readFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder; name a file in it';
  if (code === 'EACCES') return 'reading it is not allowed';
  return errorText(error);
}
