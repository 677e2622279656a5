/**
 * The viewer with much to show, in figures: 5,000 sessions with 200,000 spans from the start of the command to the
 * list, filters of that list in a browser, and a call of two hours scrolled and zoomed. `npm run build` first:
 * what is measured is the package as people have it. `npm run bench:viewer`.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../../test/viewer/browser/support/chromium.js';
import { measureCall } from './call.js';
import { measureList } from './list.js';
import { writeLongCall, writeSessions } from './traces.js';

const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const PAGE = fileURLToPath(new URL('../../dist/viewer/page.js', import.meta.url));

if (!existsSync(COMMAND) || !existsSync(PAGE)) {
  console.error('The package is not built: run `npm run build` first.');
  process.exit(1);
}
const launched = await launchChromium();
if ('reason' in launched) {
  console.error(launched.reason);
  process.exit(3);
}
const [load = 0] = loadavg();
console.log(
  `${availableParallelism()} processors, ${load.toFixed(1)} busy before this began, Node ${process.version}`,
);
const folder = mkdtempSync(join(tmpdir(), 'voice-otel-bench-viewer-'));
try {
  const sessions = join(folder, 'sessions.otlp.jsonl');
  const written = await writeSessions(sessions, 5000);
  await measureList(COMMAND, sessions, written, launched.browser);
  const call = join(folder, 'call.otlp.jsonl');
  await measureCall(COMMAND, call, await writeLongCall(call), launched.browser);
} finally {
  await launched.browser.close();
  rmSync(folder, { recursive: true, force: true });
}
