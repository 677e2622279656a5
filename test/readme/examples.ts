import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { blocksOf, GUIDES, nameOf, ROOT, where } from './documents.js';

/** A program in a document: one `ts` block, or several of the same name, one after the other. */
export interface Example {
  /** `README/loop`. */
  readonly name: string;
  /** Where it begins. */
  readonly where: string;
  readonly code: string;
  /** A file of `hosts/` that imports the program and stands for the rest of the reader's application. */
  readonly host: string | undefined;
}

/** Modules that programs of the documents import as the reader's own, by their path; they stand in `hosts/`. */
const READERS_MODULES = ['models', 'client'];

/** Where a test file writes the programs to, with a slash at its end. Test files run side by side: each has its own. */
export function folderFor(purpose: 'compile' | 'run'): string {
  return `${ROOT}.cache/readme-${purpose}/`;
}

/**
 * Every `ts` block of the guides, by `<!-- example: NAME -->` above it; `, host: FILE` may follow the name.
 *
 * @throws Error for a block without such a marker
 */
export function findExamples(): Example[] {
  const examples = new Map<string, Example>();
  for (const block of GUIDES.flatMap(blocksOf)) {
    if (block.language !== 'ts') continue;
    const [, short, host] = /^([a-z-]+)(?:, host: ([a-z-]+\.ts))?$/.exec(block.marker?.value ?? '') ?? [];
    if (block.marker?.name !== 'example' || short === undefined) {
      throw new Error(`${where(block)}: a ts block needs <!-- example: NAME --> on the line above`);
    }
    const name = `${nameOf(block.document)}/${short}`;
    const before = examples.get(name);
    examples.set(
      name,
      before === undefined
        ? { name, where: where(block), code: block.code, host }
        : { ...before, code: `${before.code}\n${block.code}` },
    );
  }
  return [...examples.values()];
}

/** The file that an example is written to. */
export function fileOf({ name }: Example, folder: string): string {
  return `${folder}${name}.ts`;
}

/** Writes the examples as files that the compiler and tsx take. */
export function writeExamples(examples: readonly Example[], folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  for (const example of examples) {
    const file = fileOf(example, folder);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, example.code);
    for (const module of READERS_MODULES) {
      const original = `../../../test/readme/hosts/${module}.js`;
      writeFileSync(join(dirname(file), `${module}.ts`), `export * from '${original}';\n`);
    }
  }
  writeFileSync(
    `${folder}tsconfig.json`,
    JSON.stringify({ extends: '../../tsconfig.json', include: ['**/*.ts'], exclude: [] }),
  );
}
