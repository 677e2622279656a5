/** Programs whose ends have something of their own about them: `handlers.mjs <case>`. */
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { VoiceSpanProcessor, VoiceTracer } from '../../../src/index.js';
import { flushOnExit, OtlpHttpExporter } from '../../../src/node.js';

const [name] = process.argv.slice(2);
const { BACK_END = '', DRAIN_MS } = process.env;
const processor = new VoiceSpanProcessor({
  exporter: new OtlpHttpExporter({ url: BACK_END }),
  delivery: { flushIntervalMs: 600_000, flushThreshold: 10_000 },
});
const tracerProvider = new BasicTracerProvider({ spanProcessors: [processor] });
const before = [process.listenerCount('SIGTERM'), process.listenerCount('exit')] as const;
const forget = flushOnExit(processor, DRAIN_MS === undefined ? {} : { drainTimeoutMs: Number(DRAIN_MS) });
const session = new VoiceTracer({ tracerProvider }).startSession({ agentId: 'a' });
session.userTurn((turn) => turn.setTranscript('Hello'));
session.end();

const cases: Record<string, () => void> = {
  'other exit handlers': () => {
    process.on('exit', (code) => console.log(`exit ${code}`));
    process.exit(3);
  },
  'an exception in an exit handler': () => {
    process.on('exit', () => {
      throw new Error('of the handler');
    });
    process.exit(3);
  },
  'a rejection': () => void Promise.reject(new Error('nobody caught it')),
  'an exception that is handled': () => {
    process.on('uncaughtException', (error) => {
      console.log(`handled ${error.message}`);
      process.exitCode = 4;
    });
    throw new Error('a bug');
  },
  'a handler for the signal that exits': () => {
    process.once('SIGTERM', () => {
      console.log('closing');
      setTimeout(() => process.exit(9), 100);
    });
  },
  'a handler for the signal that goes on': () => {
    process.on('SIGTERM', () => console.log('not now'));
  },
  // As packages that clean up do it: they end the process only where nobody else listens.
  'a handler that looks whether it is alone': () => {
    const handler = (): void => {
      const others = process.listeners('SIGTERM').filter((one) => one !== handler);
      console.log(`others ${others.length}`);
      process.removeListener('SIGTERM', handler);
      if (others.length === 0) process.kill(process.pid, 'SIGTERM');
    };
    process.on('SIGTERM', handler);
  },
  'taken back': () => {
    forget();
    console.log(
      `listeners ${process.listenerCount('SIGTERM') - before[0]} ${process.listenerCount('exit') - before[1]}`,
    );
    process.exit(2);
  },
  waiting: () => {},
};

cases[name ?? '']?.();
if (process.exitCode !== 4) setInterval(() => {}, 1000);
console.log('ready');
