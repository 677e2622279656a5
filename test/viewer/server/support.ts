import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { CallAnswer, FileAnswer, ProblemAnswer, SessionsAnswer } from '../../../src/viewer/api.js';
import type { ViewerOptions } from '../../../src/viewer/server/options.js';
import { startViewer, type Viewer } from '../../../src/viewer/server/viewer.js';

export const DEMO_FILE = join(import.meta.dirname, '../../fixtures/readme/demo.otlp.jsonl');
export const DEMO_ID = 's_17dc1340146a7698';
export const DEMO_LINES = readFileSync(DEMO_FILE, 'utf8').trim().split('\n');

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'voice-otel-viewer-'));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A viewer on a free port, which ends after the test. */
export async function viewerWith(options: ViewerOptions = {}): Promise<Viewer> {
  const viewer = await startViewer({ port: 0, ...options });
  cleanUps.push(() => viewer.shutdown());
  return viewer;
}

export async function sessionsOf(viewer: Viewer, query = ''): Promise<SessionsAnswer> {
  return (await fetch(`${viewer.url}/api/sessions${query}`)).json() as Promise<SessionsAnswer>;
}

export async function callOf(viewer: Viewer, id: string): Promise<CallAnswer> {
  return (await fetch(`${viewer.url}/api/sessions/${encodeURIComponent(id)}`)).json() as Promise<CallAnswer>;
}

export async function sendFile(viewer: Viewer, body: string): Promise<FileAnswer> {
  const response = await fetch(`${viewer.url}/api/files`, {
    method: 'POST',
    headers: { 'x-file-name': 'calls.jsonl' },
    body,
  });
  return response.json() as Promise<FileAnswer>;
}

export async function postSpans(
  viewer: Viewer,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${viewer.url}/v1/traces`, {
    method: 'POST',
    headers: {
      'content-type': typeof body === 'string' ? 'application/json' : 'application/x-protobuf',
      ...headers,
    },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
}

/** Asks until the answer is as wanted; the test's own time limit ends it. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A request with headers that `fetch` does not let through. */
export function ask(
  viewer: Viewer,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body = '',
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(path, viewer.url), { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

export function problemOf({ text }: RawAnswer): string {
  return (JSON.parse(text) as ProblemAnswer).error;
}
