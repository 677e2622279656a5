import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeliveryQueue } from '../../../src/delivery/queue.js';
import { OtlpFileExporter } from '../../../src/exporters/otlp-file/exporter.js';
import { maskedCopy } from '../../../src/masking/span.js';
import { OtlpFileExporter as PublicOtlpFileExporter } from '../../../src/node.js';
import { resetWarnings } from '../../../src/otel/diagnostics.js';
import type { ExportResultLike, ReadableSpanLike } from '../../../src/otel/types.js';
import { span } from '../../delivery/span.js';
import { sdkSpans } from '../sdk-spans.js';

/** The part of `@elastic/mockotlpserver` used here; it comes without types. */
interface MockServer {
  readonly httpUrl: URL | null;
  start(): Promise<void>;
  close(): Promise<void>;
}
interface MockServerModule {
  MockOtlpServer: new (options: object) => MockServer;
}
const { MockOtlpServer }: MockServerModule = createRequire(import.meta.url)('@elastic/mockotlpserver');

let folder: string;
let path: string;
let warnings: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otlp-file-'));
  path = join(folder, 'traces.jsonl');
  resetWarnings();
  warnings = [];
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void warnings.push(line));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

function send(exporter: OtlpFileExporter, spans: ReadableSpanLike[]): Promise<ExportResultLike> {
  return new Promise((resolve) => exporter.export(spans, resolve));
}

interface Request {
  resourceSpans: {
    scopeSpans: { spans: { name: string; attributes: { key: string; value: object }[] }[] }[];
  }[];
}

async function requests(): Promise<Request[]> {
  const text = await readFile(path, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line): Request => JSON.parse(line));
}

function spanNames(request: Request | undefined): string[] {
  return (request?.resourceSpans ?? []).flatMap((resource) =>
    resource.scopeSpans.flatMap((scope) => scope.spans.map((item) => item.name)),
  );
}

describe('OtlpFileExporter', () => {
  it('is what voice-otel/node exports', () => {
    expect(PublicOtlpFileExporter).toBe(OtlpFileExporter);
  });

  it('writes one export request a line, and adds to what is there', async () => {
    const first = new OtlpFileExporter({ path });
    expect(await send(first, [span('a'), span('b')])).toEqual({ code: 0 });
    expect(await send(first, [span('c')])).toEqual({ code: 0 });
    await first.shutdown();
    const second = new OtlpFileExporter({ path: pathToFileURL(path) });
    await send(second, sdkSpans());
    expect((await requests()).map(spanNames)).toEqual([
      ['a', 'b'],
      ['c'],
      ['chat model', 'sibling', 'child', 'elsewhere', 'kind 0', 'kind 4'],
    ]);
  });

  it('makes the folder, and a file for its owner only', async () => {
    path = join(folder, 'new', 'folder', 'traces.jsonl');
    const exporter = new OtlpFileExporter({ path });
    await expect(stat(join(folder, 'new'))).rejects.toThrow('ENOENT');
    await send(exporter, [span('a')]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'new'))).mode & 0o777).toBe(0o700);
  });

  it('writes many exports in their order, each on a line of its own', async () => {
    const exporter = new OtlpFileExporter({ path });
    const text = 'x'.repeat(50_000);
    const results = Array.from({ length: 40 }, (_, index) => send(exporter, [span(String(index), { text })]));
    await exporter.forceFlush();
    expect((await requests()).map(spanNames)).toEqual(results.map((_, index) => [String(index)]));
    expect(await Promise.all(results)).toEqual(results.map(() => ({ code: 0 })));
  });

  it('fails exports beyond 64 waiting ones, instead of collecting them', async () => {
    const exporter = new OtlpFileExporter({ path });
    const results = await Promise.all(
      Array.from({ length: 70 }, (_, index) => send(exporter, [span(String(index))])),
    );
    expect(results.map((result) => result.code)).toEqual([...new Array(64).fill(0), ...new Array(6).fill(1)]);
    expect(results[69]?.error?.message).toBe('64 exports wait for the disk');
    expect(await send(exporter, [span('later')])).toEqual({ code: 0 });
    expect(await requests()).toHaveLength(65);
  });

  it('makes a new file when the old one was moved away', async () => {
    const exporter = new OtlpFileExporter({ path });
    await send(exporter, [span('a')]);
    await rename(path, `${path}.1`);
    await send(exporter, [span('b')]);
    expect((await requests()).map(spanNames)).toEqual([['b']]);
  });

  it('ends a line that a crash has cut short', async () => {
    await writeFile(path, '{"resourceSpans":[{"reso');
    await send(new OtlpFileExporter({ path }), [span('a')]);
    const lines = (await readFile(path, 'utf8')).split('\n');
    expect(lines[0]).toBe('{"resourceSpans":[{"reso');
    expect(spanNames(JSON.parse(lines[1] ?? ''))).toEqual(['a']);
  });

  it('says failures through the callback; a queue delivers once the disk is back', async () => {
    await mkdir(path);
    const exporter = new OtlpFileExporter({ path });
    const result = await send(exporter, [span('a')]);
    expect(result.code).toBe(1);
    expect(result.error?.message).toContain('EISDIR');

    const queue = new DeliveryQueue(exporter);
    queue.enqueue(span('b'));
    await queue.forceFlush();
    expect(queue.size).toBe(1);
    await rm(path, { recursive: true });
    await queue.shutdown();
    expect((await requests()).map(spanNames)).toEqual([['b']]);
    expect(queue.dropped).toBe(0);
  });

  it('writes nothing after shutdown, and says so', async () => {
    const exporter = new OtlpFileExporter({ path });
    await exporter.shutdown();
    expect((await send(exporter, [span('a')])).error?.message).toBe('the exporter is shut down');
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('writes nothing for no spans', async () => {
    expect(await send(new OtlpFileExporter({ path }), [])).toEqual({ code: 0 });
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('leaves out a span that cannot be read, and only that', async () => {
    const broken = {
      ...span('broken'),
      spanContext(): never {
        throw new Error('no');
      },
    };
    expect(await send(new OtlpFileExporter({ path }), [span('a'), broken, span('b')])).toEqual({ code: 0 });
    expect((await requests()).map(spanNames)).toEqual([['a', 'b']]);
    expect(warnings).toContain('voice-otel: 1 of 3 spans cannot be read and are not written');
  });

  it('survives a callback that throws', async () => {
    const exporter = new OtlpFileExporter({ path });
    exporter.export([span('a')], () => {
      throw new Error('no');
    });
    await expect(exporter.forceFlush()).resolves.toBeUndefined();
    expect(await send(exporter, [span('b')])).toEqual({ code: 0 });
  });
});

describe('what is written is private', () => {
  const TEXT = 'mail me at jane.doe@example.com';

  async function written(): Promise<string> {
    return readFile(path, 'utf8');
  }

  it('masks what no processor has masked, and leaves the span as it is', async () => {
    const given = span('a', { 'voice.turn.transcript': TEXT });
    await send(new OtlpFileExporter({ path }), [given]);
    expect(await written()).not.toContain('jane.doe');
    expect(await written()).toContain('mail me at [REDACTED:email]');
    expect(given.attributes['voice.turn.transcript']).toBe(TEXT);
  });

  it('leaves alone what a processor has masked', async () => {
    const processed = maskedCopy(
      span('a', { 'voice.turn.transcript': TEXT }),
      { mask: () => 'masked before', detect: () => [] },
      { captureContent: true },
    );
    await send(new OtlpFileExporter({ path }), [processed]);
    expect(await written()).toContain('masked before');
  });

  it('takes a masker of the user, or none', async () => {
    const given = span('a', { 'voice.turn.transcript': TEXT });
    const masker = { mask: (text: string) => text.replaceAll('jane', 'J'), detect: () => [] };
    await send(new OtlpFileExporter({ path, masker }), [given]);
    expect(await written()).toContain('mail me at J.doe@example.com');
    await send(new OtlpFileExporter({ path, masker: false }), [given]);
    expect(await written()).toContain(TEXT);
  });

  it('writes no content where that is not wanted, masked before or not', async () => {
    const given = span('a', { 'voice.turn.transcript': 'the weather', 'voice.turn.index': 7 });
    const processed = maskedCopy(given, { mask: (text) => text, detect: () => [] }, { captureContent: true });
    await send(new OtlpFileExporter({ path, captureContent: false }), [given, processed]);
    vi.stubEnv('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT', 'false');
    const byEnvironment = new OtlpFileExporter({ path });
    vi.unstubAllEnvs();
    await send(byEnvironment, [given, processed]);
    expect(await written()).not.toContain('the weather');
    expect((await written()).match(/voice\.turn\.index/g)).toHaveLength(4);
  });
});

describe('beside other software', () => {
  it('works under the BatchSpanProcessor of the SDK', async () => {
    const provider = new BasicTracerProvider({
      spanProcessors: [new BatchSpanProcessor(new OtlpFileExporter({ path }))],
    });
    for (let index = 0; index < 5; index += 1) provider.getTracer('t').startSpan(`span ${index}`).end();
    await provider.shutdown();
    expect((await requests()).flatMap(spanNames)).toEqual(['span 0', 'span 1', 'span 2', 'span 3', 'span 4']);
  });

  it('writes lines that an OTLP receiver takes as they are', async () => {
    await send(new OtlpFileExporter({ path, masker: false }), sdkSpans());
    const received: { resourceSpans: { scopeSpans: { spans: { name: string }[] }[] }[] }[] = [];
    const server = new MockOtlpServer({
      logLevel: 'fatal',
      services: ['http'],
      httpHostname: '127.0.0.1',
      httpPort: 0,
      onTrace: (trace: (typeof received)[number]) => void received.push(trace),
    });
    await server.start();
    try {
      const [line] = (await readFile(path, 'utf8')).split('\n');
      const status = await post(new URL('/v1/traces', server.httpUrl ?? ''), line ?? '');
      expect(status).toBe(200);
      await vi.waitFor(() => expect(received).toHaveLength(1));
      expect(received).toEqual(await requests());
    } finally {
      await server.close();
    }
  });
});

function post(url: URL, body: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const call = request(url, { method: 'POST', headers, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    call.on('error', reject).end(body);
  });
}

describe('options', () => {
  it.each([
    [undefined, 'OtlpFileExporter takes an object of options: { path, masker?, captureContent? }'],
    ['traces.jsonl', 'OtlpFileExporter takes an object of options: { path, masker?, captureContent? }'],
    [{}, 'path must be a file path (a non-empty string) or a file: URL'],
    [{ path: '' }, 'path must be a file path (a non-empty string) or a file: URL'],
    [{ path: 7 }, 'path must be a file path (a non-empty string) or a file: URL'],
    [{ path: 'a\0b' }, 'path must be a file path (a non-empty string) or a file: URL'],
    [{ path: new URL('https://example.com/x') }, 'path must be a file path or a file: URL, got a https: URL'],
    [
      { path: 'x', mask: true },
      'unknown option mask of OtlpFileExporter; allowed: path, masker, captureContent',
    ],
    [
      { path: 'x', masker: true },
      'masker must be false or an object with mask(text) and detect(text), see createMasker()',
    ],
    [{ path: 'x', captureContent: 'no' }, 'captureContent must be a boolean'],
  ])('refuse %j', (options, message) => {
    expect(() => new OtlpFileExporter(options as never)).toThrow(new TypeError(message));
  });

  it('keep a relative path at the folder it was given in', async () => {
    const exporter = new OtlpFileExporter({ path: relative(process.cwd(), path) });
    const before = process.cwd();
    process.chdir(tmpdir());
    try {
      await send(exporter, [span('a')]);
    } finally {
      process.chdir(before);
    }
    expect((await requests()).map(spanNames)).toEqual([['a']]);
  });
});
