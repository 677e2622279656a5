import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEMO, demoWithRecording, RECORDING_STARTS_MS } from './support/demo.js';
import { callUrl } from './support/reading.js';
import { inBrowser } from './support/suite.js';
import { Folder, Viewer } from './support/viewer.js';

inBrowser('the sound of a call', ({ open }) => {
  const folder = new Folder();
  let viewer: Viewer;

  beforeAll(async () => {
    viewer = await Viewer.start([demoWithRecording(folder), '--memory']);
  });

  afterAll(async () => {
    await viewer?.stop();
    folder.remove();
  });

  async function call(): Promise<Page> {
    const page = await open(callUrl(viewer.url, DEMO.sessionId));
    await page
      .getByRole('region', { name: 'Recording' })
      .getByRole('button', { name: /play/i })
      .first()
      .waitFor();
    return page;
  }

  it('plays a turn from its start to its end', async () => {
    const page = await call();
    await keepMedia(page);
    await page.getByRole('button', { name: 'Play turn 5' }).click();
    // Its turn begins at 10.498 s of the session, which is 9.998 s of the recording.
    const start = (DEMO.turn5.startMs - RECORDING_STARTS_MS) / 1000;
    const end = (DEMO.turn5.lastAudioMs - RECORDING_STARTS_MS) / 1000;
    await expect.poll(() => playedTo(page), { timeout: 8000 }).toBeGreaterThan(start + 0.2);
    expect(await playedTo(page)).toBeLessThan(end);
    await expect.poll(() => paused(page), { timeout: 10_000 }).toBe(true);
    expect(Math.abs((await playedTo(page)) - end)).toBeLessThan(0.5);
  });

  it('plays and pauses by keyboard', async () => {
    const page = await call();
    await keepMedia(page);
    await page
      .getByRole('region', { name: 'Recording' })
      .getByRole('button', { name: /play/i })
      .first()
      .focus();
    await page.keyboard.press('Space');
    await expect.poll(() => paused(page)).toBe(false);
    await page.keyboard.press('Space');
    await expect.poll(() => paused(page)).toBe(true);
  });

  it('is served in ranges', async () => {
    const url = `${viewer.origin}/api/sessions/${DEMO.sessionId}/recording`;
    const whole = await fetch(url);
    const bytes = Buffer.from(await whole.arrayBuffer());
    expect(whole.status).toBe(200);
    expect(whole.headers.get('accept-ranges')).toBe('bytes');
    const part = await fetch(url, { headers: { range: 'bytes=100-199' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 100-199/${bytes.length}`);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(100, 200));
    const beyond = await fetch(url, { headers: { range: `bytes=${bytes.length}-` } });
    expect(beyond.status).toBe(416);
  });
});

/** The element that plays may stand outside the document; whatever plays is remembered. */
async function keepMedia(page: Page): Promise<void> {
  await page.evaluate(() => {
    const kept = window as Window & { media?: HTMLMediaElement | undefined };
    const { play } = HTMLMediaElement.prototype;
    kept.media = document.querySelector('audio') ?? undefined;
    HTMLMediaElement.prototype.play = function (): Promise<void> {
      kept.media = this;
      return play.call(this);
    };
  });
}

function playedTo(page: Page): Promise<number> {
  return page.evaluate(() => (window as Window & { media?: HTMLMediaElement }).media?.currentTime ?? -1);
}

function paused(page: Page): Promise<boolean> {
  return page.evaluate(() => (window as Window & { media?: HTMLMediaElement }).media?.paused ?? true);
}
