import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEMO, DEMO_FILE } from './support/demo.js';
import { readable } from './support/reading.js';
import { inBrowser } from './support/suite.js';
import { Viewer } from './support/viewer.js';

inBrowser('a viewer on loopback', ({ open }) => {
  let viewer: Viewer;

  beforeAll(async () => {
    viewer = await Viewer.start([DEMO_FILE, '--memory']);
  });

  afterAll(async () => {
    await viewer?.stop();
  });

  it('listens on loopback only', () => {
    expect(new URL(viewer.url).hostname).toBe('127.0.0.1');
  });

  it('answers nobody who reached it by another name', async () => {
    for (const path of ['/', '/api/sessions', `/api/sessions/${DEMO.sessionId}`]) {
      expect(await status(viewer.origin, path, { host: 'evil.example' }), path).toBeGreaterThanOrEqual(400);
    }
    expect(await status(viewer.origin, '/api/sessions', {})).toBe(200);
  });

  it('answers no other site', async () => {
    const other = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' };
    expect(await status(viewer.origin, '/api/sessions', other)).toBeGreaterThanOrEqual(400);
    expect(
      await status(
        viewer.origin,
        '/v1/traces',
        { ...other, 'content-type': 'application/json' },
        '{"resourceSpans":[]}',
      ),
    ).toBeGreaterThanOrEqual(400);
  });

  it('cannot be read or written by a page of another origin', async () => {
    const other = await Viewer.start(['--memory']);
    try {
      const page = await open(other.url, { expected: /.*/ });
      const outcome = await page.evaluate(async (target) => {
        const attempts = await Promise.allSettled([
          fetch(`${target}/api/sessions`).then((response) => response.text()),
          fetch(`${target}/api/sessions`, { mode: 'no-cors' }).then((response) => response.text()),
        ]);
        return attempts.map((attempt) => (attempt.status === 'fulfilled' ? attempt.value : 'refused'));
      }, viewer.origin);
      expect(outcome.join()).not.toContain(DEMO.sessionId);
    } finally {
      await other.stop();
    }
  });

  it('lets a page do nothing but what it needs', async () => {
    const response = await fetch(viewer.url);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toMatch(/script-src 'self'/);
    expect(policy).not.toContain('unsafe-');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  });
});

inBrowser('a viewer that others can reach', ({ open }) => {
  let viewer: Viewer;

  beforeAll(async () => {
    viewer = await Viewer.start([DEMO_FILE, '--memory', '--host', '0.0.0.0']);
  });

  afterAll(async () => {
    await viewer?.stop();
  });

  it('asks for the token that it printed', async () => {
    const local = `http://127.0.0.1:${new URL(viewer.url).port}`;
    expect(await status(local, '/api/sessions', {})).toBe(401);
    const token = new URL(viewer.url).searchParams.get('token') ?? '';
    expect(token.length).toBeGreaterThanOrEqual(20);
    expect(await status(local, '/api/sessions', { authorization: `Bearer ${token}` })).toBe(200);

    const page = await open(`${local}/?token=${token}`);
    await page.locator(`[data-call="${DEMO.sessionId}"]`).waitFor();
    expect(page.url()).not.toContain(token);
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(await readable(page.getByRole('heading', { name: 'Calls' }))).toBe('Calls');
  });
});

/** The status of a request whose every header can be set, `host` too. */
function status(
  origin: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      `${origin}${path}`,
      { headers, method: body === undefined ? 'GET' : 'POST' },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}
