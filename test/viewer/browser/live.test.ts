import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { type MadeUpCall, madeUpCall } from '../support/made-up-call.js';
import { type OtlpSpan, request } from '../support/otlp-span.js';
import { DEMO, DEMO_FILE } from './support/demo.js';
import { callUrl, words } from './support/reading.js';
import { inBrowser } from './support/suite.js';
import { Folder, Viewer } from './support/viewer.js';

inBrowser('calls as they come', ({ open, afterPages }) => {
  const folder = new Folder();

  afterAll(() => folder.remove());

  async function start(...args: string[]): Promise<Viewer> {
    const viewer = await Viewer.start(args);
    afterPages(() => viewer.stop());
    return viewer;
  }

  it('shows the finished turns of a call that still runs, and the rest when it comes', async () => {
    const viewer = await start('--memory');
    const page = await open(viewer.url);
    await page.getByText(viewer.origin).first().waitFor();
    const call = recentCall();
    const [first, rest] = halves(call);

    await viewer.send(request(first));
    const row = page.locator(`[data-call="${call.sessionId}"]`);
    await row.getByText('live', { exact: true }).waitFor();

    await page.goto(callUrl(viewer.url, call.sessionId));
    const turns = page
      .getByRole('region', { name: 'Transcript' })
      .getByRole('button', { name: /^Turn \d+ / });
    await turns.first().waitFor();
    const before = await turns.count();
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(call.turns);

    await viewer.send(request(rest));
    await expect.poll(() => turns.count(), { timeout: 10_000 }).toBe(call.turns);
    await page.goto(viewer.url);
    await row.waitFor();
    await expect.poll(() => row.getByText('live', { exact: true }).count()).toBe(0);
  });

  it('shows Pipecat’s own spans as turns', async () => {
    const viewer = await start('--memory');
    const bodies = ['001', '002', '003'].map((name) =>
      readFileSync(new URL(`../../fixtures/pipecat/barge-in/otlp/${name}.json`, import.meta.url), 'utf8'),
    );
    for (const body of bodies) await viewer.send(body);
    const page = await open(viewer.url);
    await page.locator('[data-call]').first().waitFor();
    await page.locator('[data-call] a').first().click();
    const transcript = page.getByRole('region', { name: 'Transcript' });
    await expect.poll(() => words(transcript), { timeout: 15_000 }).toContain('Exchanges are free as well.');
    const text = await words(transcript);
    expect(text).toContain('What is your return policy?');
    expect(text).toContain('Our return policy is simple. You can send back');
    expect(text).toMatch(/barge-in: cut off turn 2/);
    expect(text).toContain('cut off by turn 3');
  });

  it('keeps what it received, and has it after a restart', async () => {
    const kept = folder.file('kept');
    const first = await start('--folder', kept);
    await first.send(readFileSync(DEMO_FILE, 'utf8').split('\n')[0] ?? '');
    for (const line of readFileSync(DEMO_FILE, 'utf8').trim().split('\n').slice(1)) await first.send(line);
    const page = await open(first.url);
    await page.locator(`[data-call="${DEMO.sessionId}"]`).waitFor();
    await page.context().close();
    expect(await first.stop()).toBe(0);

    const second = await start('--folder', kept);
    const again = await open(callUrl(second.url, DEMO.sessionId));
    await again.getByRole('img', { name: 'silence, 1,379 ms' }).first().waitFor();
  });

  it('keeps nothing with --memory', async () => {
    const state = folder.file('state');
    for (const [args, kept] of [
      [['--memory'], 0],
      [[], 1],
    ] as const) {
      const viewer = await Viewer.start(args, { XDG_STATE_HOME: state, HOME: state });
      afterPages(() => viewer.stop());
      await viewer.send(readFileSync(DEMO_FILE, 'utf8').split('\n')[0] ?? '');
      const page = await open(viewer.url);
      await page.locator(`[data-call="${DEMO.sessionId}"]`).waitFor();
      await page.context().close();
      await viewer.stop();
      const written = existsSync(state) ? readdirSync(state, { recursive: true }).map(String) : [];
      expect(written.filter((name) => name.endsWith('.otlp.jsonl'))).toHaveLength(kept);
    }
  });
});

/** One that is still going on. */
function recentCall(): MadeUpCall {
  return madeUpCall({ seed: 5, startTime: Date.now() - 60_000, exchanges: 6 });
}

/** Spans of the first part of a call, and all others, the session's own among them. */
function halves({ spans }: MadeUpCall): [OtlpSpan[], OtlpSpan[]] {
  const half = spans.length >> 1;
  return [spans.slice(0, half), spans.slice(half)];
}
