import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Decoder, Problem, Report } from './decode.js';
import { definitionFile, manifestFile, type Registry, upstreamFile } from './model.js';

/** The text of every source file by its path below `semconv/`. */
export type Sources = ReadonlyMap<string, string>;

const MANIFEST = 'model/manifest.yaml';
const UPSTREAM = 'upstream.yaml';

/** Reads `semconv/upstream.yaml` and everything under `semconv/model/`. */
export function readSources(semconvFolder: string): Sources {
  const paths = readdirSync(join(semconvFolder, 'model'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => `model/${path.replaceAll('\\', '/')}`)
    .sort();
  return new Map([UPSTREAM, ...paths].map((path) => [path, readFileSync(join(semconvFolder, path), 'utf8')]));
}

/** Parses the sources; `registry` is `undefined` when their shape is wrong. */
export function load(sources: Sources): { registry: Registry | undefined; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const report: Report = (id, where, message) => problems.push({ id, where, message });

  const read = <T>(path: string, decode: Decoder<T>): T | undefined => {
    const content = sources.get(path);
    if (content === undefined) {
      report('missing_file', path, 'the file is missing');
      return undefined;
    }
    try {
      return decode(parse(content), path, report);
    } catch (error) {
      report('invalid_yaml', path, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };

  const manifest = read(MANIFEST, manifestFile);
  const upstream = read(UPSTREAM, upstreamFile);
  const files = [...sources.keys()]
    .filter((path) => path.startsWith('model/') && path !== MANIFEST)
    .flatMap((path) => {
      const file = read(path, definitionFile);
      return file === undefined ? [] : [file];
    });
  if (manifest === undefined || upstream === undefined || problems.length > 0) {
    return { registry: undefined, problems };
  }
  const registry: Registry = {
    manifest,
    upstream,
    attributes: files.flatMap((file) => file.attributes ?? []),
    groups: files.flatMap((file) => file.attribute_groups ?? []),
    spans: files.flatMap((file) => file.spans ?? []),
    events: files.flatMap((file) => file.events ?? []),
    metrics: files.flatMap((file) => file.metrics ?? []),
  };
  return { registry, problems };
}
