/**
 * Spans per second of one core and the time to the answer, on recorded Pipecat requests: the gateway beside a proxy
 * that only passes bodies on, in turns in one run. `npm run bench:gateway`.
 */
import { Agent, request as httpRequest } from 'node:http';
import { type LoadBody, loadBodies } from './bodies.js';
import { type Child, startChild } from './child.js';

const COPIES = 320;
const ROUNDS = 2;
/** Not counted: longer than a turn is held, so that what is handed on is as much as what comes in. */
const LEAD_IN_MS = 2000;
const MEASURED_MS = 3000;
/** How requests are sent: so many at the same time, and, where said, so many a second. */
interface Pace {
  readonly name: string;
  readonly parallel: number;
  readonly perSecond?: number;
}

/** Enough to keep a core busy. */
const BUSY: Pace = { name: '8 at a time', parallel: 8 };
/** Around a third of what a core carries. */
const STEADY: Pace = { name: '150 a second', parallel: 8, perSecond: 150 };
const ALONE: Pace = { name: 'one at a time', parallel: 1 };

interface Result {
  readonly spansPerSecond: number;
  readonly spansPerCpuSecond: number;
  readonly answersMs: readonly number[];
}

function send(agent: Agent, url: URL, body: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      url,
      {
        agent,
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf', 'content-length': body.length },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Sends bodies for a while. */
async function measure(
  child: Child,
  bodies: Iterator<LoadBody>,
  { parallel, perSecond }: Pace,
): Promise<Result> {
  const agent = new Agent({ keepAlive: true, maxSockets: parallel });
  const url = new URL('/v1/traces', child.url);
  const answersMs: number[] = [];
  let spans = 0;
  let sent = 0;
  const begin = performance.now();
  const from = begin + LEAD_IN_MS;
  const end = from + MEASURED_MS;
  const before = until(from).then(() => child.usage());
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      const next = bodies.next();
      // No conversation is sent twice to the gateway: the second time would be cheaper.
      if (next.done === true) break;
      sent += 1;
      if (perSecond !== undefined) await until(begin + (sent / perSecond) * 1000);
      const at = performance.now();
      const status = await send(agent, url, next.value.body);
      if (status !== 200) throw new Error(`the answer was ${status}`);
      if (at < from) continue;
      answersMs.push(performance.now() - at);
      spans += next.value.spans;
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  const seconds = (performance.now() - from) / 1000;
  const cpuMs = (await child.usage()).cpuMs - (await before).cpuMs;
  agent.destroy();
  return {
    spansPerSecond: spans / seconds,
    spansPerCpuSecond: spans / (cpuMs / 1000),
    answersMs,
  };
}

async function until(time: number): Promise<void> {
  const waitMs = time - performance.now();
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function line(name: string, results: readonly Result[]): string {
  const all = results.flatMap(({ answersMs }) => answersMs);
  const best = (of: (result: Result) => number): string =>
    Math.round(Math.max(...results.map(of))).toLocaleString('en');
  const times = [0.5, 0.99].map((share) => `${percentile(all, share).toFixed(1)} ms`.padStart(9));
  return [
    name.padEnd(30),
    best(({ spansPerSecond }) => spansPerSecond).padStart(10),
    best(({ spansPerCpuSecond }) => spansPerCpuSecond).padStart(14),
    ...times,
  ].join('  ');
}

function* load(bodies: readonly LoadBody[], again: boolean): Generator<LoadBody> {
  do yield* bodies;
  while (again);
}

const sink = await startChild('sink.ts');
const subjects = new Map<string, Child>();
for (const kind of ['proxy', 'gateway']) subjects.set(kind, await startChild('subject.ts', [kind, sink.url]));
const bodies = loadBodies(COPIES);
const bytes = bodies.reduce((sum, { body }) => sum + body.length, 0);
const spans = bodies.reduce((sum, one) => sum + one.spans, 0);
console.log(
  `${bodies.length} requests of ${Math.round(bytes / bodies.length)} bytes and ${(spans / bodies.length).toFixed(1)} spans\n`,
);
console.log(
  `${`best of ${ROUNDS}, p50 and p99 of all`.padEnd(30)}     spans/s  spans/CPU s        p50        p99`,
);

const loads = new Map([...subjects.keys()].map((kind) => [kind, load(bodies, kind === 'proxy')]));
const results = new Map<string, Result[]>();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [kind, child] of subjects) {
    for (const pace of [BUSY, STEADY, ALONE]) {
      const source = loads.get(kind);
      if (source === undefined) continue;
      const result = await measure(child, source, pace);
      const name = `${kind}, ${pace.name}`;
      results.set(name, [...(results.get(name) ?? []), result]);
    }
  }
}
for (const [name, list] of results) console.log(line(name, list));
const perCpu = (name: string): number =>
  Math.max(...(results.get(name) ?? []).map((one) => one.spansPerCpuSecond));
const ratio = perCpu(`proxy, ${BUSY.name}`) / perCpu(`gateway, ${BUSY.name}`);
console.log(`\nA span costs ${ratio.toFixed(1)} times the CPU that passing it on unread costs.`);
for (const [kind, child] of subjects) {
  console.log(`${kind}: ${Math.round((await child.usage()).rss / 2 ** 20)} MiB at the end`);
}
await Promise.all([...subjects.values(), sink].map((child) => child.stop()));
