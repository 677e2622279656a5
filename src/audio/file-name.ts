import { createHash } from 'node:crypto';

const MAX_LENGTH = 100;

/**
 * A file name of a session id, which may be any string: letters, digits, `.`, `_` and `-` stay, and where others had to
 * go a hash of the id keeps two ids apart.
 */
export function fileNameOf(sessionId: string, extension: string): string {
  const safe = sessionId.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_');
  if (safe === sessionId && safe.length <= MAX_LENGTH) return safe + extension;
  const hash = createHash('sha256').update(sessionId).digest('hex').slice(0, 12);
  return `${safe.slice(0, MAX_LENGTH)}-${hash}${extension}`;
}
