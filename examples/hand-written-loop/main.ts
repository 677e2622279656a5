/**
 * A hand-written voice loop in an application that already has OpenTelemetry:
 * `npm run example:loop [-- --inside]`.
 */
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { VoiceTracer } from 'voice-otel';
import { answerCall } from './loop.js';
import { Phone } from './phone.js';
import { startProviderServer } from './provider-server.js';
import { Providers } from './providers.js';
import { startTelemetry } from './telemetry.js';
import { TreeExporter } from './tree-exporter.js';

const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
const exporter = endpoint === undefined ? new TreeExporter() : new OTLPTraceExporter();
const sdk = startTelemetry(exporter, process.argv.includes('--inside') ? 'inside' : 'beside');

const server = await startProviderServer();
const phone = new Phone([
  'Where is my order? My mail is ana.kovac@example.com.',
  'Thanks. Call me at 415-555-0132 if it is late.',
]);

console.log('A call of 13 seconds is on the line …\n');
await trace.getTracer('order-line').startActiveSpan('incoming call', async (span) => {
  try {
    await answerCall(new VoiceTracer(), phone, new Providers(server.url));
  } finally {
    span.end();
  }
});

server.close();
await sdk.shutdown();
if (endpoint !== undefined) console.log(`Its spans went to ${endpoint}`);
