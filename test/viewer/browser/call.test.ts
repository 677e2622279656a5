import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEMO, DEMO_FILE } from './support/demo.js';
import { callUrl, leading, readable, words } from './support/reading.js';
import { inBrowser } from './support/suite.js';
import { Viewer } from './support/viewer.js';

const PARTS = [
  'end-pointing',
  'recogniser',
  'model, first token',
  'application',
  'synthesis, first byte',
  'playout',
  'unexplained',
];

inBrowser('one call', ({ open }) => {
  let viewer: Viewer;

  beforeAll(async () => {
    viewer = await Viewer.start([DEMO_FILE, '--memory']);
  });

  afterAll(async () => {
    await viewer?.stop();
  });

  async function call(): Promise<Page> {
    const page = await open(callUrl(viewer.url, DEMO.sessionId));
    await page.getByRole('region', { name: 'Transcript' }).getByRole('listitem').first().waitFor();
    return page;
  }

  async function turn(page: Page, number: number): Promise<string> {
    await page.getByRole('button', { name: new RegExp(`^Turn ${number} `) }).click();
    return readable(page.getByRole('region', { name: `Turn ${number}`, exact: true }));
  }

  it('says whose call it was, when, how long and how it ended', async () => {
    const page = await call();
    const text = await readable(page.getByRole('main'));
    for (const word of ['support-agent', '1.4.0', '23.6 s', 'webrtc']) {
      expect(text).toContain(word);
    }
    expect(text).toMatch(/user.left/);
    expect(text).toMatch(/Interruptions 1\b/);
    await page.getByText('Ids, events and attributes of the call').click();
    await page.getByText(DEMO.sessionId).first().waitFor();
  });

  it('labels every silence before an answer with its milliseconds', async () => {
    const page = await call();
    for (const { ms } of DEMO.waits) {
      await page
        .getByRole('img', { name: `silence, ${ms}` })
        .first()
        .waitFor();
    }
    const transcript = await words(page.getByRole('region', { name: 'Transcript' }));
    for (const { turn: number, ms } of DEMO.waits) {
      expect(transcript).toMatch(new RegExp(`${ms}.*Turn ${number} agent`));
    }
  });

  it('names the slowest answer first', async () => {
    const page = await call();
    await page.getByText(/slowest answer: turn 5, 1,379 ms/).waitFor();
  });

  it('has lanes for caller, agent, stages and tools', async () => {
    const page = await call();
    const names = await readable(page.getByRole('main'));
    for (const lane of ['user', 'agent', 'stt', 'llm', 'tts', 'tool']) expect(names).toContain(lane);
    expect(await page.locator('canvas').count()).toBeGreaterThan(0);
    // The axis is drawn; what is on it stands in its name or in the transcript beside it.
    const drawn = page.locator('canvas').first();
    const blank = await drawn.evaluate((canvas: HTMLCanvasElement) => {
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return new Set(pixels).size < 3;
    });
    expect(blank).toBe(false);
  });

  it('marks the barge-in at the caller and at the agent who was cut off', async () => {
    const transcript = await words((await call()).getByRole('region', { name: 'Transcript' }));
    expect(transcript).toContain(
      `barge-in: cut off turn 5, which fell silent after ${DEMO.turn6.agentSilentAfter}`,
    );
    expect(transcript).toContain('cut off by turn 6');
  });

  it('shows a masked part as a badge', async () => {
    const page = await call();
    const badge = page.getByRole('region', { name: 'Transcript' }).getByLabel('masked: email').first();
    expect(await words(badge)).toContain('email');
    expect(await words(page.getByRole('region', { name: 'Transcript' }))).not.toContain('[REDACTED');
  });

  it('colours latencies by thresholds that can be set, and keeps them', async () => {
    const page = await call();
    const chip = page
      .getByRole('region', { name: 'Transcript' })
      .getByText(/response\s+744 ms/)
      .first();
    expect(await words(chip)).not.toContain('slow');
    await page
      .getByRole('button', { name: /thresholds/i })
      .first()
      .click();
    const dialog = page.getByRole('dialog', { name: 'Thresholds' });
    const fields = dialog.getByRole('spinbutton');
    await fields.nth(0).fill('300');
    await fields.nth(1).fill('700');
    await dialog
      .getByRole('button', { name: /save|apply|done|ok|use/i })
      .first()
      .click();
    await expect.poll(() => words(chip)).toContain('very slow');
    await page.reload();
    await expect.poll(() => words(chip)).toContain('very slow');
  });

  it('says where the time of an answer went: the parts add up to its response latency', async () => {
    const page = await call();
    const text = await turn(page, 5);
    const budget = text.slice(text.indexOf('Where the time went'), text.indexOf('Stages'));
    expect(budget).toContain('1,379 ms');
    const sum = PARTS.map((part) => {
      const [, found] = new RegExp(`${part}\\W+([\\d,]+) ms`).exec(budget) ?? [];
      return found === undefined ? 0 : leading(found);
    }).reduce((total, part) => total + part, 0);
    expect(sum).toBe(DEMO.turn5.responseLatencyMs);
    expect(budget).toMatch(/end-pointing\W+500 ms/);
    expect(budget).toMatch(/synthesis, first byte\W+243 ms/);
    expect(budget).toMatch(/unexplained\W+65 ms/);
  });

  it('shows stages with their payloads', async () => {
    const page = await call();
    const text = await turn(page, 5);
    expect(text).toContain('look_up_order');
    expect(text).toContain('"orderNumber": "4712"');
    expect(text).toMatch(/with the carrier/);
    expect(text).toContain('gpt-4.1-mini');
    expect(text).toMatch(/422|tokens/);
    expect(text).toContain('sonic-2');
  });

  it('says what a turn cost, from which price, and which price is missing', async () => {
    const page = await call();
    const five = await turn(page, 5);
    expect(five.slice(five.indexOf('Cost'))).toMatch(/\$0\.0067.*price.table of 2026-\d\d-\d\d/);
    const six = await turn(page, 6);
    expect(six.slice(six.lastIndexOf('Cost'))).toMatch(/no price \(.*usage/i);
  });

  it('shows events inline and attributes on demand', async () => {
    const page = await call();
    const text = await turn(page, 6);
    const events = text.slice(text.lastIndexOf('Events'));
    expect(events).toContain('user_speech_start');
    expect(events).toContain('barge_in');
    expect(events).toContain('t_9f1c28d498cb1e6e');
    const panel = page.getByRole('region', { name: 'Turn 6', exact: true });
    expect(text).not.toContain('voice.turn.interruption_latency');
    await panel.getByText('Of the turn’s span').click();
    expect(await readable(panel)).toContain('voice.turn.interruption_latency');
    expect(await readable(panel)).toContain('0.507491699');
  });

  it('names the trace, to be copied', async () => {
    const page = await call();
    expect(await turn(page, 5)).toContain(DEMO.traceId);
    await page.getByRole('button', { name: 'Copy trace id' }).last().waitFor();
  });

  it('steps through the call by keyboard and remembers the turn in the address', async () => {
    const page = await call();
    await page.getByRole('button', { name: /^Turn 1 / }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Turn 1', exact: true }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('region', { name: 'Turn 2', exact: true }).waitFor();
    expect(new URL(page.url()).hash).toContain('t_8a65e444a2bbc98e');
    await page.reload();
    await page.getByRole('region', { name: 'Turn 2', exact: true }).waitFor();
  });

  it('says why there is no sound, and how to get some', async () => {
    const page = await call();
    expect(await readable(page.getByRole('region', { name: 'Recording' }))).toMatch(/record/i);
    expect(await page.locator('audio').count()).toBe(0);
  });
});
