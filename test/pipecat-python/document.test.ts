import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

describe('docs/pipecat-python.md', () => {
  it('shows the file that the end-to-end test runs', () => {
    const document = readFileSync(join(ROOT, 'docs/pipecat-python.md'), 'utf8');
    const shown = [...document.matchAll(/^```python\n(.*?)^```$/gms)].map(([, code]) => code);
    const file = readFileSync(join(ROOT, 'examples/pipecat-python/voice_otel_setup.py'), 'utf8');
    expect(shown).toEqual([file]);
  });
});
