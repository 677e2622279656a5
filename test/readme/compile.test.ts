import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { ROOT } from './documents.js';
import { findExamples, folderFor, writeExamples } from './examples.js';
import { run } from './programs.js';

const TSC = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc');

describe('the programs of README and docs', () => {
  it('compile, as strictly as the package itself', async () => {
    const examples = findExamples();
    expect(examples.length).toBeGreaterThan(15);
    const folder = folderFor('compile');
    writeExamples(examples, folder);
    const { stdout, stderr } = await run(process.execPath, [TSC, '-p', folder, '--pretty', 'false'], ROOT);
    expect(stdout + stderr).toBe('');
  }, 60_000);
});
