import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HttpProblem } from '../../../gateway/http/problem.js';
import { errorText } from '../../../otel/diagnostics.js';

/** Bytes of one answer at most. */
const MAX_BYTES = 1024 * 1024 * 1024;
const TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 3;
/** Kinds of content that are passed on; stores that know none say `application/octet-stream`. */
const SOUND =
  /^(?:audio\/[\w.+-]+|application\/(?:ogg|octet-stream)|binary\/octet-stream|video\/(?:webm|mp4))$/i;

/**
 * Asks a host for a recording. A redirect is followed within the allowed hosts only.
 * @throws HttpProblem 502 where it does not give it
 */
export async function fetchSound(
  url: URL,
  range: string | undefined,
  isAllowed: (url: URL) => boolean,
): Promise<Response> {
  let target = url;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const response = await ask(target, range);
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null)
      return checked(response, target);
    await response.body?.cancel();
    if (!URL.canParse(location, target)) break;
    target = new URL(location, target);
    if (!isAllowed(target)) {
      throw new HttpProblem(
        502,
        `the recording's host sends on to ${target.host}, which was not named (--recordings-from)`,
      );
    }
  }
  throw new HttpProblem(502, "the recording's host sends in circles");
}

async function ask(url: URL, range: string | undefined): Promise<Response> {
  try {
    return await fetch(url, {
      redirect: 'manual',
      headers: { 'accept-encoding': 'identity', ...(range === undefined ? {} : { range }) },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new HttpProblem(502, `the recording's host ${url.host} does not answer: ${errorText(error)}`);
  }
}

async function checked(response: Response, { host }: URL): Promise<Response> {
  const { status, headers } = response;
  const type = headers.get('content-type')?.split(';', 1)[0]?.trim() ?? 'application/octet-stream';
  const fail = async (message: string): Promise<never> => {
    await response.body?.cancel();
    throw new HttpProblem(502, message);
  };
  if (status === 401 || status === 403)
    return fail(`${host} refuses the recording (${status}): a presigned URL runs out`);
  if (status !== 200 && status !== 206 && status !== 416)
    return fail(`${host} answered ${status} for the recording`);
  if (status !== 416 && !SOUND.test(type)) return fail(`${host} answered with ${type}, which is no sound`);
  if (Number(headers.get('content-length') ?? 0) > MAX_BYTES)
    return fail('the recording is larger than 1 GiB');
  return response;
}

/** Passes a recording on, as it comes. */
export async function passOn(
  answer: Response,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const headers: Record<string, string> = {};
  for (const name of ['content-length', 'content-range', 'accept-ranges']) {
    const value = answer.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  const type = answer.headers.get('content-type') ?? '';
  response.writeHead(answer.status, {
    ...headers,
    'content-type': /^audio\//i.test(type) ? type : 'audio/*',
  });
  if (request.method === 'HEAD' || answer.body === null) {
    await answer.body?.cancel();
    response.end();
    return;
  }
  await pipeline(Readable.from(boundedBytes(answer.body)), response);
}

/** All bytes, at most `max`; `undefined` where there are more. */
export async function allBytes(answer: Response, max: number): Promise<Uint8Array | undefined> {
  if (answer.body === null) return undefined;
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > max) return undefined;
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

/** A body that goes on beyond what was said is cut off. */
async function* boundedBytes(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let length = 0;
  // The DOM's type of a stream does not know that Node's can be iterated.
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MAX_BYTES) return;
    yield chunk;
  }
}
