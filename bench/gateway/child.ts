import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

export interface Usage {
  readonly cpuMs: number;
  readonly rss: number;
}

/** A process of the bench and how to ask it. */
export interface Child {
  readonly url: string;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

export async function startChild(file: string, args: readonly string[] = []): Promise<Child> {
  const child = fork(join(import.meta.dirname, file), [...args], { execArgv: ['--import', 'tsx'] });
  const { url } = await answer<{ url: string }>(child);
  return {
    url,
    usage: () => {
      const usage = answer<Usage>(child);
      child.send('usage');
      return usage;
    },
    stop: () =>
      new Promise((resolve) => {
        child.on('close', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onClose = (code: number | null): void =>
      reject(new Error(`a process of the bench ended with ${code}`));
    child.once('close', onClose);
    child.once('message', (message) => {
      child.off('close', onClose);
      resolve(message as T);
    });
  });
}
