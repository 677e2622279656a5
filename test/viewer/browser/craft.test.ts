import { writeFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { linesOf } from '../support/made-up-call.js';
import { madeUpCalls } from '../support/made-up-calls.js';
import { DEMO, demoWithRecording } from './support/demo.js';
import { callUrl, scrollsSideways } from './support/reading.js';
import { inBrowser } from './support/suite.js';
import { Folder, Viewer } from './support/viewer.js';

const NARROW = { width: 400, height: 800 };

inBrowser('the page, for everybody', ({ open }) => {
  const folder = new Folder();
  let viewer: Viewer;
  let empty: Viewer;

  beforeAll(async () => {
    writeFileSync(folder.file('calls.otlp.jsonl'), [...madeUpCalls(25)].map(linesOf).join(''));
    [viewer, empty] = await Promise.all([
      Viewer.start([folder.file('calls.otlp.jsonl'), demoWithRecording(folder), '--memory']),
      Viewer.start(['--memory']),
    ]);
  });

  afterAll(async () => {
    await Promise.all([viewer?.stop(), empty?.stop()]);
    folder.remove();
  });

  /** Every state that a person may see, and how to get there. */
  const views: Readonly<Record<string, (page: Page) => Promise<void>>> = {
    list: async (page) => {
      await page.goto(viewer.url);
      await page.locator('[data-call]').first().waitFor();
    },
    comparison: async (page) => {
      await page.goto(`${viewer.url}#/compare?a=1.4.0&b=1.5.0`);
      await page.getByRole('main').getByRole('table').first().waitFor();
    },
    call: async (page) => {
      await page.goto(callUrl(viewer.url, DEMO.sessionId));
      await page.getByRole('button', { name: /^Turn 5 / }).click();
      await page.getByRole('region', { name: 'Turn 5', exact: true }).waitFor();
    },
    dialog: async (page) => {
      await page.goto(callUrl(viewer.url, DEMO.sessionId));
      await page
        .getByRole('button', { name: /thresholds/i })
        .first()
        .click();
      await page.getByRole('dialog', { name: 'Thresholds' }).waitFor();
    },
    empty: async (page) => {
      await page.goto(empty.url);
      await page.getByText(empty.origin).first().waitFor();
    },
    error: async (page) => {
      await page.goto(`${viewer.url}#/calls/nobody`);
      await page.getByRole('alert').waitFor();
    },
  };

  for (const [name, show] of Object.entries(views)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`has no serious finding of axe: ${name}, ${colorScheme}`, async () => {
        const page = await open('about:blank', { colorScheme, expected: /status of 404|another host/ });
        await show(page);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        expect(
          serious.map(
            ({ id, help, nodes }) =>
              `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
          ),
        ).toEqual([]);
      });
    }

    it(`fits a window 400 px wide: ${name}`, async () => {
      const page = await open('about:blank', { viewport: NARROW, expected: /status of 404|another host/ });
      await show(page);
      expect(await scrollsSideways(page)).toBe(false);
    });
  }

  it('can be used with a keyboard alone, from the list to a turn', async () => {
    const page = await open(viewer.url);
    await page.locator('[data-call]').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type(DEMO.sessionId);
    await expect.poll(() => page.locator('[data-call]').count()).toBe(1);
    await tabUntil(page, () => document.activeElement?.closest('[data-call]') !== null);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Transcript' }).waitFor();
    await tabUntil(page, () => /^Turn 1 /.test(document.activeElement?.textContent ?? ''));
    expect(await focusIsVisible(page)).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Turn 1', exact: true }).waitFor();
  });

  it('lets a keyboard skip to the content', async () => {
    const page = await open(viewer.url);
    await page.locator('[data-call]').first().waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
  });
});

async function tabUntil(page: Page, arrived: () => boolean): Promise<void> {
  for (let press = 0; press < 60; press += 1) {
    if (await page.evaluate(arrived)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('the tab key does not lead there');
}

/** An outline or a shadow that the same element has not without focus. */
function focusIsVisible(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null) return false;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
  });
}
