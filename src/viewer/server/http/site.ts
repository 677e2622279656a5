import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpProblem } from '../../../gateway/http/problem.js';
import type { FrontHandler } from '../../../gateway/options.js';
import { SIGNAL_NAMES, SIGNALS } from '../../../gateway/otlp/signals.js';
import { errorText, warn } from '../../../otel/diagnostics.js';
import type { Assets } from '../assets.js';
import type { Api } from './api.js';
import type { Guard } from './guard.js';
import { send, sendProblem, setSafeHeaders } from './reply.js';

/** The gateway's own paths: they stay with its receiver. */
const RECEIVED: ReadonlySet<string> = new Set([
  ...SIGNAL_NAMES.map((signal) => SIGNALS[signal].path),
  '/health',
  '/metrics',
]);

const STYLE = 'text/css; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const HTML = 'text/html; charset=utf-8';

/** The page and its API, in front of the receiver. */
export class Site {
  readonly #guard: Guard;
  readonly #assets: Assets;
  readonly #api: Api;

  constructor(guard: Guard, assets: Assets, api: Api) {
    this.#guard = guard;
    this.#assets = assets;
    this.#api = api;
  }

  readonly handle: FrontHandler = (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    try {
      this.#guard.checkOrigin(request);
    } catch (error) {
      this.#fail(request, response, error);
      return true;
    }
    if (RECEIVED.has(path)) return false;
    response.on('error', () => {});
    request.on('error', () => {});
    this.#answer(path, request, response).catch((error: unknown) => this.#fail(request, response, error));
    return true;
  };

  async #answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    setSafeHeaders(response);
    const cookie = this.#guard.cookieFor(request);
    if (cookie !== undefined && path === '/') {
      // Not a redirect: its target would be asked for without the cookie where a link on another site led here.
      const html = '<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>voice-otel</title>';
      send(response, 200, HTML, html, { 'set-cookie': cookie });
      return;
    }
    this.#guard.checkToken(request);
    if (path.startsWith('/api/')) return this.#api.answer(path, request, response);
    const { method } = request;
    if (method !== 'GET' && method !== 'HEAD') throw new HttpProblem(405, 'use GET', { allow: 'GET, HEAD' });
    const { html, script, style } = this.#assets;
    if (path === '/' || path === '/index.html') send(response, 200, HTML, html);
    else if (path === '/page.js') send(response, 200, SCRIPT, script);
    else if (path === '/page.css') send(response, 200, STYLE, style);
    else throw new HttpProblem(404, 'there is nothing here; the page is at /');
  }

  #fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (!response.headersSent) setSafeHeaders(response);
    if (error instanceof HttpProblem) {
      sendProblem(request, response, error.status, error.message, error.headers);
      return;
    }
    warn('viewer:internal', `a request failed inside the viewer: ${errorText(error)}`);
    sendProblem(request, response, 500, `the viewer failed on this request: ${errorText(error)}`);
  }
}
