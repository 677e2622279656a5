import { appendFileSync, chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startAshrMock } from '../../src/testing/ashr-mock/mock.js';
import { Receiver, spansOfLines } from '../support/otlp-receiver.js';
import { filesIn, textIn } from './matrix.js';
import { Programs } from './processes.js';

const programs = new Programs();
/** The discard port: nothing listens there. */
const DOWN = 'http://127.0.0.1:9/v1/traces';
const CALL = ['voice.session', 'voice.user_turn'];

let receiver: Receiver;
let spool = '';
let number = 0;

beforeAll(async () => {
  await programs.build('spooling');
  receiver = new Receiver();
  await receiver.start();
});
afterAll(async () => {
  await receiver.close();
  programs.remove();
});
beforeEach(() => {
  number += 1;
  spool = programs.path(`spool-${number}`);
});

function down(): { environment: Record<string, string> } {
  return { environment: { SPOOL: spool, BACK_END: DOWN } };
}

function up(): { environment: Record<string, string> } {
  return { environment: { SPOOL: spool, BACK_END: `${receiver.url}/v1/traces` } };
}

function spooled(): string[] {
  return spansOfLines(textIn(spool)).map(
    ({ attributes, name }) => `${attributes['gen_ai.agent.name']} ${name}`,
  );
}

/** The names of spans of one agent at the back end. */
function arrived(agentId: string): string[] {
  return receiver.spans
    .filter(({ attributes }) => attributes['gen_ai.agent.name'] === agentId)
    .map(({ name }) => name)
    .sort();
}

async function killedWhileWaiting(agentId: string, what = 'waits'): Promise<void> {
  const running = programs.start('spooling', [what, agentId], down());
  await running.printed('ready');
  running.kill('SIGKILL');
  await running.ended;
}

describe('what kill -9 leaves in the spool', () => {
  it('is masked, and nobody else can read it', async () => {
    await killedWhileWaiting('private');
    expect(spooled().sort()).toEqual(CALL.map((name) => `private ${name}`));
    expect(textIn(spool)).toContain('[REDACTED:email]');
    expect(textIn(spool)).not.toContain('ana@example.com');
    for (const path of filesIn(spool)) {
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    }
    expect(statSync(spool).mode & 0o777).toBe(0o700);
  });

  it('is sent by the next start, once, and then gone', async () => {
    await killedWhileWaiting('next');
    expect(await programs.run('spooling', ['replays'], up())).toEqual({
      code: 0,
      signal: null,
      stdout: '',
      stderr: '',
    });
    expect(arrived('next')).toEqual(CALL);
    expect(filesIn(spool)).toEqual([]);
    await programs.run('spooling', ['replays'], up());
    expect(arrived('next')).toEqual(CALL);
  });

  it('stays while the back end is down, for as many starts as that takes', async () => {
    await killedWhileWaiting('patient');
    await programs.run('spooling', ['replays'], down());
    await programs.run('spooling', ['replays'], down());
    expect(spooled().sort()).toEqual(CALL.map((name) => `patient ${name}`));
    await programs.run('spooling', ['replays'], up());
    expect(arrived('patient')).toEqual(CALL);
  });

  it('is whole but for a line that was cut short', async () => {
    await killedWhileWaiting('torn');
    const [file = ''] = filesIn(spool);
    appendFileSync(file, '{"resourceSpans":[{"resource":{"attr');
    const { stderr } = await programs.run('spooling', ['replays'], up());
    expect(stderr).toBe('voice-otel: a line of the spool was cut short or is none of ours, and is dropped\n');
    expect(arrived('torn')).toEqual(CALL);
    expect(filesIn(spool)).toEqual([]);
  });

  it('is bounded in bytes, the oldest going first', async () => {
    const running = programs.start('spooling', ['waits with a lot', 'much'], {
      environment: { SPOOL: spool, BACK_END: DOWN, MAX_BYTES: '300000' },
    });
    await running.printed('ready');
    running.kill('SIGKILL');
    const { stderr } = await running.ended;
    expect(stderr).toContain(
      'the spool is full: the oldest spans in it would not outlive the process any more',
    );
    const bytes = filesIn(spool).reduce((sum, path) => sum + statSync(path).size, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(300_000);
    expect(spooled().at(-1)).toBe('much voice.session');
  });
});

describe('a spool of two processes', () => {
  it('neither takes what the other still has', async () => {
    const first = programs.start('spooling', ['waits', 'first'], down());
    await first.printed('ready');
    await programs.run('spooling', ['replays'], up());
    expect(arrived('first')).toEqual([]);
    expect(spooled().sort()).toEqual(CALL.map((name) => `first ${name}`));
    first.kill('SIGKILL');
    await first.ended;
    await programs.run('spooling', ['replays'], up());
    expect(arrived('first')).toEqual(CALL);
  });

  it('what is left goes to one of those that start together', async () => {
    for (const agentId of ['left-1', 'left-2', 'left-3']) await killedWhileWaiting(agentId);
    await Promise.all(Array.from({ length: 4 }, () => programs.run('spooling', ['replays'], up())));
    for (const agentId of ['left-1', 'left-2', 'left-3']) expect(arrived(agentId)).toEqual(CALL);
    expect(filesIn(spool)).toEqual([]);
  });
});

it('shutdown with a back end that is down leaves what waits in the spool, and counts no loss', async () => {
  const { stderr } = await programs.run('spooling', ['shuts down', 'closing'], down());
  expect(stderr).not.toContain('dropped');
  expect(spooled().sort()).toEqual(CALL.map((name) => `closing ${name}`));
  await programs.run('spooling', ['replays'], up());
  expect(arrived('closing')).toEqual(CALL);
});

it('an exit writes what was not written yet, beside what was', async () => {
  const { code } = await programs.run(
    'spooling',
    ['exits with some in the spool and some not', 'both'],
    down(),
  );
  expect(code).toBe(0);
  expect(spooled().sort()).toEqual([...CALL, ...CALL].sort().map((name) => `both ${name}`));
  await programs.run('spooling', ['replays'], up());
  expect(arrived('both')).toEqual([...CALL, ...CALL].sort());
});

it('a folder that cannot be made is said, and the call goes on', async () => {
  mkdirSync(spool);
  chmodSync(spool, 0o755);
  appendFileSync(join(spool, 'file'), 'in the way');
  const { stderr, code } = await programs.run('spooling', ['shuts down', 'nowhere'], {
    environment: { SPOOL: join(spool, 'file'), BACK_END: DOWN },
  });
  expect(code).toBe(0);
  expect(stderr).toContain('voice-otel: spans could not be written to the spool: Error: ENOTDIR');
  expect(stderr).toContain('2 spans could not be delivered before shutdown and are dropped');
});

it("a model stage that waits in Ashr's exporter for its turn is not forgotten", async () => {
  const ashr = await startAshrMock({ apiKey: 'vo_test' });
  const environment = { SPOOL: spool, BACK_END: ashr.url };
  const running = programs.start('spooling', ['a stage without its turn'], { environment });
  await running.printed('ready');
  expect(ashr.store.stages.size).toBe(0);
  running.kill('SIGKILL');
  await running.ended;
  await programs.run('spooling', ['replays to Ashr'], { environment });
  const stages = [...ashr.store.stages.values()].map(({ session_id, kind }) => [session_id, kind]);
  expect(stages).toEqual([['s_0000000000000001', 'llm']]);
  expect(readdirSync(spool).flatMap((owner) => readdirSync(join(spool, owner)))).toEqual([]);
  await ashr.close();
});
