import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { RecordingAnswer } from '../../../src/viewer/api.js';
import { rangeOf } from '../../../src/viewer/server/recording/range.js';
import { ask, callOf, DEMO_ID, DEMO_LINES, temporaryFolder, viewerWith } from './support.js';

/** A WAV file of a second: 8000 samples of 8 bits. */
function wav(): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + 8000, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(8000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(8000, 40);
  return Buffer.concat([head, Buffer.from(Array.from({ length: 8000 }, (_value, index) => index % 256))]);
}

/** The demo call with a recording, in a file of its own. */
function callWith(url: string, folder: string): string {
  const attribute = (key: string, value: object): object => ({ key, value });
  const lines = DEMO_LINES.map((line) => {
    const request = JSON.parse(line);
    for (const span of request.resourceSpans.flatMap((one: { scopeSpans: { spans: object[] }[] }) =>
      one.scopeSpans.flatMap(({ spans }) => spans),
    )) {
      if (span.name === 'voice.session')
        span.attributes.push(attribute('voice.recording.url', { stringValue: url }));
    }
    return JSON.stringify(request);
  });
  const file = join(folder, 'call.jsonl');
  writeFileSync(file, lines.join('\n'));
  return file;
}

function reasonOf(recording: RecordingAnswer): string {
  return recording.available ? 'it can be heard' : recording.reason;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A host with a recording, which keeps what it was asked. */
async function host(
  answer: (request: IncomingMessage) => { status: number; headers?: Record<string, string>; body?: Buffer },
) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    const { status, headers = {}, body } = answer(request);
    response.writeHead(status, headers);
    response.end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { asked, name: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const PATH = `/api/sessions/${DEMO_ID}/recording`;

describe('a recording in a file', () => {
  it('is played from beside the opened file, with ranges', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'recordings'));
    const sound = wav();
    writeFileSync(join(folder, 'recordings/call.wav'), sound);
    for (const url of ['recordings/call.wav', pathToFileURL(join(folder, 'recordings/call.wav')).href]) {
      const viewer = await viewerWith({ files: [callWith(url, folder)] });
      const { recording } = await callOf(viewer, DEMO_ID);
      expect(recording).toEqual({
        available: true,
        url: PATH.slice(1),
        contentType: 'audio/wav',
        startMs: 0,
      });
      const whole = await fetch(`${viewer.url}${PATH}`);
      expect(whole.headers.get('accept-ranges')).toBe('bytes');
      expect(Buffer.from(await whole.arrayBuffer())).toEqual(sound);
      const part = await fetch(`${viewer.url}${PATH}`, { headers: { range: 'bytes=100-199' } });
      expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 100-199/8044']);
      expect(Buffer.from(await part.arrayBuffer())).toEqual(sound.subarray(100, 200));
      const beyond = await fetch(`${viewer.url}${PATH}`, { headers: { range: 'bytes=9000-' } });
      expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */8044']);
    }
  });

  it('is not played from elsewhere; the reason names the option', async () => {
    const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
    const sound = join(elsewhere, 'call.wav');
    writeFileSync(sound, wav());
    symlinkSync(sound, join(folder, 'link.wav'));
    for (const url of [
      sound,
      pathToFileURL(sound).href,
      `../${elsewhere.split('/').at(-1)}/call.wav`,
      'link.wav',
    ]) {
      const viewer = await viewerWith({ files: [callWith(url, folder)] });
      expect(reasonOf((await callOf(viewer, DEMO_ID)).recording)).toContain(`--recordings ${elsewhere}`);
      expect((await fetch(`${viewer.url}${PATH}`)).status).toBe(404);
    }
    const viewer = await viewerWith({ files: [callWith(sound, folder)], recordingFolders: [elsewhere] });
    expect((await callOf(viewer, DEMO_ID)).recording.available).toBe(true);
    expect((await fetch(`${viewer.url}${PATH}`)).status).toBe(200);
  });

  it('is sound, or it is not played', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'secrets.wav'), 'user name and password');
    const viewer = await viewerWith({ files: [callWith('secrets.wav', folder)] });
    expect(reasonOf((await callOf(viewer, DEMO_ID)).recording)).toMatch(/no sound file/);
    const answer = await fetch(`${viewer.url}${PATH}`);
    expect(answer.status).toBe(415);
    expect(await answer.text()).not.toContain('password');
  });

  it('says why there is none', async () => {
    const folder = temporaryFolder();
    for (const [url, reason] of [
      ['gone.wav', /is not there \(yet\)/],
      ['s3://bucket/call.wav', /cannot read.*--recordings-from/],
      ['javascript:alert(1)', /cannot read/],
      ['file://host/share/call.wav', /no path that can be used/],
      ['.', /is not a file/],
      ['a\0b', /no path that can be used/],
    ] as const) {
      const viewer = await viewerWith({ files: [callWith(url, folder)] });
      expect(reasonOf((await callOf(viewer, DEMO_ID)).recording)).toMatch(reason);
    }
    const viewer = await viewerWith();
    await fetch(`${viewer.url}/api/files`, { method: 'POST', body: DEMO_LINES.join('\n') });
    expect(reasonOf((await callOf(viewer, DEMO_ID)).recording)).toMatch(/was not recorded.*CallRecorder/);
  });
});

describe('a recording at a host', () => {
  it('is asked for only where the host was named', async () => {
    const sound = wav();
    const { asked, name } = await host((request) => {
      const { range } = request.headers;
      return range === undefined
        ? { status: 200, headers: { 'content-type': 'audio/wav' }, body: sound }
        : {
            status: 206,
            headers: { 'content-type': 'audio/wav', 'content-range': 'bytes 5-9/8044' },
            body: sound.subarray(5, 10),
          };
    });
    const file = callWith(`http://${name}/call.wav?X-Amz-Signature=secret`, temporaryFolder());
    const careful = await viewerWith({ files: [file] });
    const reason = reasonOf((await callOf(careful, DEMO_ID)).recording);
    expect(reason).toContain(`--recordings-from ${name}`);
    expect(reason).not.toContain('secret');
    expect((await fetch(`${careful.url}${PATH}`)).status).toBe(404);
    await fetch(`${careful.url}/api/sessions/${DEMO_ID}/export.html?audio=1`);
    expect(asked).toHaveLength(0);

    const viewer = await viewerWith({ files: [file], recordingHosts: [name] });
    expect((await callOf(viewer, DEMO_ID)).recording.available).toBe(true);
    expect(asked).toHaveLength(0);
    expect(Buffer.from(await (await fetch(`${viewer.url}${PATH}`)).arrayBuffer())).toEqual(sound);
    const part = await fetch(`${viewer.url}${PATH}`, { headers: { range: 'bytes=5-9' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 5-9/8044']);
    expect(asked.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=5-9']);
  });

  it.each([
    [
      'sends to another host',
      { status: 302, headers: { location: 'http://localhost:9/private' } },
      /localhost:9/,
    ],
    ['sends in circles', { status: 302, headers: { location: '/' } }, /circles/],
    ['refuses', { status: 403 }, /runs out/],
    [
      'gives no sound',
      { status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from('<p>') },
      /no sound/,
    ],
  ])('is not played where it %s', async (_what, answer, message) => {
    const { name } = await host(() => answer);
    const file = callWith(`http://${name}/call.wav`, temporaryFolder());
    const viewer = await viewerWith({ files: [file], recordingHosts: [name] });
    const got = await ask(viewer, PATH);
    expect(got.status).toBe(502);
    expect(got.text).toMatch(message);
  });
});

describe('ranges', () => {
  it.each([
    [undefined, undefined],
    ['bytes=0-', { start: 0, end: 99 }],
    ['bytes=10-19', { start: 10, end: 19 }],
    ['bytes=90-200', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-1000', { start: 0, end: 99 }],
    ['bytes=100-', 'beyond'],
    ['bytes=-0', 'beyond'],
    ['bytes=20-10', undefined],
    ['bytes=0-1,5-6', undefined],
    ['lines=1-2', undefined],
    ['bytes=-', undefined],
  ])('%s', (header, expected) => {
    expect(rangeOf(header, 100)).toEqual(expected);
  });
});
