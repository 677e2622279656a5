import type { Browser, Page } from 'playwright-core';
import { figure } from './figures.js';
import { watchLongTasks } from './long-tasks.js';
import { startViewer } from './viewer.js';

const AXIS = '.call-axis-surface';
const TRANSCRIPT = '.call-transcript-box';

/** A call of two hours: what holds the page up while it is opened, scrolled and zoomed. */
export async function measureCall(
  command: string,
  file: string,
  call: { readonly sessionId: string; readonly turns: number; readonly spans: number },
  browser: Browser,
): Promise<void> {
  console.log(`\nOne call of two hours: ${call.turns} turns, ${call.spans} spans`);
  const viewer = await startViewer(command, file);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(viewer.url);
    await page.locator('tr[data-call]').first().waitFor();
    const loading = await watchLongTasks(page);
    const opened = performance.now();
    await page.evaluate((id) => {
      location.hash = `#/calls/${encodeURIComponent(id)}`;
    }, call.sessionId);
    await page.locator(`${TRANSCRIPT} li`).first().waitFor();
    figure('opened to its first turns shown', performance.now() - opened, 'ms');
    await page.locator(`[data-turn="${call.turns}"]`).waitFor({ state: 'attached', timeout: 60_000 });
    figure('opened to all turns in the transcript', performance.now() - opened, 'ms');
    figure('longest task meanwhile', await loading.longest(), 'ms');
    for (const [name, act] of Object.entries(ACTS)) {
      const tasks = await watchLongTasks(page);
      await act(page);
      await page.waitForTimeout(300);
      figure(`longest task while ${name}`, await tasks.longest(), 'ms', 100);
    }
    await page.close();
  } finally {
    await viewer.stop();
  }
}

/** With mouse and keyboard alone: a locator by role would walk the whole page within the page's own thread. */
const ACTS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  'scrolling the transcript': async (page) => {
    await pointAt(page, TRANSCRIPT);
    for (let turn = 0; turn < 60; turn += 1) await page.mouse.wheel(0, turn < 40 ? 1500 : -1500);
  },
  'zooming into the axis and out': async (page) => {
    await pointAt(page, AXIS);
    await page.keyboard.down('Control');
    for (let step = 0; step < 40; step += 1) await page.mouse.wheel(0, step < 20 ? -240 : 240);
    await page.keyboard.up('Control');
    for (let step = 0; step < 20; step += 1) await page.mouse.wheel(0, -240);
  },
  'dragging the axis': async (page) => {
    await pointAt(page, AXIS);
    await page.mouse.down();
    for (let step = 0; step < 40; step += 1) await page.mouse.move(640 - step * 12, 420);
    await page.mouse.up();
  },
  'stepping through turns': async (page) => {
    await page.locator('[data-turn="41"] .call-turn-button').first().click();
    for (let step = 0; step < 25; step += 1) await page.keyboard.press('ArrowDown');
  },
};

async function pointAt(page: Page, selector: string): Promise<void> {
  await page.locator(selector).first().scrollIntoViewIfNeeded();
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`${selector} is not on the page`);
  await page.mouse.move(box.x + box.width / 2, box.y + Math.min(80, box.height / 2));
}
