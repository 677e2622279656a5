import { fileURLToPath } from 'node:url';
import { check } from '../../scripts/semconv/generate.js';
import { readSources, type Sources } from '../../scripts/semconv/load.js';

export const SEMCONV = fileURLToPath(new URL('../../semconv', import.meta.url));

/** The committed model. */
export const COMMITTED: Sources = readSources(SEMCONV);

export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** The committed model with the first occurrence of `from` replaced, which must be there. */
export function edited({ file, from, to }: Edit): Sources {
  const content = COMMITTED.get(file);
  if (content?.includes(from) !== true) throw new Error(`${file} has no '${from}' to replace`);
  return new Map([...COMMITTED, [file, content.replace(from, () => to)]]);
}

/** The ids of what is wrong with the edited model, each once. */
export function problemIds(edit: Edit): readonly string[] {
  return [...new Set(check(edited(edit)).problems.map((problem) => problem.id))].sort();
}
