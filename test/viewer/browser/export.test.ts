import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from '../../cli/io.js';
import { DEMO, demoWithRecording } from './support/demo.js';
import { callUrl, words } from './support/reading.js';
import { inBrowser } from './support/suite.js';
import { Folder, Viewer } from './support/viewer.js';

inBrowser('a call to send to a colleague', ({ open }) => {
  const folder = new Folder();
  let file: string;
  let viewer: Viewer;

  beforeAll(async () => {
    file = demoWithRecording(folder);
    viewer = await Viewer.start([file, '--memory']);
  });

  afterAll(async () => {
    await viewer?.stop();
    folder.remove();
  });

  async function call(): Promise<Page> {
    const page = await open(callUrl(viewer.url, DEMO.sessionId), {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.getByRole('region', { name: 'Transcript' }).getByRole('listitem').first().waitFor();
    return page;
  }

  async function exported(withAudio: boolean): Promise<string> {
    const page = await call();
    const audio = page.getByRole('checkbox', { name: /audio|recording/i });
    if (withAudio) await audio.check();
    else if ((await audio.count()) > 0) await audio.uncheck();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByText('Export HTML', { exact: true }).click(),
    ]);
    const path = folder.file(withAudio ? 'with-audio.html' : 'without-audio.html');
    await download.saveAs(path);
    await page.context().close();
    return path;
  }

  it('is one file that opens from the disk, without a network', async () => {
    const path = await exported(false);
    await viewerStopped(async () => {
      const page = await open(pathToFileURL(path).href, { offline: true });
      await page.getByRole('img', { name: 'silence, 1,379 ms' }).first().waitFor();
      const text = await words(page.getByRole('region', { name: 'Transcript' }));
      expect(text).toContain('Order 4712 left on Monday.');
      expect(text).toContain('barge-in');
      await page.getByRole('button', { name: /^Turn 5 / }).click();
      await page.getByRole('region', { name: 'Turn 5', exact: true }).waitFor();
      const elsewhere = await page
        .locator('[src], link[href]')
        .evaluateAll((elements) =>
          elements.map((element) => element.getAttribute('src') ?? element.getAttribute('href') ?? ''),
        );
      expect(elsewhere.filter((target) => !target.startsWith('data:'))).toEqual([]);
    });
    expect(readFileSync(path, 'utf8')).toContain('http-equiv="content-security-policy"');
  });

  it('carries the recording where that is wanted', async () => {
    const page = await open(pathToFileURL(await exported(true)).href, { offline: true });
    await page.getByRole('button', { name: 'Play turn 5' }).waitFor();
  });

  it('is the same text that timeline prints', async () => {
    const page = await call();
    await page.getByRole('button', { name: 'Copy as text' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('support-agent');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    const served = await (await fetch(`${viewer.origin}/api/sessions/${DEMO.sessionId}/export.txt`)).text();
    const { out } = await run(['timeline', file]);
    expect(served.trim()).toBe(out.trim());
    expect(copied.trim()).toBe(out.trim());
  });

  async function viewerStopped(look: () => Promise<void>): Promise<void> {
    await viewer.stop();
    try {
      await look();
    } finally {
      viewer = await Viewer.start([file, '--memory']);
    }
  }
});
