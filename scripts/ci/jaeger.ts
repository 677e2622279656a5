// The demo's call through a real Jaeger v2 and back through its query API: nesting, parents, latencies.
// Exits 3 where there is no Go to build Jaeger with.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { GroundTruth } from '../../examples/livekit-agent/stand-ins/ground-truth.js';

const OTLP = 'http://127.0.0.1:4318';
const QUERY = 'http://127.0.0.1:16686';
/** Between a latency on a span and what VAD and speaker measured, in ms. */
const TOLERANCE_MS = 30;

interface JaegerSpan {
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  attributes: { key: string; value: Record<string, string | number | boolean> }[];
}

interface Trace {
  result: { resourceSpans: { scopeSpans: { spans: JaegerSpan[] }[] }[] };
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = spawnSync(join(root, 'scripts/ci/go-server.sh'), ['jaeger'], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
if (built.status === 3) {
  console.log('no Go toolchain here, so there is no Jaeger to send a trace through');
  process.exit(3);
}
const folder = mkdtempSync(join(tmpdir(), 'voice-otel-jaeger-'));
const jaeger = spawn(built.stdout.trim(), [], { stdio: 'ignore', cwd: folder });
const problems: string[] = [];
const check = (holds: boolean, what: string): void => {
  if (!holds) problems.push(what);
};

try {
  await answering(`${QUERY}/api/v3/services`);
  const truthFile = join(folder, 'truth.json');
  const file = join(folder, 'demo.otlp.jsonl');
  execFileSync(process.execPath, ['--import', 'tsx', 'examples/livekit-agent/demo.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      OTEL_EXPORTER_OTLP_ENDPOINT: OTLP,
      VOICE_OTEL_FILE: file,
      DEMO_GROUND_TRUTH: truthFile,
    },
  });
  const truth = JSON.parse(readFileSync(truthFile, 'utf8')) as GroundTruth;
  const traceId = /"traceId":"([0-9a-f]{32})"/.exec(readFileSync(file, 'utf8'))?.[1];
  const spans = await stored(`${QUERY}/api/v3/traces/${traceId}`);
  judge(spans, truth);
} finally {
  jaeger.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.error(`not so: ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);

/** Waits until a server answers. */
async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (
      await fetch(url).then(
        (response) => response.ok,
        () => false,
      )
    )
      return;
    await delay(200);
  }
  throw new Error(`${url} does not answer`);
}

/** The spans of a trace, once its session has arrived. */
async function stored(url: string): Promise<JaegerSpan[]> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const response = await fetch(url);
    if (response.ok) {
      const { result } = (await response.json()) as Trace;
      const spans = result.resourceSpans.flatMap((one) => one.scopeSpans).flatMap((one) => one.spans);
      if (spans.some(({ name }) => name === 'voice.session')) return spans;
    }
    await delay(200);
  }
  throw new Error(`${url} has no session`);
}

function attribute(span: JaegerSpan, key: string): string | number | boolean | undefined {
  const value = span.attributes.find((one) => one.key === key)?.value;
  return value === undefined ? undefined : Object.values(value)[0];
}

function judge(spans: JaegerSpan[], truth: GroundTruth): void {
  const session = spans.find(({ name }) => name === 'voice.session');
  const turns = spans
    .filter(({ name }) => name === 'voice.user_turn' || name === 'voice.agent_turn')
    .sort((a, b) => Number(attribute(a, 'voice.turn.index')) - Number(attribute(b, 'voice.turn.index')));
  const stages = spans.filter((span) => attribute(span, 'voice.stage.type') !== undefined);
  const byTurnId = new Map(turns.map((turn) => [attribute(turn, 'voice.turn.id'), turn]));
  check(spans.length === 1 + turns.length + stages.length, 'the trace holds session, turns and stages only');
  check(turns.length === 9, `nine turns, found ${turns.length}`);
  check(
    turns.every(({ parentSpanId }) => parentSpanId === session?.spanId),
    'every turn hangs under the session',
  );
  check(
    stages.every((stage) => stage.parentSpanId === byTurnId.get(attribute(stage, 'voice.turn.id'))?.spanId),
    'every stage hangs under its turn',
  );
  console.log(`Jaeger has ${spans.length} spans: 1 session, ${turns.length} turns, ${stages.length} stages`);

  const answers = turns.filter((turn) => attribute(turn, 'voice.turn.response_latency') !== undefined);
  check(answers.length === 4, `four answers with a response latency, found ${answers.length}`);
  answers.forEach((turn, index) => {
    const latencyMs = Number(attribute(turn, 'voice.turn.response_latency')) * 1000;
    const played = truth.playbacks[index + 1]?.startedAt ?? Number.NaN;
    const vad = played - (truth.vadBounds[index]?.endedAt ?? Number.NaN);
    const microphone = played - (truth.utterances[index]?.endedAt ?? Number.NaN);
    check(Math.abs(latencyMs - vad) < TOLERANCE_MS, `answer ${index}: ${latencyMs} ms, measured ${vad} ms`);
    console.log(
      `  answer ${index + 1}: response latency ${latencyMs.toFixed(0)} ms; from the VAD's corrected end ` +
        `${(latencyMs - vad).toFixed(0)} ms off, from the last loud sample at the microphone ` +
        `${(latencyMs - microphone).toFixed(0)} ms off`,
    );
  });
}
