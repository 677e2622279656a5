import type { Page } from 'playwright-core';

/** Tasks of the page that held it up for more than 50 ms, from now on. */
export interface LongTasks {
  /** Milliseconds of the longest; 0 where there was none. */
  longest(): Promise<number>;
}

export async function watchLongTasks(page: Page): Promise<LongTasks> {
  await page.evaluate(() => {
    const watched = window as Window & { longTasks?: number[] };
    const tasks: number[] = [];
    watched.longTasks = tasks;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    }).observe({ type: 'longtask' });
  });
  return {
    longest: () =>
      page.evaluate(() => Math.max(0, ...((window as Window & { longTasks?: number[] }).longTasks ?? []))),
  };
}
