/** A program that makes a conversation and ends: `ending.mjs <destination> <way>`, see `test/exit/matrix.ts`. */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { type DeliveryOptions, VoiceSpanProcessor, VoiceTracer } from '../../../src/index.js';
import { fileSpool, flushOnExit, OtlpHttpExporter } from '../../../src/node.js';
import { Client } from '../../../src/presets/ashr.js';

const [destination, way] = process.argv.slice(2);
const { BACK_END = '', SPOOL = '' } = process.env;

/** Nothing is sent before the end. */
const PATIENT = { flushIntervalMs: 600_000, flushThreshold: 10_000 };

function tracer(): VoiceTracer {
  if (destination === 'ashr') {
    return new Client({ apiKey: 'vo_test', baseUrl: BACK_END, ...PATIENT }).tracer;
  }
  if (destination === 'otlp') return tracerOf(new OtlpHttpExporter({ url: BACK_END }), PATIENT);
  const spool = fileSpool({ directory: SPOOL, syncIntervalMs: 50 });
  return tracerOf(new OTLPTraceExporter({ url: BACK_END }), { ...PATIENT, spool });
}

function tracerOf(exporter: OtlpHttpExporter | OTLPTraceExporter, delivery: DeliveryOptions): VoiceTracer {
  const processor = new VoiceSpanProcessor({ exporter, delivery });
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [processor] });
  flushOnExit(tracerProvider);
  return new VoiceTracer({ tracerProvider });
}

const voice = tracer();
if (way !== 'replay') {
  const session = voice.startSession({ agentId: 'a', sessionId: 's_0000000000000001' });
  session.userTurn((turn) => turn.setTranscript('My mail is ana@example.com'));
  session.agentTurn((turn) => turn.setTranscript('Thank you'));
  session.end({ reason: 'user_left' });
}

if (way === 'exit') process.exit(7);
if (way === 'exception') throw new Error('a bug of the program');
if (way === 'replay' || way === 'end') process.exitCode = 5;
if (way === 'signal') {
  setInterval(() => {}, 1000);
  // By now the spool has been synced.
  setTimeout(() => console.log('ready'), 500);
}
