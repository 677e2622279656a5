import { readFileSync, writeFileSync } from 'node:fs';
import { renderTables } from './render.js';
import { dataPath } from './tables.js';

// Writes src/cost/data/generated.ts; with --check it only compares.
const path = dataPath('generated.ts');
const output = renderTables();
if (!process.argv.includes('--check')) {
  writeFileSync(path, output);
} else if (readFileSync(path, 'utf8') !== output) {
  console.error('src/cost/data/generated.ts is not what the tables give: run scripts/prices/generate.ts');
  process.exitCode = 1;
}
