/** Programs with a spool: `spooling.mjs <case> [name]`. */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { VoiceSpanProcessor, VoiceTracer } from '../../../src/index.js';
import { fileSpool, flushOnExit } from '../../../src/node.js';
import { Client } from '../../../src/presets/ashr.js';

const [name, agentId = 'a'] = process.argv.slice(2);
const { BACK_END = '', SPOOL = '', MAX_BYTES } = process.env;
const spool = fileSpool({
  directory: SPOOL,
  syncIntervalMs: 20,
  ...(MAX_BYTES === undefined ? {} : { maxBytes: Number(MAX_BYTES) }),
});

function processor(): VoiceSpanProcessor {
  return new VoiceSpanProcessor({
    exporter: new OTLPTraceExporter({ url: BACK_END, timeoutMillis: 500 }),
    delivery: { flushIntervalMs: 50, flushThreshold: 1, spool },
  });
}

function tracerOf(one: VoiceSpanProcessor): VoiceTracer {
  return new VoiceTracer({ tracerProvider: new BasicTracerProvider({ spanProcessors: [one] }) });
}

function call(tracer: VoiceTracer, turns = 1): void {
  const session = tracer.startSession({ agentId });
  for (let turn = 0; turn < turns; turn += 1) {
    session.userTurn((one) => one.setTranscript(`My mail is ana@example.com ${'and so on '.repeat(20)}`));
  }
  session.end();
}

function ready(): void {
  setInterval(() => {}, 1000);
  setTimeout(() => console.log('ready'), 400);
}

const cases: Record<string, () => void | Promise<void>> = {
  /** Spans wait; whoever runs this kills it. */
  waits: () => {
    call(tracerOf(processor()));
    ready();
  },
  'waits with a lot': () => {
    call(tracerOf(processor()), 900);
    ready();
  },
  /** Says how many spans this process has sent. */
  replays: () => {
    processor();
  },
  'shuts down': async () => {
    const one = processor();
    call(tracerOf(one));
    await one.shutdown({ drainTimeoutMs: 100 });
  },
  'exits with some in the spool and some not': () => {
    const one = processor();
    flushOnExit(one);
    const tracer = tracerOf(one);
    call(tracer);
    setTimeout(() => {
      call(tracer);
      process.exit(0);
    }, 300);
  },
  /** The model stage is sent with its turn only, so that it waits in the exporter. */
  'a stage without its turn': () => {
    const client = new Client({ apiKey: 'vo_test', baseUrl: BACK_END, flushThreshold: 1, spool });
    const session = client.startSession({ agentId, sessionId: 's_0000000000000001' });
    const turn = session.startAgentTurn();
    const stage = turn.startStage('llm', { provider: 'openai', model: 'gpt-4.1-mini' });
    stage.setPayload({ completion: 'Hello' });
    stage.end();
    ready();
  },
  'replays to Ashr': async () => {
    const client = new Client({ apiKey: 'vo_test', baseUrl: BACK_END, spool });
    await client.forceFlush();
    await client.shutdown();
  },
};

await cases[name ?? '']?.();
