import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BLANKS } from './blanks.js';
import type { Truth } from './truth.js';
import { expectedTurns } from './turns.js';

// Writes test/fixtures/pipecat/<scenario>/expected.json, worked out from truth.json; --check only compares.
const root = fileURLToPath(new URL('../../test/fixtures/pipecat/', import.meta.url));
const check = process.argv.includes('--check');
const stale: string[] = [];
for (const { name: scenario } of readdirSync(root, { withFileTypes: true }).filter((one) =>
  one.isDirectory(),
)) {
  const truth = JSON.parse(readFileSync(`${root}${scenario}/truth.json`, 'utf8')) as Truth;
  const { spans = [], frames = [], rtvi = [] } = BLANKS[scenario] ?? {};
  const expected = Object.fromEntries(
    Object.entries(truth.conversations).map(([key, conversation]) => [
      key,
      { turns: expectedTurns(conversation), blanks: { spans, frames, rtvi } },
    ]),
  );
  const text = `${JSON.stringify(expected, undefined, 2)}\n`;
  const file = `${root}${scenario}/expected.json`;
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) stale.push(scenario);
}
if (stale.length > 0) {
  console.error(`expected.json is not what truth.json says: ${stale.join(', ')}`);
  process.exitCode = 1;
}
