/**
 * An agent on the OpenAI Realtime API, observed with one line: `npx tsx examples/openai-realtime/main.ts`.
 * The session and its transport are the real ones of @openai/agents-realtime; the server is a stand-in.
 */
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { VoiceSpanProcessor, VoiceTracer } from 'voice-otel';
import { observeRealtime } from 'voice-otel/events';
import { z } from 'zod';
import { TreeExporter } from '../hand-written-loop/tree-exporter.js';
import { StandInServer } from './server.js';

const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
const exporter = endpoint === undefined ? new TreeExporter() : new OTLPTraceExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new VoiceSpanProcessor({ exporter })] });

const findOrder = tool({
  name: 'find_order',
  description: 'Finds an order by its number.',
  parameters: z.object({ number: z.string() }),
  execute: async ({ number }) => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { number, status: 'arrives tomorrow' };
  },
});

const server = new StandInServer();
const session = new RealtimeSession(
  new RealtimeAgent({ name: 'order-line', instructions: 'You help with orders.', tools: [findOrder] }),
  {
    transport: new OpenAIRealtimeWebSocket({
      createWebSocket: async () => server.socket,
      skipOpenEventListeners: true,
    }),
    tracingDisabled: true,
  },
);

const observation = observeRealtime(session, {
  agentId: 'order-line',
  tracer: new VoiceTracer({ tracerProvider }),
});

console.log('A call of 9 seconds is on the line …\n');
await session.connect({ apiKey: 'none' });

// The microphone: 20 ms of silence every 20 ms, 24 kHz, 16 bits.
const microphone = setInterval(() => session.sendAudio(new ArrayBuffer(960)), 20);
await server.callIsOver;
clearInterval(microphone);

session.close();
observation.stop();
await tracerProvider.shutdown();
if (endpoint !== undefined) console.log(`Its spans went to ${endpoint}`);
