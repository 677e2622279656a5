import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

/** Formats TypeScript with the formatter that checks the tree, so that generated files pass it. */
export function formatTypeScript(source: string, path: string): string {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
  const run = spawnSync(process.execPath, [biome, 'format', `--stdin-file-path=${path}`], {
    input: source,
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`biome could not format ${path}: ${run.stderr}`);
  return run.stdout;
}
