import { describe, expect, it } from 'vitest';
import { ask, DEMO_FILE, DEMO_ID, DEMO_LINES, postSpans, problemOf, viewerWith } from './support.js';

const [LINE = ''] = DEMO_LINES;
const TOKEN = 'a-token-of-enough-characters';

describe('on this machine only', () => {
  it.each([
    ['another name that points here', { host: 'evil.example:4318' }],
    ['a name that is none', { host: '127.0.0.1 evil.example' }],
    ['another origin', { origin: 'http://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another port as origin', { origin: 'http://127.0.0.1:1' }],
    ['a page of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['a page of another port', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }],
    ['a link to the API', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ])('refuses %s', async (_name, headers) => {
    const viewer = await viewerWith({ files: [DEMO_FILE] });
    for (const path of ['/api/sessions', `/api/sessions/${DEMO_ID}`, '/api/changes', '/api/sessions.csv']) {
      const answer = await ask(viewer, path, headers);
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.text).not.toContain(DEMO_ID);
    }
    const sent = await ask(
      viewer,
      '/v1/traces',
      { ...headers, 'content-type': 'application/json' },
      'POST',
      LINE,
    );
    expect(sent.status).toBe(403);
    const file = await ask(viewer, '/api/files', headers, 'POST', LINE);
    expect(file.status).toBe(403);
  });

  it('answers under each of its own names, and its own page', async () => {
    const viewer = await viewerWith();
    const { port } = new URL(viewer.url);
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'localhost:9999']) {
      expect((await ask(viewer, '/api/sessions', { host })).status).toBe(200);
    }
    const own = { origin: viewer.url, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' };
    expect((await ask(viewer, '/api/sessions', own)).status).toBe(200);
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await ask(viewer, '/', link)).status).toBe(200);
  });

  it('sends a strict policy with everything', async () => {
    const viewer = await viewerWith();
    for (const path of ['/', '/page.js', '/page.css', '/api/sessions', '/nothing']) {
      const { headers } = await ask(viewer, path);
      const policy = String(headers['content-security-policy']).split('; ');
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("style-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy.join()).not.toMatch(/unsafe|\*|http/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

describe('reachable from elsewhere', () => {
  it('needs a token', async () => {
    await expect(viewerWith({ host: '0.0.0.0' })).rejects.toThrow(/token/);
    await expect(viewerWith({ host: '0.0.0.0', token: 'short' })).rejects.toThrow(/at least 16/);
  });

  it('lets nobody in without it', async () => {
    const viewer = await viewerWith({ host: '0.0.0.0', token: TOKEN, files: [DEMO_FILE] });
    const reachable = { ...viewer, url: viewer.url.replace('0.0.0.0', '127.0.0.1') };
    for (const path of ['/', '/page.js', '/api/sessions', '/api/sessions.csv', '/?token=wrong', '/metrics']) {
      const answer = await ask(reachable, path);
      expect([path, answer.status]).toEqual([path, 401]);
      expect(answer.text).not.toContain(DEMO_ID);
    }
    expect((await postSpans(reachable, LINE)).status).toBe(401);
    expect((await postSpans(reachable, LINE, { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
    const bearer = { authorization: `Bearer ${TOKEN}` };
    expect((await ask(reachable, '/api/sessions', bearer)).status).toBe(200);
  });

  it('gives a cookie for the token, once', async () => {
    const viewer = await viewerWith({ host: '0.0.0.0', token: TOKEN });
    const reachable = { ...viewer, url: viewer.url.replace('0.0.0.0', '127.0.0.1') };
    const first = await ask(reachable, `/?token=${TOKEN}`, { host: 'machine.example:4318' });
    expect(first.status).toBe(200);
    const [cookie = ''] = first.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(TOKEN);
    expect(first.text).not.toContain(TOKEN);
    const [pair = ''] = cookie.split(';');
    const again = await ask(reachable, '/api/sessions', { cookie: pair, host: 'machine.example:4318' });
    expect(again.status).toBe(200);
    const wrong = await ask(reachable, '/api/sessions', { cookie: `${pair}0` });
    expect(wrong.status).toBe(401);
    expect(problemOf(wrong)).toMatch(/token/);
  });
});
