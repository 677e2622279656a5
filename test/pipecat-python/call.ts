import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLE = join(ROOT, 'examples/pipecat-python');

/** What really happened in a call: times in Unix seconds, at the microphone and at the loudspeaker. */
export interface Truth {
  readonly utterances: readonly { readonly start: number; readonly end: number; readonly text: string }[];
  readonly heard: readonly { readonly start: number; readonly end: number }[];
  readonly replies: readonly string[];
  readonly usage: readonly { readonly prompt_tokens: number; readonly completion_tokens: number }[];
  readonly requests: readonly { readonly kind: string; readonly text: string }[];
}

export interface RunningGateway {
  readonly url: string;
  /** Ends it with SIGTERM; resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** A `voice-otel gateway` of its own that writes to a file. */
export async function startGateway(file: string): Promise<RunningGateway> {
  const entry = join(ROOT, 'test/gateway/processes/gateway.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', entry, '--port', '0', '--out', file], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = ending(child);
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const [, found] = /listening on (http\S+),/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    void ended.then((code) => reject(new Error(`the gateway ended with ${code}: ${text}`)));
  });
  return {
    url,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Runs the call of examples/pipecat-python, with the setup file or without. */
export async function runCall(
  python: string,
  gatewayUrl: string,
  truthFile: string,
  options: { readonly setupFile: boolean },
): Promise<Truth> {
  const child = spawn(python, ['call.py', truthFile], {
    cwd: EXAMPLE,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      PYTHONDONTWRITEBYTECODE: '1',
      OTEL_EXPORTER_OTLP_ENDPOINT: gatewayUrl,
      OTEL_SERVICE_NAME: 'order-line',
      ...(options.setupFile ? { PIPECAT_SETUP_FILES: join(EXAMPLE, 'voice_otel_setup.py') } : {}),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-20_000);
    });
  }
  const code = await ending(child);
  if (code !== 0) throw new Error(`the call ended with ${code}:\n${log}`);
  return JSON.parse(readFileSync(truthFile, 'utf8'));
}

function ending(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.on('close', resolve);
  });
}
