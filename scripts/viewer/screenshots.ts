/**
 * Makes docs/images/viewer-list.png and viewer-call.png from real calls: the demo call, made now and recorded, and
 * the recorded conversations of Pipecat in test/fixtures/pipecat. `npm run build` first; takes a minute.
 * `npx tsx scripts/viewer/screenshots.ts`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../test/viewer/browser/support/chromium.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const IMAGES = join(ROOT, 'docs', 'images');
const RECORDINGS = join(ROOT, 'test', 'fixtures', 'pipecat');
/** A call whose end never came looks as if it still ran. */
const KILLED = 'process-killed';
/** Both images together, in bytes. */
const MAX_BYTES = 300_000;

const launched = await launchChromium();
if ('reason' in launched) {
  console.error(launched.reason);
  process.exit(3);
}
const folder = mkdtempSync(join(tmpdir(), 'voice-otel-screenshots-'));
const demo = startDemo();
try {
  const url = await said(demo, /See the call: (\S+)/);
  for (const body of recordedBodies()) await send(url, body);
  await said(demo, /with its recording, until Ctrl-C()/);
  const page = await launched.browser.newPage({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  await page.goto(url);
  await page.locator('tr[data-call]').nth(10).waitFor();
  // A call of Pipecat is complete once the normaliser has stopped waiting for more of it.
  await page.locator('.badge-live').last().waitFor({ state: 'detached', timeout: 60_000 });
  await shoot(page, 'viewer-list.png');
  await page.setViewportSize({ width: 1280, height: 1090 });
  await page.locator('tr[data-call]', { hasText: 'support-agent' }).getByRole('link').click();
  await slowestAnswer(page);
  await shoot(page, 'viewer-call.png');
} finally {
  demo.kill('SIGINT');
  await once(demo, 'exit');
  await launched.browser.close();
  rmSync(folder, { recursive: true, force: true });
}

const bytes = readdirSync(IMAGES)
  .filter((name) => name.startsWith('viewer-'))
  .reduce((sum, name) => sum + statSync(join(IMAGES, name)).size, 0);
console.log(`docs/images: ${Math.round(bytes / 1000)} kB`);
if (bytes > MAX_BYTES) {
  console.error(`more than ${MAX_BYTES / 1000} kB`);
  process.exitCode = 1;
}

function startDemo(): ChildProcess {
  const args = ['--import', 'tsx', join(ROOT, 'examples', 'livekit-agent', 'demo.ts'), '--view'];
  const env = { ...process.env, CI: '1', VOICE_OTEL_FILE: join(folder, 'demo.otlp.jsonl') };
  return spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** What the first group of a pattern holds, once the program has printed it. */
function said(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let written = '';
    const listen = (chunk: Buffer): void => {
      written += chunk.toString();
      const found = pattern.exec(written)?.[1];
      if (found === undefined) return;
      child.stdout?.off('data', listen);
      resolve(found);
    };
    child.stdout?.on('data', listen);
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}: ${written}`)));
  });
}

function recordedBodies(): string[] {
  return readdirSync(RECORDINGS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== KILLED)
    .flatMap(({ name }) => {
      const bodies = join(RECORDINGS, name, 'otlp');
      return readdirSync(bodies)
        .filter((file) => /^\d+\.json$/.test(file))
        .sort()
        .map((file) => readFileSync(join(bodies, file), 'utf8'));
    });
}

async function send(url: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(new URL('/v1/traces', url), { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
}

/** Selects it, and waits for axis, waveform and panel. */
async function slowestAnswer(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Recording' }).waitFor();
  await page.getByText(/^slowest answer/).click();
  await page.getByRole('region', { name: /^Turn \d+$/ }).waitFor();
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.waitForTimeout(2500);
}

async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(IMAGES, { recursive: true });
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(IMAGES, name) });
}
