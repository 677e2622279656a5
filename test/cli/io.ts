import { runCommand } from '../../src/cli/command.js';

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in this process, with its output gathered. */
export async function run(
  argv: readonly string[],
  options: {
    readonly env?: Record<string, string>;
    readonly isTTY?: boolean;
    readonly columns?: number;
    readonly stdin?: readonly (string | Uint8Array)[];
  } = {},
): Promise<Run> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommand(argv, {
    stdout: { write: (text) => out.push(text), isTTY: options.isTTY, columns: options.columns },
    stderr: { write: (text) => err.push(text) },
    stdin: chunks(options.stdin ?? []),
    env: options.env ?? {},
  });
  return { code, out: out.join(''), err: err.join('') };
}

async function* chunks(parts: readonly (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* parts;
}
