import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeliveryOptions } from '../../src/delivery/options.js';
import { DeliveryQueue } from '../../src/delivery/queue.js';
import { Backend } from './backend.js';
import { endSpans, tracerInto } from './sdk.js';
import { names } from './support.js';

/** What the exporter itself may take; without time for retries of its own, it answers at once. */
const EXPORTER_TIMEOUT_MS = 500;
const PATIENCE = { timeout: 20_000, interval: 20 };

let backend: Backend;

beforeEach(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  backend = new Backend();
  await backend.up();
});

afterEach(async () => {
  await backend.down();
  vi.restoreAllMocks();
});

describe.each([
  ['OTLP/HTTP JSON', JsonExporter],
  ['OTLP/HTTP protobuf', ProtobufExporter],
])('the official exporter for %s', (_name, Exporter) => {
  function queueTo(
    url: string,
    options: DeliveryOptions = {},
    timeoutMillis = EXPORTER_TIMEOUT_MS,
  ): DeliveryQueue {
    return new DeliveryQueue(new Exporter({ url, timeoutMillis }), options, { random: () => 0 });
  }

  it('delivers', async () => {
    const queue = queueTo(backend.url);
    endSpans(tracerInto(queue), 0, 100);
    await queue.shutdown();
    expect(backend.accepted).toEqual(names(0, 100));
  });

  it('loses nothing and repeats nothing over an outage', async () => {
    const queue = queueTo(backend.url);
    const tracer = tracerInto(queue);
    endSpans(tracer, 0, 20);
    await queue.forceFlush();
    await backend.down();
    endSpans(tracer, 20, 170);
    await queue.forceFlush();
    expect(queue.size).toBe(150);
    endSpans(tracer, 170, 300);
    await queue.forceFlush();
    expect(queue.size).toBe(280);
    await backend.up();
    // Nothing but the back-off brings it back.
    await vi.waitFor(() => expect(queue.size).toBe(0), PATIENCE);
    expect(backend.accepted).toEqual(names(0, 300));
    endSpans(tracer, 300, 310);
    await queue.shutdown();
    expect(backend.accepted).toEqual(names(0, 310));
    expect(queue.dropped).toBe(0);
  });

  it.each([401, 404, 500, 503])('keeps its spans while the answer is %d', async (status) => {
    backend.policy = () => status;
    const queue = queueTo(backend.url);
    endSpans(tracerInto(queue), 0, 30);
    await queue.forceFlush();
    expect(queue.size).toBe(30);
    backend.policy = () => 200;
    await queue.forceFlush();
    expect(backend.accepted).toEqual(names(0, 30));
    expect(queue.dropped).toBe(0);
  });

  it.each([400, 413, 422])('loses only the spans that are answered with %d', async (status) => {
    backend.policy = (batch) => (batch.includes('7') || batch.includes('81') ? status : 200);
    const queue = queueTo(backend.url);
    endSpans(tracerInto(queue), 0, 100);
    await queue.forceFlush();
    expect(backend.accepted).toEqual(names(0, 100).filter((name) => name !== '7' && name !== '81'));
    expect(queue.dropped).toBe(2);
    expect(queue.size).toBe(0);
  });

  it('makes smaller requests for a back end with a small limit', async () => {
    backend.policy = (batch) => (batch.length > 10 ? 413 : 200);
    const queue = queueTo(backend.url);
    endSpans(tracerInto(queue), 0, 100);
    await queue.forceFlush();
    expect(backend.accepted).toEqual(names(0, 100));
    expect(queue.dropped).toBe(0);
  });

  it('gets over a back end that takes requests and does not answer', async () => {
    backend.policy = () => (backend.requests.length <= 2 ? 'hang' : 200);
    const queue = queueTo(backend.url, { exportTimeoutMs: 200 }, 60_000);
    endSpans(tracerInto(queue), 0, 30);
    await vi.waitFor(() => expect(queue.size).toBe(0), PATIENCE);
    expect(backend.requests).toEqual([names(0, 30), names(0, 30), names(0, 30)]);
    expect(backend.accepted).toEqual(names(0, 30));
    expect(queue.dropped).toBe(0);
  });
});
