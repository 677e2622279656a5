import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** `voice-otel view`, as a person starts it, on a port of its own. */
export class Viewer {
  /** Such as `http://127.0.0.1:41234/`. */
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  /** @throws Error with what the command wrote, where it ends without having named its URL */
  static async start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Viewer> {
    const command = ['--import', 'tsx', 'src/cli/main.ts', 'view', '--port', '0', ...args];
    const child = spawn(process.execPath, command, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let written = '';
    const url = await new Promise<string>((resolve, reject) => {
      const look = (chunk: Buffer): void => {
        written += chunk.toString();
        const [, found] = /(https?:\/\/[^\s/]+:\d+\/?\S*)/.exec(written) ?? [];
        if (found !== undefined) resolve(found.endsWith('/') || found.includes('?') ? found : `${found}/`);
      };
      child.stdout.on('data', look);
      child.stderr.on('data', (chunk: Buffer) => (written += chunk.toString()));
      child.once('exit', (code) => reject(new Error(`voice-otel view ended with ${code}: ${written}`)));
    });
    return new Viewer(url, child);
  }

  get origin(): string {
    return new URL(this.url).origin;
  }

  /** As Ctrl-C does. Resolves to the exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGINT');
    const [code] = await exited;
    return code;
  }

  /** Sends one OTLP export request. */
  async send(request: unknown): Promise<void> {
    const response = await fetch(`${this.origin}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof request === 'string' ? request : JSON.stringify(request),
    });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  }
}

/** A folder for one test file, removed with `remove`. */
export class Folder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'voice-otel-viewer-'));

  file(name: string): string {
    return join(this.path, name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
