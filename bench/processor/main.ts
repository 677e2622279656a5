// npm run bench: what voice-otel adds to a conversation, beside the bare SDK in the same run. It measures the built
// package: what runs TypeScript directly names every closure as it is made, which no user pays for.
import { execFileSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { converse } from './conversation.js';
import { median, type SetUpName, setUp } from './set-ups.js';

const ROUNDS = 30;
const CONVERSATIONS = 60;
const LOAD_RUNS = Number(process.env.BENCH_LOAD_RUNS ?? 3);

const names: SetUpName[] = ['bare SDK', 'voice-otel'];

/** Microseconds per conversation, spans ended and handed to an exporter that does nothing. */
async function costs(): Promise<Record<SetUpName | 'serialising', number>> {
  let kept: ReadableSpan[] = [];
  const exporter = {
    export(spans: ReadableSpan[], done: (result: { code: number }) => void): void {
      kept.push(...spans);
      done({ code: 0 });
    },
    shutdown: async (): Promise<void> => {},
  };
  const setUps = names.map((name) => ({ name, ...setUp(name, exporter) }));
  const times: Record<SetUpName | 'serialising', number[]> = {
    'bare SDK': [],
    'voice-otel': [],
    serialising: [],
  };
  for (let round = -3; round < ROUNDS; round += 1) {
    for (const { name, tracer, flush } of setUps) {
      kept = [];
      globalThis.gc?.();
      const start = performance.now();
      for (let i = 0; i < CONVERSATIONS; i += 1) converse(tracer);
      await flush();
      if (round >= 0) times[name].push(((performance.now() - start) / CONVERSATIONS) * 1000);
    }
    const start = performance.now();
    for (let i = 0; i < kept.length; i += 64) JsonTraceSerializer.serializeRequest(kept.slice(i, i + 64));
    if (round >= 0) times.serialising.push(((performance.now() - start) / CONVERSATIONS) * 1000);
  }
  return {
    'bare SDK': median(times['bare SDK']),
    'voice-otel': median(times['voice-otel']),
    serialising: median(times.serialising),
  };
}

interface Load {
  p999: number;
  max: number;
  longestOwnBlockMs: number;
}

function loads(): Record<SetUpName, Load[]> {
  const results: Record<SetUpName, Load[]> = { 'bare SDK': [], 'voice-otel': [] };
  const script = new URL('load.ts', import.meta.url).pathname;
  for (let run = 0; run < LOAD_RUNS; run += 1) {
    for (const name of names) {
      const out = execFileSync(process.execPath, ['--import', 'tsx', script, name], { encoding: 'utf8' });
      results[name].push(JSON.parse(out) as Load);
    }
  }
  return results;
}

const us = (value: number): string => `${value.toFixed(0).padStart(7)} µs`;
const ms = (value: number): string => `${value.toFixed(2).padStart(7)} ms`;

console.log(
  `\nCost per conversation (8 exchanges, 41 spans), median of ${ROUNDS} rounds of ${CONVERSATIONS}, in turn`,
);
const cost = await costs();
const added = cost['voice-otel'] - cost['bare SDK'];
console.log(`  bare SDK, BatchSpanProcessor                ${us(cost['bare SDK'])}`);
console.log(`  VoiceSpanProcessor: masked, priced, rolled  ${us(cost['voice-otel'])}`);
console.log(`  added by voice-otel                         ${us(added)}`);
console.log(`  serialising the same spans (OTLP JSON)      ${us(cost.serialising)}`);
console.log(
  `  added / serialising                         ${(added / cost.serialising).toFixed(2).padStart(7)}  (goal: below 1)`,
);

console.log(`\nEvent loop with 500 conversations at once, ${LOAD_RUNS} runs of each in turn, medians`);
const load = loads();
const p999 = (name: SetUpName): number => median(load[name].map((run) => run.p999));
for (const name of names) {
  const longest = Math.max(...load[name].map((run) => run.longestOwnBlockMs));
  console.log(`  ${name.padEnd(12)} p99.9 ${ms(p999(name))}   longest block of its own ${ms(longest)}`);
}
const ratio = p999('voice-otel') / p999('bare SDK');
console.log(`  ratio of p99.9 ${ratio.toFixed(2)}  (goal: at most 1.2; own blocks at most 5 ms)`);
