import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where calls are kept unless somebody says otherwise: below the user's state folder, by the XDG Base Directory
 * Specification, or `%LOCALAPPDATA%` on Windows.
 */
export function stateFolder(env: Readonly<Record<string, string | undefined>>): string {
  const state =
    process.platform === 'win32'
      ? env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local')
      : env.XDG_STATE_HOME?.startsWith('/')
        ? env.XDG_STATE_HOME
        : join(homedir(), '.local', 'state');
  return join(state, 'voice-otel', 'viewer');
}
