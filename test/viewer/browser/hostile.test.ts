import { writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOSTILE_TEXTS, hostileFile } from '../support/hostile-calls.js';
import { callUrl, readable, words } from './support/reading.js';
import { inBrowser } from './support/suite.js';
import { Folder, Viewer } from './support/viewer.js';

inBrowser('calls that mean harm, or are broken', ({ open }) => {
  const folder = new Folder();
  let viewer: Viewer;

  beforeAll(async () => {
    writeFileSync(folder.file('hostile.otlp.jsonl'), hostileFile());
    viewer = await Viewer.start([folder.file('hostile.otlp.jsonl'), '--memory']);
  });

  afterAll(async () => {
    await viewer?.stop();
    folder.remove();
  });

  async function call(sessionId: string): Promise<Page> {
    const page = await open(callUrl(viewer.url, sessionId));
    await page.getByRole('region', { name: 'Transcript' }).waitFor();
    return page;
  }

  async function transcript(page: Page): Promise<string> {
    return words(page.getByRole('region', { name: 'Transcript' }));
  }

  function hacked(page: Page): Promise<unknown> {
    return page.evaluate(() => (window as Window & { hacked?: unknown }).hacked ?? 'no');
  }

  it('are all in the list, with what could not be read', async () => {
    const page = await open(viewer.url);
    for (const id of [
      'markup',
      'long-text',
      'attributes',
      'prototype',
      'clock',
      'parents',
      'no-end',
      'types',
    ]) {
      await page.locator(`[data-call="hostile-${id}"]`).waitFor();
    }
    expect(await readable(page.locator('[data-call="hostile-markup"]'))).toContain(HOSTILE_TEXTS.image);
    await expect.poll(() => words(page.locator('body'))).toMatch(/line 5 skipped/);
    expect(await hacked(page)).toBe('no');
  });

  it('show HTML and scripts as the text they are', async () => {
    const page = await call('hostile-markup');
    const text = await transcript(page);
    for (const name of ['script', 'image', 'attribute', 'link', 'end'] as const) {
      expect(text).toContain(HOSTILE_TEXTS[name]);
    }
    expect(await page.locator('img[src], main script, [onmouseover], a[href^="javascript"]').count()).toBe(0);
    await page.getByRole('button', { name: /^Turn 1 / }).click();
    await page.getByRole('region', { name: 'Turn 1', exact: true }).waitFor();
    expect(await hacked(page)).toBe('no');
  });

  it('make visible what turns or hides text', async () => {
    const text = await transcript(await call('hostile-markup'));
    for (const code of [
      'U+202E',
      'U+2066',
      'U+200B',
      'U+2060',
      'U+FEFF',
      'U+0007',
      'U+001B',
      'U+0000',
      'U+D83D',
    ]) {
      expect(text, code).toContain(code);
    }
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\ufeff]/);
  });

  it('show a megabyte of text bit by bit', async () => {
    const page = await call('hostile-long-text');
    const row = page
      .getByRole('region', { name: 'Transcript' })
      .getByRole('listitem')
      .filter({ hasText: 'all work' });
    expect((await words(row)).length).toBeLessThan(20_000);
    await row.getByRole('button', { name: /show all/i }).click();
    await expect.poll(async () => (await words(row)).includes('THE-END'), { timeout: 20_000 }).toBe(true);
  });

  it('show 10,000 attributes on demand', async () => {
    const page = await call('hostile-attributes');
    await page.getByRole('button', { name: /^Turn 1 / }).click();
    const panel = page.getByRole('region', { name: 'Turn 1', exact: true });
    await panel.getByText('Of the turn’s span').click();
    await panel.getByText(/app\.attribute\.00000/).waitFor();
    expect(await readable(panel)).not.toContain('app.attribute.09999');
    await panel
      .getByRole('button', { name: /show all/i })
      .last()
      .click();
    await panel.getByText('app.attribute.09999').waitFor({ timeout: 20_000 });
  });

  it('take keys of prototypes as keys', async () => {
    const page = await call('hostile-prototype');
    await page.getByRole('button', { name: /^Turn 1 / }).click();
    const panel = page.getByRole('region', { name: 'Turn 1', exact: true });
    await panel.getByText('Of the turn’s span').click();
    const text = await readable(panel);
    for (const key of ['constructor', 'toString', 'hasOwnProperty', '__proto__']) expect(text).toContain(key);
    expect(await page.evaluate(() => Object.keys(Object.prototype).length + String({}).length)).toBe(15);
  });

  it('say it where clocks disagree', async () => {
    const page = await call('hostile-clock');
    expect(await transcript(page)).toContain('Before the call began.');
    expect(await readable(page.getByRole('main'))).toMatch(/clock|before/i);
  });

  it('show turns of which only a stage came, and calls that have not ended', async () => {
    const parents = await call('hostile-parents');
    expect(await readable(parents.getByRole('main'))).toMatch(/no span|lost|not there/i);
    const open = await call('hostile-no-end');
    expect(await transcript(open)).toContain('Nobody hung up.');
    const types = await call('hostile-types');
    expect((await readable(types.getByRole('main'))).length).toBeGreaterThan(100);
  });
});
