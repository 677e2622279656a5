import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageFile, runsFromSource } from './package-files.js';

/** The files of the page. */
export interface Assets {
  readonly html: string;
  readonly script: string;
  readonly style: string;
}

let building: Promise<Assets> | undefined;

/** Reads the page's files from the package; a checkout builds them first. Rejects where they are not there. */
export function loadAssets(): Promise<Assets> {
  if (!runsFromSource()) return read(packageFile('dist/viewer'));
  building ??= build();
  return building;
}

async function read(folder: string): Promise<Assets> {
  const text = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const [html, script, style] = await Promise.all([text('index.html'), text('page.js'), text('page.css')]);
  return { html, script, style };
}

async function build(): Promise<Assets> {
  const script = packageFile('scripts/viewer/build.mjs');
  if (!existsSync(script)) throw new Error('the page of the viewer is not built: run npm run build');
  const folder = packageFile(`node_modules/.cache/voice-otel-viewer/${process.pid}`);
  const { buildViewer }: { buildViewer(outDir: string): Promise<unknown> } = await import(
    pathToFileURL(script).href
  );
  await buildViewer(folder);
  const assets = await read(folder);
  await rm(folder, { recursive: true, force: true });
  return assets;
}
