/**
 * The exit matrix: what of a finished conversation, all of it still queued, is at the back end after the program has
 * ended, by how it ended and where it sends. Real processes, real servers on the loopback interface.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type AshrMock, startAshrMock } from '../../src/testing/ashr-mock/mock.js';
import { Receiver, spansOfLines } from '../support/otlp-receiver.js';
import type { Ended, Programs, RunOptions } from './processes.js';

export type Destination = 'otlp' | 'ashr' | 'spool';
export type Way = 'end' | 'exit' | 'exception' | 'SIGTERM' | 'SIGINT' | 'SIGKILL';

export const WAYS: readonly Way[] = ['end', 'exit', 'exception', 'SIGTERM', 'SIGINT', 'SIGKILL'];

/** The names of the spans, or rows of Ashr's, that a conversation of the program has. */
export const CONVERSATION: Readonly<Record<Destination, readonly string[]>> = {
  otlp: ['voice.agent_turn', 'voice.session', 'voice.user_turn'],
  ashr: ['agent', 'completed user_left', 'user'],
  spool: ['voice.agent_turn', 'voice.session', 'voice.user_turn'],
};

export interface Outcome {
  readonly ended: Pick<Ended, 'code' | 'signal'>;
  readonly stderr: string;
  /** At the back end when the process had ended. */
  readonly arrived: readonly string[];
  /** In the spool when the process had ended. */
  readonly spooled: readonly string[];
  /** At the back end after the next start. */
  readonly afterNextStart: readonly string[];
  /** Everything that reached the back end or the disk. */
  readonly text: string;
}

/** What has to hold in every cell. */
export function expectCell(destination: Destination, way: Way, outcome: Outcome): void {
  const all = CONVERSATION[destination];
  const place = expectedPlace(destination, way);
  expect(outcome.ended).toEqual(expectedEnd(way));
  expect({ arrived: outcome.arrived, spooled: outcome.spooled }).toEqual({
    arrived: place === 'back end' ? all : [],
    spooled: place === 'spool' ? all : [],
  });
  if (place !== 'nowhere') expect(outcome.afterNextStart).toEqual(all);
  expect(outcome.text).not.toContain('ana@example.com');
  if (way === 'exception') expect(outcome.stderr).toMatch(/Error: a bug of the program\n/);
  else expect(outcome.stderr).toBe('');
}

export async function end(
  programs: Programs,
  destination: Destination,
  way: Way,
  options: RunOptions = {},
): Promise<Outcome> {
  const backEnd = destination === 'ashr' ? await AshrBackEnd.start() : await OtlpBackEnd.start();
  const spool = programs.path(`spool-${Math.random().toString(16).slice(2)}`);
  const run = { ...options, environment: { BACK_END: backEnd.url, SPOOL: spool } };
  try {
    const signal = way.startsWith('SIG') ? (way as NodeJS.Signals) : undefined;
    const running = programs.start('ending', [destination, signal === undefined ? way : 'signal'], run);
    if (signal !== undefined) {
      await running.printed('ready');
      running.kill(signal);
    }
    const { code, signal: by, stderr } = await running.ended;
    const arrived = backEnd.names;
    const spooledText = textIn(spool);
    const spooled = spansOfLines(spooledText)
      .map(({ name }) => name)
      .sort();
    if (destination === 'spool') await programs.run('ending', [destination, 'replay'], run);
    return {
      ended: { code, signal: by },
      stderr,
      arrived,
      spooled,
      afterNextStart: backEnd.names,
      text: backEnd.text + spooledText,
    };
  } finally {
    await backEnd.close();
  }
}

/** How the operating system sees the end. */
export function expectedEnd(way: Way): Outcome['ended'] {
  switch (way) {
    case 'end':
      return { code: 5, signal: null };
    case 'exit':
      return { code: 7, signal: null };
    case 'exception':
      return { code: 1, signal: null };
    default:
      return { code: null, signal: way };
  }
}

/** Where the conversation is to be when the process has ended. */
export function expectedPlace(destination: Destination, way: Way): 'back end' | 'spool' | 'nowhere' {
  if (way === 'SIGKILL') return destination === 'spool' ? 'spool' : 'nowhere';
  // The exporter of the spool's column is the official one, which has no time left in these.
  if (destination === 'spool' && (way === 'exit' || way === 'exception')) return 'spool';
  return 'back end';
}

/** All text in files below a folder. */
export function textIn(folder: string): string {
  return filesIn(folder)
    .map((path) => readFileSync(path, 'utf8'))
    .join('');
}

export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

interface BackEnd {
  readonly url: string;
  readonly names: readonly string[];
  readonly text: string;
  close(): Promise<void>;
}

class OtlpBackEnd implements BackEnd {
  readonly #receiver = new Receiver();

  static async start(): Promise<OtlpBackEnd> {
    const backEnd = new OtlpBackEnd();
    await backEnd.#receiver.start();
    return backEnd;
  }

  get url(): string {
    return `${this.#receiver.url}/v1/traces`;
  }

  get names(): readonly string[] {
    return this.#receiver.spans.map(({ name }) => name).sort();
  }

  get text(): string {
    return JSON.stringify(this.#receiver.spans);
  }

  close(): Promise<void> {
    return this.#receiver.close();
  }
}

class AshrBackEnd implements BackEnd {
  readonly #mock: AshrMock;

  constructor(mock: AshrMock) {
    this.#mock = mock;
  }

  static async start(): Promise<AshrBackEnd> {
    return new AshrBackEnd(await startAshrMock({ apiKey: 'vo_test' }));
  }

  get url(): string {
    return this.#mock.url;
  }

  /** Turns by their speaker, and sessions that were closed by how. */
  get names(): readonly string[] {
    const { turns, sessions } = this.#mock.store;
    return [
      ...[...turns.values()].map(({ speaker }) => String(speaker)),
      ...[...sessions.values()].flatMap(({ patch }) =>
        patch === undefined ? [] : [`${String(patch.status)} ${String(patch.end_reason)}`],
      ),
    ].sort();
  }

  get text(): string {
    return JSON.stringify(this.#mock.requests.map(({ body }) => body));
  }

  close(): Promise<void> {
    return this.#mock.close();
  }
}
