import type { CallAnswer, FileAnswer, ProblemAnswer, SessionsAnswer } from '../../api.js';

/** Why the server could not be asked, or what it said instead; the message is for a person. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(String(error), 0);
}

/** All rows, or those of some sessions. */
export function fetchSessions(ids: readonly string[] = []): Promise<SessionsAnswer> {
  const query = ids.map((id) => `id=${encodeURIComponent(id)}`).join('&');
  return asked<SessionsAnswer>(query === '' ? 'api/sessions' : `api/sessions?${query}`);
}

export function fetchCall(sessionId: string): Promise<CallAnswer> {
  return asked<CallAnswer>(`api/sessions/${encodeURIComponent(sessionId)}`);
}

export function sendFile(file: File): Promise<FileAnswer> {
  return asked<FileAnswer>('api/files', {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'x-file-name': encodeURIComponent(file.name) },
    body: file,
  });
}

/** Asks the server this page came from; the answer's form is the server's promise (api.ts). */
async function asked<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(path, init).catch(() => undefined);
  if (response === undefined) {
    throw new Problem('No answer from voice-otel view. Is it still running?', 0);
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new Problem(problemText(body, response.status), response.status);
  if (body === undefined)
    throw new Problem('The answer of voice-otel view is not readable.', response.status);
  return body as Answer;
}

function problemText(body: unknown, status: number): string {
  if (isProblem(body)) return body.error;
  if (status === 401 || status === 403) {
    return 'This viewer asks for its token: open the address that voice-otel view printed when it started.';
  }
  return `voice-otel view answered with status ${status}.`;
}

function isProblem(body: unknown): body is ProblemAnswer {
  return typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string';
}
