import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ended, Programs } from './processes.js';

const programs = new Programs();
let server: Server;
let received: string[] = [];
/** How often each path is answered with which status, before it is answered with 200. */
let failures: Map<string, number[]>;

beforeAll(async () => {
  await programs.build('sending');
});
afterAll(() => programs.remove());
beforeEach(async () => {
  received = [];
  failures = new Map();
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      received.push(`${request.method} ${request.url} ${body}`);
      response.statusCode = failures.get(request.url ?? '')?.shift() ?? 200;
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function send(lanes: readonly (readonly (readonly [string, string])[])[]): Promise<Ended> {
  const { port } = server.address() as AddressInfo;
  return programs.run('sending', [], {
    environment: { BACK_END: `http://127.0.0.1:${port}`, REQUESTS: JSON.stringify(lanes) },
  });
}

const POSTS = Array.from({ length: 20 }, (_, index) => ['POST', `/p${index}`] as const);

describe('requests of the last moments', () => {
  it('all arrive, whole, and those of the next method after those of the one before', async () => {
    expect(await send([[...POSTS, ['PATCH', '/end']]])).toMatchObject({
      code: 0,
      stdout: '0 delivered\n',
      stderr: '',
    });
    expect(received.slice(0, -1).sort()).toEqual(
      POSTS.map(([, path]) => `POST ${path} body of ${path}`).sort(),
    );
    expect(received.at(-1)).toBe('PATCH /end bytes of /end');
  });

  it('are tried once more after a failure that passes', async () => {
    failures.set('/a', [503]);
    expect(
      await send([
        [
          ['POST', '/a'],
          ['PATCH', '/end'],
        ],
      ]),
    ).toMatchObject({ stdout: '0 delivered\n' });
    expect(received.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'POST /a',
      'POST /a',
      'PATCH /end',
    ]);
  });

  it('of the next method are not sent when one before could not be', async () => {
    failures.set('/a', [503, 503]);
    const { stdout, stderr } = await send([
      [
        ['POST', '/a'],
        ['POST', '/b'],
        ['PATCH', '/end'],
      ],
    ]);
    expect(stdout).toBe('0 left false\n');
    expect(stderr).toBe(
      'voice-otel: exporter 0: not everything could be delivered before the process ends\n',
    );
    expect(received.filter((line) => line.startsWith('PATCH'))).toEqual([]);
  });

  it('that are refused as such are not tried again, and hold up no end of a session', async () => {
    failures.set('/a', [422, 422]);
    const { stdout } = await send([
      [
        ['POST', '/a'],
        ['PATCH', '/end'],
      ],
    ]);
    expect(stdout).toBe('0 left false\n');
    expect(received.map((line) => line.split(' ')[1])).toEqual(['/a', '/end']);
  });

  it('of one back end do not wait for those of another', async () => {
    failures.set('/a', [500, 500]);
    const { stdout } = await send([
      [['POST', '/a']],
      [
        ['POST', '/b'],
        ['PATCH', '/c'],
      ],
    ]);
    expect(stdout).toBe('0 left false\n1 delivered\n');
    expect(received.map((line) => line.split(' ')[1]).sort()).toEqual(['/a', '/a', '/b', '/c']);
  });
});
