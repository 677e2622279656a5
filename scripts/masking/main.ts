/**
 * Writes the labelled corpus of the masking tests and bench: `npx tsx scripts/masking/main.ts`. The corpus is the
 * same on every run; a test compares the committed file with what this makes.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makeCorpus } from './corpus.js';

const target = fileURLToPath(new URL('../../test/fixtures/masking/corpus.jsonl', import.meta.url));
const utterances = makeCorpus();
writeFileSync(target, `${utterances.map((utterance) => JSON.stringify(utterance)).join('\n')}\n`);
console.log(`${utterances.length} utterances written`);
