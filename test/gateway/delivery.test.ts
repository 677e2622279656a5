import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OtlpTraceRequest } from '../../src/exporters/otlp-json.js';
import { FileTarget } from '../../src/gateway/forward/file-target.js';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import type { SpanNormalizer } from '../../src/gateway/normalise/normalizer.js';
import { BackEnd, gatewayTo, identityNormalizer, PROTOBUF, post, recordings, spansOf } from './support.js';

const TRACES = '/v1/traces';
const bodies = recordings('greeting-two-turns');
const spansIn = [3, 3, 2, 4];

let backEnd: BackEnd;
let gateway: Gateway;

beforeEach(async () => {
  backEnd = await BackEnd.start();
});

afterEach(async () => {
  await gateway.shutdown();
  await backEnd.close();
});

async function send(index: number): Promise<Awaited<ReturnType<typeof post>>> {
  return post(gateway, TRACES, PROTOBUF, bodies[index]?.protobuf ?? new Uint8Array());
}

/** Holds everything for so many milliseconds, or until the end. */
function holdingNormalizer(holdMs: number | undefined): SpanNormalizer {
  const held: OtlpTraceRequest[] = [];
  let since = 0;
  const isDue = (): boolean => holdMs !== undefined && Date.now() - since >= holdMs;
  return {
    push: (request) => {
      held.push(request);
      since = Date.now();
      return [];
    },
    poll: () => (isDue() ? held.splice(0) : []),
    flush: () => held.splice(0),
    get nextDeadline() {
      return held.length === 0 || holdMs === undefined ? undefined : since + holdMs;
    },
  };
}

describe('a back end that is down', () => {
  it('gets everything once it is back, and nothing twice', async () => {
    gateway = await gatewayTo(backEnd);
    backEnd.answer = { status: 503 };
    for (let i = 0; i < 4; i += 1) expect((await send(i)).status).toBe(200);
    await gateway.flush();
    expect(backEnd.received).toHaveLength(0);
    backEnd.answer = { status: 200 };
    await gateway.flush();
    const ids = backEnd.spans().map(({ spanId }) => spanId);
    expect(ids).toHaveLength(12);
    expect(new Set(ids).size).toBe(12);
  });

  it('is said with 429 and a time as soon as the queue is full, and no longer when it is not', async () => {
    gateway = await gatewayTo(backEnd, { delivery: { maxQueueSize: 7 } });
    backEnd.answer = { status: 503 };
    expect((await send(0)).status).toBe(200);
    expect((await send(1)).status).toBe(200);
    const full = await send(3);
    expect(full.status).toBe(429);
    expect(full.headers.get('retry-after')).toBe('5');
    // One of two spans would fit: a request is taken whole or not at all.
    expect((await send(2)).status).toBe(429);
    backEnd.answer = { status: 200 };
    await gateway.flush();
    expect((await send(3)).status).toBe(200);
    await gateway.flush();
    expect(backEnd.spans()).toHaveLength(10);
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(text).not.toContain('dropped_spans_total');
  });

  it('is waited for as it asks', async () => {
    gateway = await gatewayTo(backEnd, { delivery: { flushThreshold: 1 } });
    backEnd.answer = { status: 429, headers: { 'retry-after': '1' } };
    await send(0);
    await expect
      .poll(async () => (await fetch(`${gateway.url}/metrics`)).text())
      .toContain('queue_spans{target="otlp"} 3');
    backEnd.answer = { status: 200 };
    await expect.poll(() => backEnd.spans().length, { timeout: 10_000 }).toBe(3);
  });

  it('costs only the span that it refuses', async () => {
    gateway = await gatewayTo(backEnd);
    backEnd.answer = { status: 400 };
    await send(0);
    await gateway.flush();
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(text).toContain('dropped_spans_total{target="otlp",reason="refused"} 3');
  });

  it('counts what a back end rejects of a request that it takes', async () => {
    gateway = await gatewayTo(backEnd, {}, 'json');
    backEnd.answer = {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}',
    };
    await send(0);
    await gateway.flush();
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(text).toContain('forwarded_spans_total{target="otlp"} 1');
    expect(text).toContain('back_end_rejected_spans_total{target="otlp"} 2');
  });
});

describe('stopping', () => {
  it('sends what waits', async () => {
    gateway = await gatewayTo(backEnd, { delivery: { flushIntervalMs: 60_000, flushThreshold: 1000 } });
    for (let i = 0; i < 4; i += 1) await send(i);
    expect(backEnd.received).toHaveLength(0);
    await gateway.shutdown();
    expect(backEnd.spans()).toHaveLength(spansIn.reduce((sum, count) => sum + count, 0));
    await expect(send(0)).rejects.toThrow();
  });

  it('hands on what the normaliser holds', async () => {
    gateway = await gatewayTo(backEnd, { normalizer: holdingNormalizer(undefined) });
    await send(0);
    await gateway.flush();
    expect(backEnd.spans()).toHaveLength(0);
    await gateway.shutdown();
    expect(backEnd.spans()).toHaveLength(3);
  });

  it('is not needed for what the normaliser holds to leave when its time is over', async () => {
    gateway = await gatewayTo(backEnd, {
      normalizer: holdingNormalizer(50),
      delivery: { flushThreshold: 1 },
    });
    await send(0);
    await expect.poll(() => backEnd.spans().length).toBe(3);
  });

  it('goes on when the normaliser fails', async () => {
    let fails = true;
    const normalizer: SpanNormalizer = {
      ...identityNormalizer(),
      push: (request) => {
        if (fails) throw new Error('broken');
        return [request];
      },
    };
    gateway = await gatewayTo(backEnd, { normalizer });
    expect((await send(0)).status).toBe(200);
    fails = false;
    expect((await send(1)).status).toBe(200);
    await gateway.flush();
    // What could not be normalised is sent on as it came.
    expect(backEnd.spans()).toHaveLength(6);
  });
});

describe('a file', () => {
  it('gets a line a request, readable by its owner only', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'gateway-')), 'calls.jsonl');
    gateway = await startGateway({
      port: 0,
      targets: [new FileTarget(path)],
      normalizer: identityNormalizer(),
    });
    expect(existsSync(path)).toBe(false);
    await send(0);
    await gateway.flush();
    await send(1);
    await gateway.flush();
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => spansOf(JSON.parse(line)).length)).toEqual([3, 3]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});

describe('order', () => {
  it('keeps conversations apart that are exported interleaved', async () => {
    gateway = await gatewayTo(backEnd);
    const others = recordings('barge-in');
    const both = bodies.flatMap((body, index) => [
      body,
      ...(others[index] === undefined ? [] : [others[index]]),
    ]);
    await Promise.all(both.map(({ protobuf }) => post(gateway, TRACES, PROTOBUF, protobuf)));
    await gateway.flush();
    const traces = new Map<string, number>();
    for (const { traceId } of backEnd.spans()) traces.set(traceId, (traces.get(traceId) ?? 0) + 1);
    expect(traces.size).toBe(2);
    expect(traces.get('971cb36e3593df0adf927200e5a7b771')).toBe(12);
  });
});
