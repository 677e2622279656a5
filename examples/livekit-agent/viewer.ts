import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** `voice-otel view`, as a process of its own. */
export interface ViewerProcess {
  readonly url: string;
  /** Resolves when it has ended. */
  readonly ended: Promise<unknown>;
  stop(): void;
}

/** Starts `voice-otel view` on a free port, for the recordings in a folder. Rejects where it does not start. */
export async function startViewer(recordings: string): Promise<ViewerProcess> {
  const command = fileURLToPath(new URL('dist/cli/main.js', import.meta.resolve('voice-otel/package.json')));
  const options = ['view', '--port', '0', '--memory', '--recordings', recordings];
  const child = spawn(process.execPath, [command, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const url = await Promise.race([urlOf(child), ended.then(() => undefined)]);
  if (url === undefined) throw new Error('voice-otel view did not start');
  return { url, ended, stop: () => child.kill('SIGTERM') };
}

async function urlOf({ stdout }: ChildProcess): Promise<string | undefined> {
  if (stdout === null) return undefined;
  for await (const line of createInterface(stdout)) {
    const [, url] = /^voice-otel view: (http\S+?)\/?$/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  return undefined;
}

/** Opens a page where a person sits at a screen; elsewhere the URL that was printed has to do. */
export function openBrowser(url: string): void {
  const { CI, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (!process.stdout.isTTY || CI) return;
  const commands: Partial<Record<NodeJS.Platform, readonly string[]>> = {
    darwin: ['open', url],
    win32: ['cmd', '/c', 'start', '', url],
    linux: DISPLAY || WAYLAND_DISPLAY ? ['xdg-open', url] : [],
  };
  const [command, ...args] = commands[process.platform] ?? [];
  if (command === undefined) return;
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
