import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from 'voice-otel';
import { durationMs } from './audio.js';
import type { Completion, Order } from './providers.js';

const RECOGNISER_MS = 180;
const FIRST_TOKEN_MS = 320;
const TOKEN_MS = 15;
const FIRST_BYTE_MS = 160;
/** Synthesis is so many times faster than speech. */
const SPEED = 8;

/** A server on this machine that stands for all providers, with their usual delays. */
export async function startProviderServer(): Promise<{ url: string; close: () => void }> {
  const server: Server = createServer((request, response) => {
    void answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/v1/listen') await recognise(body, response);
  else if (pathname === '/v1/chat/completions')
    await complete(JSON.parse(body.toString()).messages, response);
  else if (pathname === '/v1/tts') await synthesise(body, response);
  else if (pathname === '/shop/orders') response.end(JSON.stringify(ORDERS));
  else response.writeHead(404);
  response.end();
}

const ORDERS: Order[] = [{ number: '4712', arrives: 'tomorrow before noon' }];

async function recognise(audio: Uint8Array, response: ServerResponse): Promise<void> {
  await delay(RECOGNISER_MS);
  const transcript = new TextDecoder().decode(audio);
  response.write(JSON.stringify({ transcript, confidence: 0.97, audioDurationMs: durationMs(audio) }));
}

async function complete(messages: readonly Message[], response: ServerResponse): Promise<void> {
  await delay(FIRST_TOKEN_MS);
  const completion = answerTo(messages);
  for (const text of completion.text.split(/(?<= )/)) {
    response.write(`${JSON.stringify({ text })}\n`);
    await delay(TOKEN_MS);
  }
  const usage = {
    promptTokens: tokens(JSON.stringify(messages)),
    completionTokens: tokens(JSON.stringify(completion)),
  };
  response.write(`${JSON.stringify({ toolCalls: completion.toolCalls, usage })}\n`);
}

/** What the model "thinks". */
function answerTo(messages: readonly Message[]): Pick<Completion, 'text' | 'toolCalls'> {
  const last = messages.at(-1);
  const content = String(last?.content);
  const email = /\S+@\S+\w/.exec(content)?.[0];
  if (last?.role === 'user' && email !== undefined) {
    return { text: '', toolCalls: [{ id: 'call_1', name: 'find_orders', arguments: { email } }] };
  }
  const text = last?.role === 'tool' ? 'It arrives tomorrow before noon.' : 'I will, thank you for calling.';
  return { text, toolCalls: [] };
}

async function synthesise(text: Uint8Array, response: ServerResponse): Promise<void> {
  await delay(FIRST_BYTE_MS);
  for (let start = 0; start < text.length; start += 8) {
    const chunk = text.subarray(start, start + 8);
    response.write(chunk);
    await delay(durationMs(chunk) / SPEED);
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** About four characters make a token. */
function tokens(text: string): number {
  return Math.ceil(text.length / 4);
}
