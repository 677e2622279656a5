import type { Report } from './decode.js';
import type { Registry } from './model.js';

/** `http[s]://host/path/<version>`; a development family and its versions end in `-dev` (OTEP 4815). */
const SCHEMA_URL = /^https?:\/\/[^/\s]+\/(?:[^/\s]+\/)*([^/\s]+)\/(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/;

/** The schema URL is well formed, and the pinned upstream is the same in both files that name it. */
export function checkManifest(registry: Registry, report: Report): void {
  const { manifest, upstream } = registry;
  const where = 'model/manifest.yaml';
  const [, family, version] = SCHEMA_URL.exec(manifest.schema_url) ?? [];
  if (family === undefined || version === undefined) {
    report('voice_schema_url', where, `'${manifest.schema_url}' is not http[s]://host/path/<version>`);
  } else if (manifest.stability === 'development' && !(family.endsWith('-dev') && version.endsWith('-dev'))) {
    report('voice_schema_url', where, 'the family and the version of a development schema end in -dev');
  }
  for (const [source, pin] of [
    [upstream.sources.genai, upstream.sources.genai.commit],
    [upstream.sources.core, upstream.sources.core.tag],
  ] as const) {
    const dependency = manifest.dependencies?.find((one) => one.schema_url === source.schema_url);
    const path = `${source.repository}.git@${pin}[`;
    if (dependency?.registry_path.includes(path) !== true) {
      report(
        'voice_upstream_pin',
        where,
        `no dependency has ${source.schema_url} at ${path}…, as upstream.yaml says`,
      );
    }
  }
}
