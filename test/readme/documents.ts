import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A fenced code block of a document. */
export interface Block {
  /** Path from the root of the repository. */
  readonly document: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** What stands behind the opening fence: `ts`, `sh`, `text`, … */
  readonly language: string;
  readonly code: string;
  /** The HTML comment on the line above, `<!-- name: value -->` or `<!-- name -->`, which readers do not see. */
  readonly marker: Marker | undefined;
}

export interface Marker {
  readonly name: string;
  readonly value: string;
}

/** The documents whose every code block is tried. */
export const GUIDES: readonly string[] = [
  'README.md',
  ...readdirSync(`${ROOT}docs`)
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => `docs/${file}`),
];

/** The guides, and the papers for those who work on the package. */
export const DOCUMENTS: readonly string[] = [
  ...GUIDES,
  ...['CONTRIBUTING.md', 'CHANGELOG.md'].filter((file) => existsSync(`${ROOT}${file}`)),
];

export function readDocument(document: string): string {
  return readFileSync(`${ROOT}${document}`, 'utf8');
}

/** @throws Error for a fence that is never closed */
export function blocksOf(document: string): Block[] {
  const lines = readDocument(document).split('\n');
  const blocks: Block[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const language = /^```(\S*)/.exec(lines[index] ?? '')?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf('```', index + 1);
    if (end < 0) throw new Error(`${document}:${index + 1}: the code block is never closed`);
    const code = `${lines.slice(index + 1, end).join('\n')}\n`;
    blocks.push({ document, line: index + 1, language, code, marker: markerOf(lines[index - 1] ?? '') });
    index = end;
  }
  return blocks;
}

/** The text of a document without its code blocks. */
export function proseOf(document: string): string {
  return readDocument(document).replace(/^```.*?^```$/gms, '');
}

/** The short name of a document: `README`, `masking`. */
export function nameOf(document: string): string {
  return basename(document, '.md');
}

export function where({ document, line }: Block): string {
  return `${document}:${line}`;
}

function markerOf(line: string): Marker | undefined {
  const [, name, value] = /^<!-- ([a-z ]+?)(?:: (.+))? -->$/.exec(line) ?? [];
  return name === undefined ? undefined : { name, value: value ?? '' };
}
