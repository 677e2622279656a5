// Calls in a real room: a LiveKit server on loopback, the support agent as a worker on stand-in models, a caller in a
// process of its own. The traces are right, the worker exits cleanly, and nothing is lost when the caller's process is
// killed or the worker is told to stop in the middle of a call. Exits 3 where there is no Go to build the server with.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Receiver } from '../../test/support/otlp-receiver.js';
import {
  attribute,
  judgeByEar,
  judgeRecording,
  judgeTrace,
  same,
  type Trace,
  WORDS,
} from './livekit-trace.js';

/** A step that takes longer has failed. */
const LIMIT_MS = 90_000;
/** The exit code of a LiveKit worker after SIGTERM. */
const TERMINATED = 143;

const CUT_OFF = 4;

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = spawnSync(join(root, 'scripts/ci/go-server.sh'), ['livekit-server'], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
if (built.status === 3) {
  console.log('no Go toolchain here, so there is no LiveKit server to make calls through');
  process.exit(3);
}
const folder = mkdtempSync(join(tmpdir(), 'voice-otel-room-'));
const recordings = join(folder, 'recordings');
const children = new Set<ChildProcess>();
const problems: string[] = [];
const receiver = new Receiver();
let environment: NodeJS.ProcessEnv = {};
let calls = 0;

try {
  await receiver.start();
  const url = await startServer(built.stdout.trim());
  environment = {
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(OTEL_|VOICE_OTEL_|ASHR_)/.test(name)),
    ),
    LIVEKIT_URL: url,
    LIVEKIT_API_KEY: 'devkey',
    LIVEKIT_API_SECRET: 'secret',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    VOICE_OTEL_RECORDING_DIR: recordings,
  };
  await wholeCall();
  await killedCaller();
  await terminatedWorker();
  await drainedWorker();
} finally {
  for (const child of children) child.kill('SIGKILL');
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.error(`not so: ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);

// --- the calls

async function wholeCall(): Promise<void> {
  console.log('a whole call:');
  const worker = await startWorker('dev');
  const call = startCaller();
  check((await exitOf(call.process)) === 0, `the caller hung up: ${call.output()}`);
  const trace = await arrived(call.room);
  worker.process.kill('SIGTERM');
  check(
    (await exitOf(worker.process)) === TERMINATED,
    `the worker exits cleanly: ${worker.output().slice(-2000)}`,
  );

  judge(trace, WORDS.length);
  const { session, turns } = trace;
  expectEqual('the call ends', attribute(session, 'voice.session.end_reason'), 'user_left');
  const cut = turns.map((turn) => attribute(turn, 'voice.turn.interrupted_turn.id'));
  const victim = attribute(turns[CUT_OFF], 'voice.turn.id');
  expectEqual(
    'the barge-in',
    cut,
    turns.map((_, index) => (index === CUT_OFF + 1 ? victim : undefined)),
  );
  const ends = turns.map((turn) => attribute(turn, 'voice.turn.end_reason'));
  expectEqual(
    'the ends',
    ends,
    turns.map((_, index) => (index === CUT_OFF ? 'interrupted' : 'completed')),
  );
  check(
    trace.spans.some(({ name }) => name === 'execute_tool look_up_order'),
    'the tool has its stage',
  );
  judgeByEar(trace, JSON.parse(readFileSync(call.truth, 'utf8')), check);
}

/** The server misses a dead participant after some seconds; until then the agent talks to nobody. */
async function killedCaller(): Promise<void> {
  console.log('a caller whose process is killed:');
  const worker = await startWorker('dev');
  const call = startCaller();
  await call.says('Where is my order');
  await delay(3000);
  call.process.kill('SIGKILL');
  const trace = await arrived(call.room);
  worker.process.kill('SIGTERM');
  check((await exitOf(worker.process)) === TERMINATED, 'the worker exits cleanly');
  judge(trace, 5);
  expectEqual('the call ends', attribute(trace.session, 'voice.session.end_reason'), 'user_left');
}

/** In `dev` a worker that is told to stop ends its calls at once. */
async function terminatedWorker(): Promise<void> {
  console.log('a worker that is told to stop in the middle of an answer:');
  const worker = await startWorker('dev');
  const call = startCaller();
  await call.says('Where is my order');
  await delay(4500);
  worker.process.kill('SIGTERM');
  check(
    (await exitOf(worker.process)) === TERMINATED,
    `the worker exits cleanly: ${worker.output().slice(-2000)}`,
  );
  call.process.kill('SIGKILL');
  const trace = await arrived(call.room);
  judge(trace, 5);
  expectEqual('the call ends', attribute(trace.session, 'voice.session.end_reason'), 'agent_left');
  expectEqual('the answer', attribute(trace.turns[4], 'voice.turn.end_reason'), 'session_closed');
}

/** In `start` a worker that is told to stop lets its calls end. */
async function drainedWorker(): Promise<void> {
  console.log('a production worker that is told to stop in the middle of a call:');
  const worker = await startWorker('start');
  const call = startCaller();
  await call.says('Where is my order');
  worker.process.kill('SIGTERM');
  check((await exitOf(call.process)) === 0, 'the call goes on to its end');
  check((await exitOf(worker.process)) === TERMINATED, 'the worker exits cleanly');
  judge(await arrived(call.room), WORDS.length);
}

function judge(trace: Trace, turns: number): void {
  judgeTrace(trace, turns, check);
  judgeRecording(trace, recordings, check);
}

function check(holds: boolean, what: string): void {
  if (!holds) problems.push(what);
}

function expectEqual(what: string, found: unknown, expected: unknown): void {
  check(same(found, expected), `${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
}

/** The trace of a room, once its session has arrived. */
async function arrived(room: string): Promise<Trace> {
  return within(`the trace of ${room}`, async () => {
    const spans = receiver.spans.filter((span) => attribute(span, 'voice.room.id') === room);
    const session = spans.find(({ name }) => name === 'voice.session');
    if (session === undefined) return undefined;
    const turns = spans
      .filter(({ name }) => name === 'voice.user_turn' || name === 'voice.agent_turn')
      .sort((a, b) => Number(attribute(a, 'voice.turn.index')) - Number(attribute(b, 'voice.turn.index')));
    return { spans, session, turns };
  });
}

// --- processes

interface Running {
  readonly process: ChildProcess;
  output(): string;
  says(text: string): Promise<void>;
}

async function startServer(binary: string): Promise<string> {
  const [port, tcp, udp] = [await freePort(), await freePort(), await freePort()];
  const config = `port: ${port}\nrtc:\n  tcp_port: ${tcp}\n  udp_port: ${udp}\n`;
  const server = run(binary, [
    '--dev',
    '--bind',
    '127.0.0.1',
    '--node-ip',
    '127.0.0.1',
    '--config-body',
    config,
  ]);
  await within('the LiveKit server', () =>
    fetch(`http://127.0.0.1:${port}`).then(
      ({ ok }) => (ok ? true : undefined),
      () => undefined,
    ),
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${server.output().slice(-2000)}`);
  });
  return `ws://127.0.0.1:${port}`;
}

async function startWorker(command: 'dev' | 'start'): Promise<Running> {
  // As LiveKit starts workers for its simulations: it takes calls however busy the machine is, and listens on no port.
  const options = command === 'start' ? ['--simulation'] : [];
  const file = 'examples/support-agent/worker.ts';
  const worker = run(process.execPath, ['--import', 'tsx', file, command, ...options]);
  await worker.says('registered worker');
  return worker;
}

function startCaller(): Running & { readonly room: string; readonly truth: string } {
  calls += 1;
  const room = `room-${calls}`;
  const truth = join(folder, `${room}.json`);
  const heard = join(folder, `${room}.wav`);
  const args = [
    '--import',
    'tsx',
    'examples/support-agent/call.ts',
    '--room',
    room,
    '--truth',
    truth,
    '--heard',
    heard,
  ];
  return { ...run(process.execPath, args), room, truth };
}

function run(command: string, args: readonly string[]): Running {
  const child = spawn(command, args, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  child.on('exit', () => children.delete(child));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
  }
  const output = (): string => text;
  const says = (wanted: string): Promise<void> =>
    within(`"${wanted}"`, async () => (text.includes(wanted) ? true : undefined)).then(
      () => {},
      (error: unknown) => {
        throw new Error(`${String(error)}: ${text.slice(-2000)}`);
      },
    );
  return { process: child, output, says };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  return (await within('an exit', async () => (isOver(child) ? { code: child.exitCode } : undefined))).code;
}

function isOver(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function within<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + LIMIT_MS; Date.now() < end; await delay(100)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`${what} did not come in ${LIMIT_MS / 1000} s`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
