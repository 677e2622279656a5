import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Catalog } from '../../../src/viewer/server/catalog.js';
import { openFile } from '../../../src/viewer/server/intake/open-file.js';
import { SpanIntake } from '../../../src/viewer/server/intake/span-intake.js';
import { linesOf } from '../../../src/viewer/server/scan/lines.js';
import { MemoryShelf } from '../../../src/viewer/server/shelf/memory-shelf.js';
import { DEMO_FILE, DEMO_ID, DEMO_LINES, temporaryFolder } from './support.js';

const files: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const file of files.splice(0)) await file.close();
});

async function linesIn(
  content: string,
  start: number,
  end: number,
): Promise<(readonly [number, string | undefined])[]> {
  const path = join(temporaryFolder(), 'lines');
  writeFileSync(path, content);
  const file = await open(path, 'r');
  files.push(file);
  const found: (readonly [number, string | undefined])[] = [];
  for await (const { offset, length, text } of linesOf(file, start, end)) {
    expect(Buffer.byteLength(text ?? '')).toBe(length);
    found.push([offset, text]);
  }
  return found;
}

describe('lines of ranges', () => {
  it.each(['one\ntwo ä\n\nfour\u2028\n', 'no end', '\n\n', 'a\nb', ''])(
    'are each in one range: %j',
    async (content) => {
      const bytes = Buffer.from(content);
      const whole = await linesIn(content, 0, bytes.length);
      const expected = content.split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(whole.map(([, text]) => text)).toEqual(expected);
      for (const [offset, text = ''] of whole) {
        expect(bytes.subarray(offset, offset + Buffer.byteLength(text)).toString()).toBe(text);
      }
      for (let split = 0; split <= bytes.length; split += 1) {
        const parts = [
          ...(await linesIn(content, 0, split)),
          ...(await linesIn(content, split, bytes.length)),
        ];
        expect([split, parts]).toEqual([split, whole]);
      }
    },
  );
});

async function catalogOf(paths: readonly string[], maxFacts?: number): Promise<Catalog> {
  const catalog = new Catalog(() => {}, maxFacts);
  const rest = new SpanIntake(catalog, new MemoryShelf(2 ** 20));
  for (const path of paths) {
    const { close } = await openFile(path, catalog, rest);
    files.push({ close });
  }
  return catalog;
}

describe('a call in several files', () => {
  it('is one call, in whatever order they come, and with nothing held in memory', async () => {
    const folder = temporaryFolder();
    const paths = DEMO_LINES.map((line, index) => {
      const path = join(folder, `${index}.jsonl`);
      writeFileSync(path, line);
      return path;
    });
    const whole = await (await catalogOf([DEMO_FILE])).rows();
    for (const order of [paths, [...paths].reverse()]) {
      for (const maxFacts of [undefined, 0]) {
        const catalog = await catalogOf(order, maxFacts);
        expect(await catalog.rows()).toEqual(whole);
        // Rows that were made once are made again when more comes.
        expect(await catalog.rows()).toEqual(whole);
        expect((await catalog.call(DEMO_ID))?.report.turns).toHaveLength(9);
      }
    }
  });

  it('has the spans that lost their session id', async () => {
    const folder = temporaryFolder();
    const [first = '', ...others] = DEMO_LINES;
    const lost = JSON.parse(first);
    for (const { scopeSpans } of lost.resourceSpans) {
      for (const { spans } of scopeSpans) {
        for (const span of spans) {
          span.attributes = span.attributes.filter(({ key }: { key: string }) => key !== 'voice.session.id');
        }
      }
    }
    writeFileSync(join(folder, 'lost.jsonl'), JSON.stringify(lost));
    writeFileSync(join(folder, 'rest.jsonl'), others.join('\n'));
    const paths = [join(folder, 'lost.jsonl'), join(folder, 'rest.jsonl')];
    for (const order of [paths, [...paths].reverse()]) {
      for (const maxFacts of [undefined, 0]) {
        const catalog = await catalogOf(order, maxFacts);
        const rows = await catalog.rows();
        expect(rows.map(({ sessionId, turns }) => [sessionId, turns])).toEqual([[DEMO_ID, 9]]);
        expect((await catalog.call(DEMO_ID))?.report.turns).toHaveLength(9);
      }
    }
  });
});
