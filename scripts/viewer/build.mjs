// Builds the viewer's page: one script, one style sheet, one document.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { transform } from 'esbuild';
import { rolldown } from 'rolldown';

const require = createRequire(import.meta.url);
const page = join(dirname(fileURLToPath(import.meta.url)), '../../src/viewer/page');
const uplot = join(dirname(require.resolve('uplot')), 'uPlot.min.css');
// The tokens first, what a library brings before what overrides it.
const first = [join(page, 'theme.css'), uplot, join(page, 'page.css')];

/**
 * Writes `page.js`, `page.css` and `index.html` into a folder.
 * Returns the ids of the modules that were bundled and the sizes in bytes, raw and compressed by gzip.
 */
export async function buildViewer(outDir) {
  mkdirSync(outDir, { recursive: true });
  const { code, modules } = await bundle();
  const sheet = [...first, ...sheetsOfRooms()].map((file) => readFileSync(file, 'utf8')).join('\n');
  const { code: css } = await transform(sheet, { loader: 'css', minify: true, target: 'es2022' });
  writeFileSync(join(outDir, 'page.js'), code);
  writeFileSync(join(outDir, 'page.css'), css);
  writeFileSync(join(outDir, 'index.html'), readFileSync(join(page, 'index.html')));
  return { modules: [...modules, uplot], sizes: { 'page.js': size(code), 'page.css': size(css) } };
}

/** Those in the folders below the page's own. */
function sheetsOfRooms() {
  return readdirSync(page, { recursive: true })
    .filter((file) => file.endsWith('.css') && dirname(file) !== '.')
    .sort()
    .map((file) => join(page, file));
}

async function bundle() {
  const build = await rolldown({
    input: join(page, 'main.tsx'),
    platform: 'browser',
    plugins: [englishNumbers],
    transform: {
      target: 'es2022',
      define: { 'process.env.NODE_ENV': '"production"' },
    },
  });
  const { output } = await build.generate({ format: 'iife', minify: true, codeSplitting: false });
  await build.close();
  const [chunk] = output;
  // In strings. An exported page carries the script inline, where these would end it or hide it.
  const code = chunk.code.replaceAll(/<(?=\/script|!--)/gi, '\\x3C');
  return { code, modules: chunk.moduleIds };
}

/**
 * uPlot makes a number format for the browser's language while it is loaded. Where that is no language tag (Chromium
 * under a POSIX locale says `en-US@posix`) it throws, and there is no page. The page is in English anyway.
 */
const englishNumbers = {
  name: 'english-numbers',
  transform: {
    filter: { id: /uplot/i },
    handler(code) {
      const found = code.split('nav.language');
      if (found.length === 1) throw new Error('uPlot no longer asks for nav.language: drop this step');
      return { code: found.join("'en'"), map: null };
    },
  },
};

function size(text) {
  return { bytes: Buffer.byteLength(text), gzip: gzipSync(text, { level: 9 }).length };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { sizes } = await buildViewer(process.argv[2] ?? 'dist/viewer');
  for (const [file, { bytes, gzip }] of Object.entries(sizes)) {
    process.stdout.write(`${file}: ${bytes} bytes, ${gzip} compressed by gzip\n`);
  }
}
