import { type FileHandle, open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { HttpProblem } from '../../../gateway/http/problem.js';
import { errorText } from '../../../otel/diagnostics.js';
import type { SessionReport } from '../../../report/model.js';
import type { RecordingAnswer } from '../../api.js';
import { send } from '../http/reply.js';
import { locate, type RecordingPlaces } from './locate.js';
import { rangeOf } from './range.js';
import { allBytes, fetchSound, passOn } from './remote.js';
import { HEAD_BYTES, soundType } from './sound.js';
import { WaitForFiles } from './wait-for-files.js';

const TYPES: Readonly<Record<string, string>> = { wav: 'audio/wav', opus: 'audio/ogg' };

/** Plays the recordings that session spans name, as far as it is allowed to. */
export class Recordings {
  readonly #places: RecordingPlaces;
  readonly #waiting: WaitForFiles;

  /** @param onStored told of a session whose recording somebody asked for before it was stored */
  constructor(places: RecordingPlaces, onStored: (sessionId: string) => void = () => {}) {
    this.#places = places;
    this.#waiting = new WaitForFiles(onStored);
  }

  close(): void {
    this.#waiting.close();
  }

  /** Whether a call can be heard. Never rejects. */
  async answer(report: SessionReport): Promise<RecordingAnswer> {
    const found = await locate(report.recording.url, this.#places);
    if (found.kind === 'none') {
      if (found.missing !== undefined) this.#waiting.add(report, found.missing);
      return { available: false, reason: found.reason };
    }
    const contentType =
      found.kind === 'file'
        ? await typeOfFile(found.path)
        : (TYPES[report.recording.codec ?? ''] ?? 'audio/*');
    if (contentType === undefined) return { available: false, reason: noSound(report) };
    const url = `api/sessions/${encodeURIComponent(report.sessionId)}/recording`;
    return { available: true, url, contentType, startMs: startOf(report) };
  }

  /** Rejects with an HttpProblem where there is nothing to send. */
  async send(report: SessionReport, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const found = await locate(report.recording.url, this.#places);
    if (found.kind === 'none') throw new HttpProblem(404, found.reason);
    if (found.kind === 'file') return sendFile(found.path, report, request, response);
    const range = request.headers.range;
    const answer = await fetchSound(found.url, range, (url) => this.#isAllowed(url));
    await passOn(answer, request, response).catch(() => response.destroy());
  }

  /** For an exported page: with the sound in it where it has at most `maxBytes`. Never rejects. */
  async exported(report: SessionReport, maxBytes: number): Promise<RecordingAnswer> {
    const known = await this.answer(report);
    if (!known.available) return known;
    if (maxBytes === 0) return { available: false, reason: 'This page was exported without the recording.' };
    try {
      const bytes = await this.#bytes(report, maxBytes);
      if (bytes === undefined) {
        const limit = `${maxBytes / 1024 / 1024} MiB`;
        return { available: false, reason: `The recording is larger than ${limit}, too large for a page.` };
      }
      const contentType = soundType(bytes) ?? known.contentType;
      const url = `data:${contentType};base64,${Buffer.from(bytes).toString('base64')}`;
      return { ...known, contentType, url };
    } catch (error) {
      const reason = error instanceof HttpProblem ? error.message : errorText(error);
      return { available: false, reason: `The recording could not be put into this page: ${reason}` };
    }
  }

  async #bytes(report: SessionReport, maxBytes: number): Promise<Uint8Array | undefined> {
    const found = await locate(report.recording.url, this.#places);
    if (found.kind === 'none') throw new HttpProblem(404, found.reason);
    if (found.kind === 'remote') {
      return allBytes(await fetchSound(found.url, undefined, (url) => this.#isAllowed(url)), maxBytes);
    }
    return withFile(found.path, async (file) => {
      const { size } = await file.stat();
      return size > maxBytes ? undefined : await file.readFile();
    });
  }

  #isAllowed(url: URL): boolean {
    const { hosts } = this.#places;
    return /^https?:$/.test(url.protocol) && (hosts.includes(url.host) || hosts.includes(url.hostname));
  }
}

async function sendFile(
  path: string,
  report: SessionReport,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const type = soundType(await headOf(file));
    if (type === undefined) throw new HttpProblem(415, noSound(report));
    const range = rangeOf(request.headers.range, size);
    if (range === 'beyond') {
      send(response, 416, 'text/plain; charset=utf-8', '', { 'content-range': `bytes */${size}` });
      return;
    }
    const { start, end } = range ?? { start: 0, end: size - 1 };
    response.writeHead(range === undefined ? 200 : 206, {
      'content-type': type,
      'accept-ranges': 'bytes',
      'content-length': String(end - start + 1),
      ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    // A player that seeks goes away in the middle: that is no failure.
    await pipeline(file.createReadStream({ start, end, autoClose: false }), response).catch(() =>
      response.destroy(),
    );
  } finally {
    await file.close();
  }
}

async function typeOfFile(path: string): Promise<string | undefined> {
  return withFile(path, async (file) => soundType(await headOf(file))).catch(() => undefined);
}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'r');
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

async function headOf(file: FileHandle): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

function noSound({ recording }: SessionReport): string {
  return `The recording ${(recording.url ?? '').slice(0, 300)} is no sound file that browsers play (WAV, Ogg, MP3, MP4, FLAC, WebM), or it cannot be read.`;
}

/** Where the recording begins in the call: turns say where in it they begin. */
function startOf({ turns }: SessionReport): number {
  const starts = turns
    .flatMap(({ startMs, recordingOffsetMs }) =>
      recordingOffsetMs === undefined ? [] : [startMs - recordingOffsetMs],
    )
    .sort((a, b) => a - b);
  return Math.round(starts[Math.floor(starts.length / 2)] ?? 0);
}
