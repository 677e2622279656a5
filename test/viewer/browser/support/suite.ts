import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { launchChromium } from './chromium.js';
import { type Complaint, watch } from './watch.js';

/** Set in CI: a machine on which no Chromium starts fails the tests instead of skipping them. */
const REQUIRED = process.env.VOICE_OTEL_BROWSER_TESTS === 'required';

/** The browser of one test file; its pages are closed after each test. */
export interface BrowserSuite {
  /** Done at the end of a test when its pages are closed: one whose viewer has gone complains. */
  afterPages(chore: () => Promise<unknown>): void;
  /**
   * A page that is watched: whatever it complains about (an error on its console, something that the content
   * security policy refused, a request to another host) fails the test that opened it.
   */
  open(url: string, options?: PageOptions): Promise<Page>;
}

export interface PageOptions extends BrowserContextOptions {
  /** Complaints that the test provokes on purpose. */
  readonly expected?: RegExp;
}

const launched = await launchChromium();
/** Groups of tests of this file that still need the browser. */
let groups = 0;
if ('reason' in launched && !REQUIRED) {
  console.warn(`SKIPPED: the viewer's tests in a browser: ${launched.reason}`);
}

/** Tests in a real Chromium; skipped, loudly, where none starts. */
export function inBrowser(name: string, tests: (suite: BrowserSuite) => void): void {
  describe.skipIf('reason' in launched && !REQUIRED)(name, () => {
    const opened: { readonly context: BrowserContext; readonly complaints: readonly Complaint[] }[] = [];
    const chores: (() => Promise<unknown>)[] = [];
    let browser: Browser;
    groups += 1;

    beforeAll(() => {
      if ('reason' in launched) throw new Error(launched.reason);
      browser = launched.browser;
    });

    afterEach(async () => {
      const complaints = opened.flatMap((page) => page.complaints);
      await Promise.all(opened.map(({ context }) => context.close()));
      opened.length = 0;
      await Promise.all(chores.splice(0).map((chore) => chore()));
      expect(complaints).toEqual([]);
    });

    afterAll(async () => {
      groups -= 1;
      if (groups === 0 && 'browser' in launched) await launched.browser.close();
    });

    tests({
      afterPages: (chore) => {
        chores.push(chore);
      },
      async open(url, { expected, ...options } = {}) {
        const context = await browser.newContext({
          viewport: { width: 1280, height: 800 },
          reducedMotion: 'reduce',
          locale: 'en-GB',
          ...options,
        });
        context.setDefaultTimeout(10_000);
        const page = await context.newPage();
        const complaints: Complaint[] = [];
        opened.push({ context, complaints });
        await watch(page, url, (complaint) => {
          if (expected === undefined || !expected.test(complaint)) complaints.push(complaint);
        });
        await page.goto(url);
        return page;
      },
    });
  });
}
