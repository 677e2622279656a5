import { readFileSync, writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { linesOf } from '../support/made-up-call.js';
import { madeUpCalls } from '../support/made-up-calls.js';
import { DEMO, DEMO_FILE } from './support/demo.js';
import { column, leading, readable } from './support/reading.js';
import { inBrowser } from './support/suite.js';
import { Folder, Viewer } from './support/viewer.js';

const CALLS = [...madeUpCalls(40)];
const HEADS = [
  'Agent',
  'Version',
  'Start',
  'Duration',
  'Turns',
  'Interruptions',
  'TTFA p50',
  'TTFA p95',
  'Response p50',
  'Response p95',
  'Cost',
  'Errors',
  'Quality',
];

inBrowser('the list of calls', ({ open }) => {
  const folder = new Folder();
  let viewer: Viewer;

  beforeAll(async () => {
    writeFileSync(folder.file('calls.otlp.jsonl'), CALLS.map(linesOf).join(''));
    viewer = await Viewer.start([folder.file('calls.otlp.jsonl'), DEMO_FILE, '--memory']);
  });

  afterAll(async () => {
    await viewer?.stop();
    folder.remove();
  });

  async function list(): Promise<Page> {
    const page = await open(viewer.url);
    await page.getByRole('heading', { name: 'Calls' }).waitFor();
    await page.locator('tr[data-call]').first().waitFor();
    return page;
  }

  it('has a column for each figure', async () => {
    const page = await list();
    const heads = await page.getByRole('columnheader').allInnerTexts();
    expect(heads.map((head) => head.replace(/[↓↑]/g, '').trim())).toEqual(HEADS);
  });

  it('shows the demo call with the figures of its spans', async () => {
    const page = await list();
    await page.getByLabel('Filter', { exact: true }).fill(DEMO.sessionId);
    await expect.poll(() => column(page, 'Agent')).toHaveLength(1);
    const [agent] = await column(page, 'Agent');
    expect(agent).toContain('support-agent');
    expect(await column(page, 'Version')).toEqual(['1.4.0']);
    expect(await column(page, 'Duration')).toEqual(['23.6 s']);
    expect(await column(page, 'Turns')).toEqual(['9']);
    expect(await column(page, 'Interruptions')).toEqual(['1']);
    expect(await column(page, 'TTFA p50')).toEqual(['494 ms']);
    expect(await column(page, 'TTFA p95')).toEqual(['1,123 ms']);
    expect(await column(page, 'Response p50')).toEqual(['750 ms']);
    expect(await column(page, 'Response p95')).toEqual(['1,379 ms']);
    expect((await column(page, 'Cost'))[0]).toMatch(/^~?\$0\.0160.*1 unpriced/s);
    expect(await column(page, 'Errors')).toEqual(['0']);
  });

  it('sorts by every column, both ways, and says so', async () => {
    const page = await list();
    for (const head of HEADS) {
      const button = page.getByRole('columnheader', { name: head }).getByRole('button');
      await button.click();
      const first = await page.getByRole('columnheader', { name: head }).getAttribute('aria-sort');
      await button.click();
      const second = await page.getByRole('columnheader', { name: head }).getAttribute('aria-sort');
      expect(new Set([first, second]), head).toEqual(new Set(['ascending', 'descending']));
      if (/TTFA|Response|Turns|Interruptions|Errors/.test(head)) {
        const values = (await column(page, head)).map(leading).filter((value) => !Number.isNaN(value));
        const sorted = [...values].sort((a, b) => (second === 'descending' ? b - a : a - b));
        expect(values, head).toEqual(sorted);
        expect(values.length, head).toBeGreaterThan(5);
      }
    }
  });

  it('filters by text, by version and by a range, and counts what is left', async () => {
    const page = await list();
    const later = CALLS.filter(({ spans }) => JSON.stringify(spans[0]).includes('"1.5.0"'));
    await page.getByLabel('Filter', { exact: true }).fill('1.5.0');
    await expect.poll(() => rowCount(page)).toBe(later.length);
    expect(new Set(await column(page, 'Version'))).toEqual(new Set(['1.5.0']));

    await page.getByLabel('Filter', { exact: true }).fill('');
    await page.getByRole('combobox', { name: 'Version' }).selectOption('=1.5.0');
    await expect.poll(() => rowCount(page)).toBe(later.length);

    await page.getByRole('button', { name: 'Clear filter' }).click();
    await expect.poll(() => rowCount(page)).toBe(CALLS.length + 1);
    await page.getByRole('button', { name: /^Ranges/ }).click();
    await page.getByLabel('Turns from').fill('20');
    await page.getByLabel('Turns from').press('Tab');
    await expect.poll(() => rowCount(page)).toBe(CALLS.filter(({ turns }) => turns >= 20).length);
    expect((await column(page, 'Turns')).map(leading).every((turns) => turns >= 20)).toBe(true);
  });

  it('shows what no call matches in words', async () => {
    const page = await list();
    await page.getByLabel('Filter', { exact: true }).fill('nobody is called that');
    await page
      .getByText(/no call/i)
      .first()
      .waitFor();
    expect(await page.locator('tr[data-call]').count()).toBe(0);
  });

  it('sums up the latencies of the calls shown, plot and words', async () => {
    const page = await list();
    await page.getByLabel('Filter', { exact: true }).fill('1.5.0');
    const measured = CALLS.filter(({ spans }) => JSON.stringify(spans[0]).includes('"1.5.0"')).flatMap(
      ({ responseLatenciesMs }) => responseLatenciesMs,
    );
    const nearest = (share: number): string => {
      const sorted = [...measured].sort((a, b) => a - b);
      const value = Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
      return `${new Intl.NumberFormat('en').format(value)} ms`;
    };
    const figure = page.getByRole('region', { name: 'Distributions' }).getByRole('figure').first();
    await expect.poll(() => readable(figure)).toContain(`${measured.length} answers`);
    const text = await readable(figure);
    expect(text).toContain('Response latency');
    expect(text).toContain(`p50 ${nearest(0.5)}`);
    expect(text).toContain(`p95 ${nearest(0.95)}`);
    expect(await figure.locator('canvas').count()).toBe(1);
    const second = page.getByRole('region', { name: 'Distributions' }).getByRole('figure').nth(1);
    const interruptions = CALLS.filter(({ spans }) => JSON.stringify(spans[0]).includes('"1.5.0"')).reduce(
      (sum, call) => sum + call.interruptions,
      0,
    );
    expect(await readable(second)).toContain(`${interruptions} barge-ins`);
  });

  it('puts two versions side by side, with the calls behind each figure', async () => {
    const page = await open(`${viewer.url}#/compare?a=1.4.0&b=1.5.0`);
    const main = page.getByRole('main');
    await main.getByRole('table').first().waitFor();
    const text = await readable(main);
    for (const word of [/response/i, /p50/, /p95/, /cost per minute/i, /barge-in/i, /fail|errors/i]) {
      expect(text).toMatch(word);
    }
    const calls = (version: string): number =>
      CALLS.filter(({ spans }) => JSON.stringify(spans[0]).includes(`"${version}"`)).length;
    expect(text).toMatch(new RegExp(`\\b${calls('1.4.0') + 1} calls`)); // and the demo call
    expect(text).toMatch(new RegExp(`\\b${calls('1.5.0')} calls`));
  });

  it('gives the filtered calls as CSV', async () => {
    const page = await list();
    await page.getByLabel('Filter', { exact: true }).fill(DEMO.sessionId);
    await expect.poll(() => rowCount(page)).toBe(1);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('main').getByText('CSV', { exact: true }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split(/\r?\n/);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(DEMO.sessionId);
    expect(lines[1]).toContain('support-agent');
  });
});

inBrowser('a list without calls', ({ open }) => {
  const folder = new Folder();
  let viewer: Viewer;

  beforeAll(async () => {
    viewer = await Viewer.start(['--memory']);
  });

  afterAll(async () => {
    await viewer?.stop();
    folder.remove();
  });

  it('says how to send one', async () => {
    const page = await open(viewer.url);
    const text = page.getByRole('main');
    await expect.poll(() => readable(text)).toContain(viewer.origin);
    expect(await readable(text)).toMatch(/OTEL_EXPORTER_OTLP_ENDPOINT/);
  });

  it('takes a file that is dropped onto it', async () => {
    const page = await open(viewer.url);
    await page.getByRole('main').waitFor();
    const dropped = await page.evaluateHandle(
      (text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], 'demo.otlp.jsonl'));
        return data;
      },
      readFileSync(DEMO_FILE, 'utf8'),
    );
    for (const type of ['dragenter', 'dragover', 'drop']) {
      await page.dispatchEvent('main', type, { dataTransfer: dropped });
    }
    await page.locator(`[data-call="${DEMO.sessionId}"]`).waitFor();
  });

  it('says what is wrong with a file that is no trace', async () => {
    const page = await open(viewer.url, { expected: /status of 4\d\d/ });
    await page.getByRole('main').waitFor();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Open files' }).first().click(),
    ]);
    await chooser.setFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no trace\n') });
    await page.getByText('notes.txt').first().waitFor();
    await expect.poll(() => readable(page.locator('body'))).toMatch(/not JSON|no OTLP|could not be read/i);
  });

  it('says that a call is not here', async () => {
    const page = await open(`${viewer.url}#/calls/nobody`, { expected: /status of 404/ });
    await page.getByRole('alert').getByText('This call is not here').waitFor();
  });
});

async function rowCount(page: Page): Promise<number> {
  // Rows beyond the window are not drawn; the table says how many there are, its head included.
  const all = await page.getByRole('table', { name: 'Calls' }).getAttribute('aria-rowcount');
  return Number(all) - 1;
}
