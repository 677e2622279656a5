import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let root: string | undefined;

/** The path of a file of this package, which need not exist. */
export function packageFile(path: string): string {
  root ??= packageRoot(dirname(fileURLToPath(import.meta.url)));
  return join(root, path);
}

/** Whether this code runs as TypeScript, from a checkout. */
export function runsFromSource(): boolean {
  return import.meta.url.endsWith('.ts');
}

function packageRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('the package of voice-otel has no package.json');
  return packageRoot(parent);
}
