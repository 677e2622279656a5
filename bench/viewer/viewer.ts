import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** `voice-otel view` of the built package. */
export interface StartedViewer {
  readonly url: string;
  /** From the start of the process to the line with its address. */
  readonly startMs: number;
  readonly stop: () => Promise<void>;
  /** Resident memory now; `undefined` where `/proc` is not there. */
  readonly memoryBytes: () => number | undefined;
  /** Time that processors spent on it, all threads together; `undefined` where `/proc` is not there. */
  readonly processorMs: () => number | undefined;
}

/** Of Linux: `sysconf(_SC_CLK_TCK)` is 100 on every machine that Node runs on. */
const TICKS_PER_SECOND = 100;

export async function startViewer(command: string, file: string): Promise<StartedViewer> {
  const began = performance.now();
  const args = [command, 'view', file, '--port', '0', '--memory'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await addressOf(child);
  return {
    url,
    startMs: performance.now() - began,
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGINT');
      await exited;
    },
    memoryBytes() {
      try {
        const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
        return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
      } catch {
        return undefined;
      }
    },
    processorMs() {
      try {
        // Fields 14 and 15 of proc(5), counted after the name in parentheses.
        const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
        return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
      } catch {
        return undefined;
      }
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let written = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      written += chunk.toString();
      const [address] = /https?:\/\/\S+/.exec(written) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`voice-otel view ended with ${code}`)));
  });
}
