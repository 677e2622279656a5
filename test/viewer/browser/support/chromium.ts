import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const CACHE = join(ROOT, 'node_modules', '.cache', 'voice-otel-chromium');

/** Chromium of Debian and its kin; `VOICE_OTEL_CHROMIUM` names another. */
const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** Running as root, as containers do, Chromium has no sandbox of its own. It sees nothing but pages of ours. */
const ARGS = ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'];

/** A Chromium to start, with what it needs in its environment. */
interface Candidate {
  readonly executablePath: string;
  readonly env: Record<string, string>;
}

export type Launched = { readonly browser: Browser } | { readonly reason: string };

/**
 * A real Chromium: the one named by `VOICE_OTEL_CHROMIUM`, else an installed one, else the one that
 * `@sparticuz/chromium` ships, unpacked once into `node_modules/.cache`. The reason where none of them starts.
 */
export async function launchChromium(): Promise<Launched> {
  const failures: string[] = [];
  const named = process.env.VOICE_OTEL_CHROMIUM !== undefined;
  for (const find of named ? [installed] : [installed, bundled]) {
    try {
      for (const candidate of await find()) {
        try {
          return { browser: await chromium.launch({ ...candidate, args: ARGS }) };
        } catch (error) {
          failures.push(`${candidate.executablePath}: ${firstLines(error)}`);
        }
      }
    } catch (error) {
      failures.push(firstLines(error));
    }
  }
  return { reason: `no Chromium starts here: ${failures.join('; ')}` };
}

async function installed(): Promise<Candidate[]> {
  const named = process.env.VOICE_OTEL_CHROMIUM;
  const paths = named === undefined ? INSTALLED.filter((path) => existsSync(path)) : [named];
  return paths.map((executablePath) => ({ executablePath, env: environment() }));
}

/** First with the machine's own libraries; then with those in the package, for machines without NSS. */
async function bundled(): Promise<Candidate[]> {
  const folder = await unpacked();
  const executablePath = join(folder, 'chromium');
  const fonts = existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') };
  return [
    { executablePath, env: { ...environment(), ...fonts } },
    {
      executablePath,
      env: { ...environment(), ...fonts, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') },
    },
  ];
}

/**
 * The package unpacks itself into the folder of temporary files, at once in every process that asks. Here it is
 * done in a folder of its own, which takes its final name when it is whole.
 */
async function unpacked(): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const folder = join(CACHE, versionAbove(manifest));
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const unfinished = mkdtempSync(join(CACHE, 'unpacking-'));
  const script = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())";
  // Where it believes to run on Amazon Linux it unpacks the libraries too.
  const env = { ...environment(), TMPDIR: unfinished, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };
  await promisify(execFile)(process.execPath, ['-e', script], { cwd: ROOT, env });
  // Its own names a folder that only exists where the package unpacks itself by default.
  writeFileSync(join(unfinished, 'fonts', 'fonts.conf'), fontsIn(join(folder, 'fonts')));
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function fontsIn(folder: string): string {
  return `<?xml version="1.0"?><fontconfig><dir>${folder}</dir><cachedir>${folder}/cache</cachedir></fontconfig>\n`;
}

function versionAbove(file: string): string {
  const [, folder] = /^(.*[/\\]@sparticuz[/\\]chromium)[/\\]/.exec(file) ?? [];
  if (folder === undefined) throw new Error(`@sparticuz/chromium lies at an unusual place: ${file}`);
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest && manifest.version;
  return String(version);
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function firstLines(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text.split('\n').filter((line) => /error|cannot|not found|no such/i.test(line));
  return (lines.length === 0 ? text.split('\n') : lines).slice(0, 2).join(' ').slice(0, 300);
}
