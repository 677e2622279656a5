/**
 * Two gateways behind a real OpenTelemetry Collector with docs/gateway-collector.yaml: every trace of the recordings
 * arrives whole at one of them, both get some, and nothing is lost while one of them is not there yet.
 * Exit 3: skipped, because no Collector can be had here.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { OtlpHttpSender } from '../../../src/exporters/otlp-http/sender.js';
import { HttpTarget } from '../../../src/gateway/forward/http-target.js';
import { type Gateway, startGateway } from '../../../src/gateway/gateway.js';
import { BackEnd, identityNormalizer, PROTOBUF, recordings, spansOf } from '../support.js';
import { collectorBinary } from './build.js';

const CONFIG = join(import.meta.dirname, '../../../docs/gateway-collector.yaml');
const TOKEN = 'a-token-of-many-characters';

const binary = collectorBinary();
if (binary === undefined) {
  console.error('SKIPPED: no Collector: set VOICE_OTEL_COLLECTOR to one with load_balancing, or install Go');
  process.exit(3);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function gatewayOn(port: number, backEnd: BackEnd): Promise<Gateway> {
  const target = new HttpTarget(backEnd.url, new OtlpHttpSender(), 'protobuf');
  return startGateway({ port, token: TOKEN, targets: [target], normalizer: identityNormalizer() });
}

async function eventually(what: string, done: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await done()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  throw new Error(`it never happened: ${what}`);
}

const [http, grpc, hop1, hop2, first, second] = await Promise.all(Array.from({ length: 6 }, freePort));
const backEnds = [await BackEnd.start(), await BackEnd.start()] as const;
const gateways = [await gatewayOn(first ?? 0, backEnds[0])];
const collector = spawn(binary, ['--config', CONFIG], {
  stdio: ['ignore', 'ignore', 'pipe'],
  env: {
    PATH: process.env.PATH ?? '',
    LISTEN_HTTP: `127.0.0.1:${http}`,
    LISTEN_GRPC: `127.0.0.1:${grpc}`,
    HOP_1: `127.0.0.1:${hop1}`,
    HOP_2: `127.0.0.1:${hop2}`,
    GATEWAY_1: `http://127.0.0.1:${first}`,
    GATEWAY_2: `http://127.0.0.1:${second}`,
    GATEWAY_TOKEN: TOKEN,
  },
});
let log = '';
collector.stderr.on('data', (chunk: Buffer) => {
  log += chunk.toString();
});

try {
  await eventually('the Collector listens', () =>
    fetch(`http://127.0.0.1:${http}/`).then(
      () => true,
      () => false,
    ),
  );
  const bodies = recordings();
  const sent = new Map<string, number>();
  for (const { protobuf, json } of bodies) {
    const response = await fetch(`http://127.0.0.1:${http}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': PROTOBUF },
      body: new Uint8Array(protobuf),
    });
    assert.equal(response.status, 200);
    for (const { traceId } of spansOf(JSON.parse(json))) sent.set(traceId, (sent.get(traceId) ?? 0) + 1);
  }
  // The second gateway comes late: what is meant for it waits in the Collector.
  gateways.push(await gatewayOn(second ?? 0, backEnds[1]));
  const total = [...sent.values()].reduce((sum, count) => sum + count, 0);
  await eventually(`${total} spans arrive`, async () => {
    await Promise.all(gateways.map((gateway) => gateway.flush()));
    return backEnds[0].spans().length + backEnds[1].spans().length >= total;
  });

  const arrived = backEnds.map((backEnd) => {
    const traces = new Map<string, number>();
    for (const { traceId } of backEnd.spans()) traces.set(traceId, (traces.get(traceId) ?? 0) + 1);
    return traces;
  });
  const shared = [...(arrived[0]?.keys() ?? [])].filter((traceId) => arrived[1]?.has(traceId));
  assert.deepEqual(shared, [], 'a trace went to both gateways');
  for (const traces of arrived) assert.ok(traces.size > 0, 'a gateway got nothing');
  const together = new Map(arrived.flatMap((traces) => [...traces]));
  assert.deepEqual([...together].sort(), [...sent].sort());
  const [one, other] = arrived.map(({ size }) => size);
  console.log(
    `${sent.size} traces, ${total} spans: ${one} traces to one gateway, ${other} to the other, none to both`,
  );
} catch (error) {
  console.error(log.slice(-4000));
  throw error;
} finally {
  const ended = new Promise((resolve) => {
    collector.on('close', resolve);
  });
  collector.kill('SIGTERM');
  await ended;
  await Promise.all(gateways.map((gateway) => gateway.shutdown()));
  await Promise.all(backEnds.map((backEnd) => backEnd.close()));
}
