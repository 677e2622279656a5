import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inBrowser } from './support/suite.js';
import { watch } from './support/watch.js';

const PAGE = `<!doctype html><title>bad</title><p id="p">A page that does what it should not.</p>
<img src="http://evil.example/pixel.png" alt="">
<script>console.error('something broke')</script>
<script src="/script.js"></script>`;
const SCRIPT = `document.getElementById('p').setAttribute('style', 'color: red'); setTimeout(() => { throw new Error('lost') });`;

inBrowser('what watches the pages', ({ open }) => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const script = request.url === '/script.js';
      response.writeHead(200, {
        'content-type': script ? 'text/javascript' : 'text/html',
        'content-security-policy': "default-src 'self'",
      });
      response.end(script ? SCRIPT : PAGE);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });

  afterAll(() => server?.close());

  it('hears of other hosts, errors, and what the policy refused', async () => {
    const page = await open('about:blank', { expected: /.*/ });
    const complaints: string[] = [];
    const watched = await page.context().newPage();
    await watch(watched, url, (complaint) => complaints.push(complaint));
    await watched.goto(url);
    const wanted = [
      /^policy: img-src/,
      /^policy: script-src-elem/,
      /^policy: style-src-attr/,
      /^uncaught: lost/,
      /^console: /,
    ];
    for (const pattern of wanted) {
      await expect.poll(() => complaints.some((complaint) => pattern.test(complaint))).toBe(true);
    }
    await watched.evaluate(() => fetch('http://127.0.0.1:9/', { mode: 'no-cors' }).catch(() => undefined));
    expect(complaints.join('\n')).toMatch(/another host|connect-src/);
  });
});
