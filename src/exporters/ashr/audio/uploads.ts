import { randomBytes } from 'node:crypto';
import { backoffMs } from '../../../delivery/backoff.js';
import { startDeadline, type Timer } from '../../../delivery/timers.js';
import { errorText, warn } from '../../../otel/diagnostics.js';
import { type AshrApi, COMMIT_PATH, FailedError, PRESIGN_PATH, RefusedError } from '../api.js';
import { isObject, parseJson } from '../attributes.js';
import { KeptFiles } from './kept-files.js';
import { put, type UploadTicket } from './put.js';
import { type AudioInput, type AudioSource, audioSource } from './source.js';

/** A recording of a session. */
export interface AudioUpload {
  readonly sessionId: string;
  readonly audio: AudioInput;
  /** Its length in ms. */
  readonly durationMs: number;
  /** `opus` (default), `wav`, … */
  readonly codec?: string | undefined;
  /** The file at the path given does not stay: where the upload fails, a copy of it is kept. Default false. */
  readonly temporary?: boolean | undefined;
}

interface Recording {
  readonly sessionId: string;
  readonly durationMs: number;
  readonly codec: string;
}

export interface UploadOptions {
  /** Where recordings stay whose upload failed. Default: a private folder under the system's temporary one. */
  readonly keepFolder?: string | undefined;
  /** Randomness of the back-off; default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** For how long an upload URL is used, in ms. Default 270 000: they live 5 minutes. */
  readonly ticketLifeMs?: number | undefined;
}

/** Tries at most, the first included; with the waits between them about two minutes. */
const MAX_ATTEMPTS = 7;
const TICKET_LIFE_MS = 270_000;
/** Uploads at a time; more wait. */
const CONCURRENCY = 3;
/** Of the time for shutting down, what is left for keeping files, at most, in ms. */
const MAX_RESERVE_MS = 1000;
/** Uploads that may wait. */
const MAX_WAITING = 1000;
const CODEC = /^[a-z\d][a-z\d.+-]{0,31}$/i;

/** Uploads recordings: a signed URL, a streamed PUT, a commit; each tried again while that may help. */
export class AudioUploads {
  readonly #api: AshrApi;
  readonly #kept: KeptFiles;
  readonly #random: () => number;
  readonly #ticketLifeMs: number;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<boolean>>();
  readonly #turns: (() => void)[] = [];
  #active = 0;

  constructor(api: AshrApi, options: UploadOptions = {}) {
    this.#api = api;
    this.#kept = new KeptFiles(options.keepFolder);
    this.#random = options.random ?? Math.random;
    this.#ticketLifeMs = options.ticketLifeMs ?? TICKET_LIFE_MS;
  }

  /**
   * Resolves with whether the recording has arrived. Never rejects. What could not be uploaded stays as a file, at the
   * path given or in the folder for such recordings, and a warning says where.
   */
  upload(upload: AudioUpload): Promise<boolean> {
    const result = this.#upload(upload).catch((error: unknown) => {
      warn('ashr:audio', `a recording could not be uploaded to Ashr: ${errorText(error)}`);
      return false;
    });
    this.#running.add(result);
    void result.then(() => this.#running.delete(result));
    return result;
  }

  /** Waits for running uploads, at most `timeoutMs` (ms); what is not done by then is broken off and kept as a file. */
  async shutdown(timeoutMs: number): Promise<void> {
    const reserve = Math.min(MAX_RESERVE_MS, timeoutMs / 4);
    const breakOff = startDeadline(() => this.#closing.abort(), timeoutMs - reserve);
    let giveUp: Timer | undefined;
    const late = new Promise<void>((resolve) => {
      giveUp = startDeadline(resolve, timeoutMs);
    });
    await Promise.race([Promise.all(this.#running), late]);
    breakOff.clear();
    giveUp?.clear();
    this.#closing.abort();
  }

  async #upload(upload: AudioUpload): Promise<boolean> {
    const { sessionId, audio, durationMs, codec = 'opus', temporary } = upload;
    if (typeof sessionId !== 'string' || sessionId === '') throw new TypeError('sessionId must be a string');
    if (typeof codec !== 'string' || !CODEC.test(codec))
      throw new TypeError('codec must be a short name such as opus');
    if (typeof durationMs !== 'number' || !(durationMs >= 0) || !Number.isFinite(durationMs)) {
      throw new TypeError('durationMs must be a number of milliseconds');
    }
    if (this.#turns.length >= MAX_WAITING) throw new Error(`${MAX_WAITING} uploads wait`);
    await this.#turn();
    try {
      const source = await audioSource(audio);
      const recording = { sessionId, codec, durationMs: Math.round(durationMs) };
      return await this.#uploadSource(
        recording,
        temporary === true ? { ...source, path: undefined } : source,
      );
    } finally {
      this.#active -= 1;
      this.#turns.shift()?.();
    }
  }

  async #uploadSource(recording: Recording, source: AudioSource): Promise<boolean> {
    try {
      await this.#attempt(recording, source);
      return true;
    } catch (error) {
      const place = source.path ?? (await this.#keep(source, recording));
      warn(
        'ashr:audio',
        `a recording could not be uploaded to Ashr (${errorText(error)}); the file stays at ${place}`,
      );
      return false;
    } finally {
      await source.release();
    }
  }

  async #attempt(recording: Recording, source: AudioSource): Promise<void> {
    const { signal } = this.#closing;
    let ticket: UploadTicket | undefined;
    let uploaded = false;
    for (let attempt = 1; ; attempt += 1) {
      if (signal.aborted) throw new Error('the client was shut down');
      try {
        if (!uploaded) {
          ticket = this.#usable(ticket) ?? (await this.#presign(recording));
          await put(ticket, source, signal);
          uploaded = true;
        }
        await this.#commit(recording, ticket?.objectKey ?? '');
        return;
      } catch (error) {
        if (error instanceof RefusedError || attempt >= MAX_ATTEMPTS) throw error;
        const { status, retryAfterMs } = error instanceof FailedError ? error : {};
        // A URL that was not accepted, or whose object is not there, is no use any more.
        if (status !== undefined && status >= 400 && status < 500) {
          ticket = undefined;
          uploaded = false;
        }
        await this.#pause(backoffMs(attempt, this.#random(), retryAfterMs));
      }
    }
  }

  async #commit({ sessionId, durationMs, codec }: Recording, objectKey: string): Promise<void> {
    await this.#api.send('POST', COMMIT_PATH, {
      session_id: sessionId,
      object_key: objectKey,
      duration_ms: durationMs,
      codec,
    });
  }

  #usable(ticket: UploadTicket | undefined): UploadTicket | undefined {
    return ticket !== undefined && Date.now() - ticket.at < this.#ticketLifeMs ? ticket : undefined;
  }

  async #presign({ sessionId, codec }: Recording): Promise<UploadTicket> {
    const at = Date.now();
    const { body } = await this.#api.send('POST', PRESIGN_PATH, { session_id: sessionId, codec });
    const answer = parseJson(body);
    if (!isObject(answer)) throw new FailedError('the answer to a presign request is no JSON object');
    const url = answer.upload_url ?? answer.url;
    if (typeof url !== 'string' || !/^https?:/.test(url))
      throw new FailedError('there is no upload URL in the answer');
    const key = answer.object_key ?? answer.key;
    const headers = isObject(answer.headers) ? answer.headers : {};
    const signed = Object.entries(headers).filter(
      (header): header is [string, string] => typeof header[1] === 'string',
    );
    return {
      url,
      objectKey: typeof key === 'string' ? key : '',
      headers: Object.fromEntries(signed.map(([name, value]) => [name.toLowerCase(), value])),
      at,
    };
  }

  async #keep(source: AudioSource, { sessionId, codec }: Recording): Promise<string> {
    const safe = sessionId.replace(/[^\w-]/g, '_').slice(0, 64);
    const name = `${safe}-${randomBytes(4).toString('hex')}.${codec}`;
    try {
      return await this.#kept.keep(source, name);
    } catch (error) {
      return `no path: it could not be kept (${errorText(error)})`;
    }
  }

  #turn(): Promise<void> {
    this.#active += 1;
    if (this.#active <= CONCURRENCY) return Promise.resolve();
    return new Promise((resolve) => {
      this.#turns.push(resolve);
    });
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#closing;
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = (): void => {
        timer.clear();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = startDeadline(done, ms);
      signal.addEventListener('abort', done);
    });
  }
}
