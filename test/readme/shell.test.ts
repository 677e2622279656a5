import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { type Block, blocksOf, DOCUMENTS, GUIDES, ROOT, readDocument, where } from './documents.js';
import { runProgram } from './programs.js';

const blocks = GUIDES.flatMap(blocksOf).filter(({ language }) => language === 'sh');
const installLines = blocks.flatMap(linesOf).filter(({ line }) => line.startsWith('npm install '));
const commands = blocks.filter(({ marker }) => marker?.name === 'run').flatMap(linesOf);

interface CommandLine {
  readonly where: string;
  readonly line: string;
}

function linesOf(block: Block): CommandLine[] {
  const lines = block.code.split('\n').filter((line) => line !== '');
  return lines.map((line) => ({ where: where(block), line }));
}

describe('the commands of README and docs', () => {
  it('are run here, are install lines, or say why they are not run', () => {
    for (const block of blocks) {
      const { marker } = block;
      const known =
        marker?.name === 'run' ||
        (marker?.name === 'not run' && marker.value !== '') ||
        linesOf(block).every(({ line }) => line.startsWith('npm install '));
      expect(known, where(block)).toBe(true);
    }
    expect(commands.length).toBeGreaterThan(0);
  });

  it('name scripts that exist', () => {
    const named = DOCUMENTS.flatMap((document) => [...readDocument(document).matchAll(/npm run ([\w:]+)/g)]);
    expect(named.length).toBeGreaterThan(0);
    for (const [command, script] of named) expect(Object.keys(manifest.scripts), command).toContain(script);
  });
});

describe('the install lines', () => {
  it('are there for SDK 2.x, SDK 3.x and LiveKit', () => {
    const packages = installLines.map(({ line }) => line.split(' ').slice(2));
    expect(packages.filter((names) => names.includes('@opentelemetry/sdk-node@0.223'))).toHaveLength(1);
    expect(packages.filter((names) => names.includes('@opentelemetry/sdk-node@0.301'))).toHaveLength(1);
    expect(packages.filter((names) => names.includes('@livekit/agents@1.9'))).toHaveLength(1);
  });

  it.each(installLines)('$line', ({ line }) => {
    const [, , ...packages] = line.split(' ');
    expect(packages[0]).toBe('voice-otel');
    for (const name of packages.slice(1)) expect(name).toMatch(/^@[a-z-]+\/[a-z-]+@\d+(\.\d+)*$/);
    const api = packages.filter((name) => name.startsWith('@opentelemetry/api'));
    // Alone it would be the newest, which SDK 2.x refuses; and the line must bring what needs it.
    expect(api).toEqual([expect.stringMatching(/@1\.(9|10)$/)]);
    expect(packages.some((name) => /sdk-|livekit/.test(name))).toBe(true);
  });
});

describe('the `voice-otel` command as it is shown', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'voice-otel-readme-'));
    for (const { marker } of blocks) {
      const [, fixture, path] = /^with (\S+) as (\S+)$/.exec(marker?.value ?? '') ?? [];
      if (fixture === undefined || path === undefined) continue;
      cpSync(`${ROOT}test/fixtures/readme/${fixture}`, join(folder, path), { recursive: true });
    }
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(commands)('$line', async ({ line }) => {
    const [npx, name, ...args] = line.split(' ');
    expect(`${npx} ${name}`).toBe('npx voice-otel');
    const outcome = await runProgram(`${ROOT}src/cli/main.ts`, { args, folder });
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    expect(outcome.stdout).not.toBe('');
  });
});
