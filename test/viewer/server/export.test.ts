import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  callOf,
  DEMO_FILE,
  DEMO_ID,
  DEMO_LINES,
  sessionsOf,
  temporaryFolder,
  viewerWith,
} from './support.js';

const HOSTILE = '</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>\u2028\u202e';

/** What a browser takes for the text of an element: up to the next end of it. */
function elementText(html: string, start: string, end: string): string {
  const from = html.indexOf(start) + start.length;
  return html.slice(from, html.indexOf(end, from));
}

describe('an exported page', () => {
  it('holds the call, asks nobody, and runs nothing but its own script', async () => {
    const viewer = await viewerWith({ files: [DEMO_FILE] });
    const response = await fetch(`${viewer.url}/api/sessions/${DEMO_ID}/export.html`);
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="call-${DEMO_ID}.html"`);
    const html = await response.text();
    const { report } = await callOf(viewer, DEMO_ID);
    const call = JSON.parse(elementText(html, '<script type="application/json" id="call">', '</script>'));
    expect(call.report).toEqual(report);
    const policy = elementText(html, 'http-equiv="content-security-policy" content="', '"');
    const script = elementText(html, '</script>\n<script>', '</script>');
    const style = elementText(html, '<style>', '</style>');
    expect(script.length).toBeGreaterThan(10_000);
    for (const [kind, text] of [
      ['script', script],
      ['style', style],
    ] as const) {
      const hash = createHash('sha256').update(text).digest('base64');
      expect(policy).toContain(`${kind}-src 'sha256-${hash}'`);
    }
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/http|unsafe|\*/);
    expect(html).not.toMatch(/<(?:link|img|iframe)|src="(?!data:)/);
  });

  it('has nothing of a span as markup', async () => {
    const file = join(temporaryFolder(), 'hostile.jsonl');
    const text = JSON.stringify(HOSTILE).slice(1, -1);
    writeFileSync(
      file,
      DEMO_LINES.join('\n').replaceAll(DEMO_ID, text).replaceAll('Hello, this is Harbor Coffee.', text),
    );
    const viewer = await viewerWith({ files: [file] });
    const [row] = (await sessionsOf(viewer)).sessions;
    expect(row?.sessionId).toBe(HOSTILE);
    const response = await fetch(`${viewer.url}/api/sessions/${encodeURIComponent(HOSTILE)}/export.html`);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w.-]+"$/);
    const html = await response.text();
    expect(html).not.toContain('alert(1)</script>');
    expect(html).not.toContain('<img');
    const call = JSON.parse(elementText(html, '<script type="application/json" id="call">', '</script>'));
    expect(call.report.sessionId).toBe(HOSTILE);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
  });
});
