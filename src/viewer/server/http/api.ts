import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpProblem } from '../../../gateway/http/problem.js';
import { errorText } from '../../../otel/diagnostics.js';
import { Theme } from '../../../report/text/theme.js';
import { renderTimeline } from '../../../report/text/timeline.js';
import { VERSION } from '../../../semconv/version.js';
import type { CallAnswer, FileAnswer, SessionsAnswer } from '../../api.js';
import { sessionsCsv } from '../../csv.js';
import type { Assets } from '../assets.js';
import type { Catalog } from '../catalog.js';
import { exportedPage } from '../export/page.js';
import { readStream } from '../intake/read-stream.js';
import type { SpanIntake } from '../intake/span-intake.js';
import type { Recordings } from '../recording/recordings.js';
import type { ChangeFeed } from './change-feed.js';
import { queryOf } from './guard.js';
import { attachment, send, sendJson, sendProblem } from './reply.js';

/** Columns of the exported text. */
const TEXT_WIDTH = 100;
/** Files sent at the same time, and bytes of one. */
const MAX_UPLOADS = 4;
const MAX_UPLOAD_BYTES = 1024 * 1024 * 1024;
/** A recording in an exported page at most, before base64. */
const MAX_EXPORTED_AUDIO_BYTES = 64 * 1024 * 1024;

export interface ApiParts {
  readonly catalog: Catalog;
  readonly feed: ChangeFeed;
  readonly recordings: Recordings;
  /** Takes sent files. */
  readonly files: SpanIntake;
  readonly assets: Assets;
  readonly folder: string | undefined;
  readonly endpoint: () => string;
  readonly notes: () => readonly string[];
}

/** Answers what `src/viewer/api.ts` describes. */
export class Api {
  readonly #parts: ApiParts;
  #uploads = 0;

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  /** Rejects with an HttpProblem where there is no answer. */
  async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (path === '/api/files') {
      allow(request, 'POST');
      return this.#takeFile(request, response);
    }
    allow(request, 'GET');
    const ids = queryOf(request).getAll('id');
    if (path === '/api/sessions') return this.#sessions(ids, response);
    if (path === '/api/sessions.csv') {
      const rows = await this.#parts.catalog.rows(ids.length === 0 ? undefined : ids);
      send(response, 200, 'text/csv; charset=utf-8', sessionsCsv(rows), attachment('calls.csv'));
      return;
    }
    if (path === '/api/changes') {
      if (!this.#parts.feed.listen(response)) throw new HttpProblem(503, 'too many pages are open');
      return;
    }
    const [, encoded, what] =
      /^\/api\/sessions\/([^/]+)(?:\/(recording|export\.html|export\.txt))?$/.exec(path) ?? [];
    const id = decoded(encoded);
    if (id === undefined) throw new HttpProblem(404, 'the viewer has no such address');
    return this.#call(id, what, request, response);
  }

  async #sessions(ids: readonly string[], response: ServerResponse): Promise<void> {
    const { catalog, folder, endpoint, notes } = this.#parts;
    const answer: SessionsAnswer = {
      version: VERSION,
      sessions: await catalog.rows(ids.length === 0 ? undefined : ids),
      otherScopes: catalog.otherScopes,
      folder,
      endpoint: endpoint(),
      notes: notes(),
    };
    sendJson(response, answer);
  }

  async #call(
    id: string,
    what: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { catalog, recordings, assets } = this.#parts;
    const call = await catalog.call(id);
    if (call === undefined) {
      throw new HttpProblem(404, `there is no call with the session id ${id}; it may have been let go`);
    }
    const { report, live } = call;
    if (what === 'recording') return recordings.send(report, request, response);
    if (what === 'export.txt') {
      const text = renderTimeline(report, new Theme({ width: TEXT_WIDTH, ascii: false, style: undefined }));
      send(response, 200, 'text/plain; charset=utf-8', text);
      return;
    }
    const recording = await recordings.answer(report);
    const answer: CallAnswer = { report, live, recording };
    if (what === undefined) {
      sendJson(response, answer);
      return;
    }
    const wantsAudio = queryOf(request).get('audio') === '1';
    const exported = {
      ...answer,
      recording: await recordings.exported(report, wantsAudio ? MAX_EXPORTED_AUDIO_BYTES : 0),
    };
    send(
      response,
      200,
      'text/html; charset=utf-8',
      exportedPage(exported, assets),
      attachment(`call-${id}.html`),
    );
  }

  async #takeFile(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (Number(request.headers['content-length'] ?? 0) > MAX_UPLOAD_BYTES) {
      throw new HttpProblem(
        413,
        'the file is larger than 1 GiB; name it on the command line: voice-otel view FILE',
      );
    }
    if (this.#uploads >= MAX_UPLOADS)
      throw new HttpProblem(429, 'too many files at a time', { 'retry-after': '1' });
    if (request.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
    this.#uploads += 1;
    try {
      const { ids, spans, problems } = await readStream(bounded(request), this.#parts.files);
      const answer: FileAnswer = { sessionIds: ids, spans, problems };
      sendJson(response, answer);
    } catch (error) {
      if (error instanceof HttpProblem) throw error;
      sendProblem(request, response, 400, `the file could not be read: ${errorText(error)}`);
    } finally {
      this.#uploads -= 1;
    }
  }
}

async function* bounded(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_UPLOAD_BYTES) throw new HttpProblem(413, 'the file is larger than 1 GiB');
    yield chunk;
  }
}

function allow(request: IncomingMessage, method: 'GET' | 'POST'): void {
  if (request.method === method || (method === 'GET' && request.method === 'HEAD')) return;
  throw new HttpProblem(405, `use ${method}`, { allow: method });
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
