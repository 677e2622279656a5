import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo, Socket } from 'node:net';

interface DecodedRequest {
  resourceSpans: { scopeSpans: { spans: { name: string }[] }[] }[];
}
interface ProtoModule {
  getProtoRoot(): { lookupType(name: string): { decode(body: Uint8Array): DecodedRequest } };
}
const { getProtoRoot }: ProtoModule = createRequire(import.meta.url)('@elastic/mockotlpserver/lib/proto');
const TYPE = 'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest';

/** What the back end does with a request that holds these spans: an HTTP status, or no answer at all. */
export type Policy = (names: string[]) => number | 'hang';

/** An OTLP/HTTP back end (JSON and protobuf) on 127.0.0.1 that can go down and come back on the same port. */
export class Backend {
  policy: Policy = () => 200;
  /** Names of the spans of each request answered with 200. */
  readonly accepted: string[] = [];
  /** Names of the spans of each request, whatever came of it. */
  readonly requests: string[][] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/v1/traces`;
  }

  async up(): Promise<void> {
    const server = createServer((request, response) => this.#receive(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const names = spanNames(request.headers['content-type'], Buffer.concat(chunks));
      this.requests.push(names);
      this.headers.push(request.headers);
      const status = this.policy(names);
      if (status === 'hang') return;
      if (status === 200) this.accepted.push(...names);
      response.writeHead(status).end();
    });
  }
}

function spanNames(contentType: string | undefined, body: Buffer): string[] {
  const request: DecodedRequest =
    contentType === 'application/json'
      ? JSON.parse(body.toString())
      : getProtoRoot().lookupType(TYPE).decode(body);
  return request.resourceSpans.flatMap((resource) =>
    resource.scopeSpans.flatMap((scope) => scope.spans.map((span) => span.name)),
  );
}
