/**
 * The program of the thread that sends while the main one waits, as CommonJS. It is text, so that it needs no file of
 * its own beside whatever file this package is bundled into, and it loads nothing but Node's own modules.
 *
 * `workerData`: `lanes` are lists of requests, `flags[0]` becomes 1 when everything is over and `flags[1 + n]` when the
 * request numbered `n`, counted over all lanes, was taken. In a lane requests of one method go together, a few at a
 * time; those of the next method follow when all of them were answered (the end of a session never overtakes its rows).
 * What failed for a passing reason is tried once more; two that failed before anything was taken end the lane.
 */
export const SENDER_THREAD = `'use strict';
const { workerData } = require('node:worker_threads');
const { lanes, flags, deadline, concurrency, retryMs } = workerData;
const state = new Int32Array(flags);

function once(request, agent) {
  return new Promise((resolve) => {
    const { request: open } = require(request.url.startsWith('https:') ? 'node:https' : 'node:http');
    const body = Buffer.from(request.body);
    const left = Math.max(1, deadline - Date.now());
    const sent = open(request.url, {
      method: request.method,
      headers: { ...request.headers, 'content-length': String(body.length) },
      agent,
      signal: AbortSignal.timeout(left),
    });
    sent.on('error', () => resolve('failed'));
    sent.on('response', (response) => {
      const status = response.statusCode;
      response.on('error', () => resolve('failed'));
      response.on('end', () => {
        if (status >= 200 && status < 300) resolve('taken');
        else resolve([400, 413, 422].includes(status) ? 'refused' : 'failed');
      });
      response.resume();
    });
    sent.end(body);
  });
}

async function send(request, agent) {
  const first = await once(request, agent);
  if (first !== 'failed' || Date.now() + retryMs >= deadline) return first;
  await new Promise((resolve) => setTimeout(resolve, retryMs));
  return once(request, agent);
}

async function sendLane(requests, offset) {
  const [first] = requests;
  if (first === undefined) return;
  const { Agent } = require(first.url.startsWith('https:') ? 'node:https' : 'node:http');
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency, ...first.tls });
  let taken = 0;
  let failed = 0;
  let next = 0;
  while (next < requests.length) {
    const { method } = requests[next];
    let end = next;
    while (end < requests.length && requests[end].method === method) end += 1;
    const worker = async () => {
      while (next < end && Date.now() < deadline && (taken > 0 || failed < 2)) {
        const index = next;
        next += 1;
        const outcome = await send(requests[index], agent);
        if (outcome === 'failed') failed += 1;
        if (outcome !== 'taken') continue;
        taken += 1;
        Atomics.store(state, 1 + offset + index, 1);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    if (failed > 0 || next < end) break;
  }
  agent.destroy();
}

async function sendAll() {
  const running = [];
  let offset = 0;
  for (const requests of lanes) {
    running.push(sendLane(requests, offset));
    offset += requests.length;
  }
  await Promise.allSettled(running);
}

sendAll().finally(() => {
  Atomics.store(state, 0, 1);
  Atomics.notify(state, 0);
});
`;
