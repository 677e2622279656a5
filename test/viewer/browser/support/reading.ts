import type { Locator, Page } from 'playwright-core';

/** The texts of one column of the list of calls, as shown. */
export async function column(page: Page, head: string): Promise<string[]> {
  const heads = await page.getByRole('columnheader').allInnerTexts();
  const index = heads.findIndex((text) => text.replace(/[↓↑]/g, '').trim() === head);
  if (index < 0) throw new Error(`no column ${head} among ${heads.join(', ')}`);
  const cells = await page
    .getByRole('table', { name: 'Calls' })
    .locator(`tbody tr[data-call] > td:nth-child(${index + 1})`)
    .allInnerTexts();
  return cells.map((text) => text.trim());
}

/** The number with which a text begins, such as 1379 of `1,379 ms`; NaN for a text without one. */
export function leading(text: string): number {
  return Number.parseFloat(text.replace(/,/g, '').replace(/^[^\d.-]+/, ''));
}

/** Text as a person reads it: white space is one space. */
export async function readable(locator: Locator): Promise<string> {
  await locator.first().waitFor();
  return (await locator.allInnerTexts()).join(' ').replace(/\s+/g, ' ').trim();
}

/** All words in it, those out of sight too: rows far from the window are not laid out and have no inner text. */
export async function words(locator: Locator): Promise<string> {
  await locator.first().waitFor();
  const found = await locator.first().evaluate((element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const texts: string[] = [];
    while (walker.nextNode() !== null) texts.push(walker.currentNode.nodeValue ?? '');
    return texts.join(' ');
  });
  return found.replace(/\s+/g, ' ').trim();
}

/** Whether the page is wider than its window. */
export function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth;
  });
}

/** Address of a call on a viewer. */
export function callUrl(viewerUrl: string, sessionId: string, turnId?: string): string {
  const turn = turnId === undefined ? '' : `/${encodeURIComponent(turnId)}`;
  return `${viewerUrl}#/calls/${encodeURIComponent(sessionId)}${turn}`;
}
