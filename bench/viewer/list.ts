import type { Browser, Page } from 'playwright-core';
import { figure, median } from './figures.js';
import { watchLongTasks } from './long-tasks.js';
import type { Written } from './traces.js';
import { startViewer } from './viewer.js';

const FILTERS = ['1.5.0', 'booking', 's_f1', 'sip', '', 'support 1.4.0', 'nobody', '', 'user_left', '2.1'];

/** From the start of the command to the list, and the list's filter. */
export async function measureList(
  command: string,
  file: string,
  written: Written,
  browser: Browser,
): Promise<void> {
  const megabytes = Math.round(written.bytes / 1e6);
  console.log(
    `\n${written.sessions} sessions, ${written.spans} spans, one file of ${megabytes} MB of OTLP JSON lines`,
  );
  const began = performance.now();
  const viewer = await startViewer(command, file);
  const spent = viewer.processorMs();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const opened = performance.now();
    await page.goto(viewer.url);
    await page.locator('tr[data-call]').first().waitFor();
    const shown = performance.now();
    const rows = await page.locator('table.sessions').getAttribute('aria-rowcount');
    if (Number(rows) !== written.sessions + 1) throw new Error(`the list has ${rows} rows`);
    figure('start of the command to its address, all read', viewer.startMs, 'ms', 5000);
    if (spent !== undefined) figure('processor time of that, all threads together', spent, 'ms');
    figure('page opened to first rows shown', shown - opened, 'ms');
    figure('start of the command to the list on the screen', shown - began, 'ms');
    const memory = viewer.memoryBytes();
    if (memory !== undefined) figure('memory of the viewer', memory / 1e6, 'MB');
    const tasks = await watchLongTasks(page);
    const taken: number[] = [];
    for (const text of FILTERS) taken.push(await filterTime(page, text));
    figure('filter typed to rows shown, median', median(taken), 'ms');
    figure('filter typed to rows shown, longest', Math.max(...taken), 'ms', 100);
    figure('longest task meanwhile', await tasks.longest(), 'ms');
    await page.close();
  } finally {
    await viewer.stop();
  }
}

/** Until the frame that shows the filtered rows has been painted. */
function filterTime(page: Page, text: string): Promise<number> {
  return page.evaluate(async (typed) => {
    const field = document.querySelector<HTMLInputElement>('input[type="search"]');
    if (field === null) throw new Error('there is no filter');
    await new Promise((resolve) => setTimeout(resolve, 400));
    const began = performance.now();
    field.value = typed;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    // The page renders before the next frame or in a task after it; the second frame shows it.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return performance.now() - began;
  }, text);
}
