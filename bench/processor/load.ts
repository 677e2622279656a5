// One load of concurrent conversations in a process of its own; prints what the event loop felt, as JSON.
// Usage: tsx bench/processor/load.ts 'bare SDK' | 'voice-otel'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { VoiceSpanProcessor } from 'voice-otel';
import { turnsOf } from './conversation.js';
import { type SetUpName, setUp } from './set-ups.js';

const CONVERSATIONS = 500;
const SECONDS = 8;

let longest = 0;

/** Times every call of ours that runs on the event loop. */
function timed(target: object, method: string): void {
  const owner = target as Record<string, (...args: unknown[]) => unknown>;
  const original = owner[method];
  if (original === undefined) return;
  owner[method] = function (this: unknown, ...args: unknown[]): unknown {
    const start = performance.now();
    try {
      return original.apply(this, args);
    } finally {
      longest = Math.max(longest, performance.now() - start);
    }
  };
}

for (const method of ['onStart', 'onEnding', 'onEnd']) timed(VoiceSpanProcessor.prototype, method);

let serialisedBytes = 0;
const exporter = {
  export(spans: ReadableSpan[], done: (result: { code: number }) => void): void {
    const start = performance.now();
    serialisedBytes += JsonTraceSerializer.serializeRequest(spans)?.byteLength ?? 0;
    longest = Math.max(longest, performance.now() - start);
    setTimeout(() => done({ code: 0 }), 2);
  },
  shutdown: async (): Promise<void> => {},
};

const { tracer, flush } = setUp(process.argv[2] as SetUpName, exporter);

/** One call: a turn of each speaker in every slot, at its own beat. */
async function call(index: number): Promise<void> {
  const session = tracer.startSession({ agentId: 'support', transport: 'webrtc' });
  const turns = turnsOf(session, SECONDS);
  const beat = 1000;
  await new Promise((resolve) => setTimeout(resolve, (index / CONVERSATIONS) * beat));
  for (const turn of turns) {
    turn();
    await new Promise((resolve) => setTimeout(resolve, beat));
  }
  session.end();
}

// Warm-up with calls as they come later, so that compiling is not counted.
for (let i = 0; i < 100; i += 1) {
  const session = tracer.startSession({ agentId: 'warm' });
  for (const turn of turnsOf(session, SECONDS)) turn();
  session.end();
}
await flush();
longest = 0;

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
await Promise.all(Array.from({ length: CONVERSATIONS }, (_, index) => call(index)));
delay.disable();
await flush();
console.log(
  JSON.stringify({
    p999: delay.percentile(99.9) / 1e6,
    max: delay.max / 1e6,
    longestOwnBlockMs: longest,
    serialisedBytes,
  }),
);
