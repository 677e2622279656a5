/**
 * What is measured, in a process of its own: `gateway`, or `proxy`, which reads a body and sends it on as it is.
 * Asked with a message, it answers with the CPU time that it has used, in ms.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OtlpHttpSender } from '../../src/exporters/otlp-http/sender.js';
import { HttpTarget } from '../../src/gateway/forward/http-target.js';
import { startGateway } from '../../src/gateway/gateway.js';
import { createSpanNormalizer } from '../../src/gateway/normalise/normalizer.js';

const [kind, to = ''] = process.argv.slice(2);
const sender = new OtlpHttpSender({ compression: 'none' });

async function startProxy(): Promise<string> {
  const url = new URL('/v1/traces', to);
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      sender.send(url, request.headers['content-type'] ?? '', body).then(
        () => response.end(),
        () => response.writeHead(502).end(),
      );
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

async function startSubject(): Promise<string> {
  if (kind === 'proxy') return startProxy();
  const target = new HttpTarget(new URL(to), sender, 'protobuf');
  // Turns are held for a second instead of six: a run is short, and what is held would be paid for after it.
  const normalizer = createSpanNormalizer({ graceMs: 1000, maxConversations: 5000 });
  const { url } = await startGateway({ port: 0, targets: [target], normalizer });
  return url;
}

process.on('disconnect', () => process.exit());
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1000, rss: process.memoryUsage().rss });
});
process.send?.({ url: await startSubject() });
