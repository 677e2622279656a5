import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, vi } from 'vitest';
import type { VoiceSession } from '../../src/index.js';
import { Client } from '../../src/presets/ashr.js';
import type { Report, Wish } from './ashr/back-end.js';
import { isBad, seeded } from './ashr/faults.js';
import { Stalls } from './ashr/stalls.js';

const SESSIONS = 200;
/** With six spans an exchange, all of it is less than a client's buffer holds: nothing need be dropped. */
const EXCHANGES = 7;
const OUTAGE_MS = 60_000;
/** One exchange of every session in this time. */
const ROUND_MS = 12_000;
const MINUTE_MS = 60_000;

setFlagsFromString('--expose_gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapMb(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
}

/** What was written of the calls. */
interface Written {
  readonly turns: string[];
  readonly stages: string[];
  events: number;
}

const words = (random: () => number, count: number): string =>
  Array.from({ length: count }, () => Math.floor(random() * 36 ** 4).toString(36)).join(' ');

/** A user turn and its answer, with what a real one has. */
function exchange(session: VoiceSession, random: () => number, written: Written): void {
  const user = session.startUserTurn();
  const stt = user.startStage('stt', { provider: 'deepgram', model: 'nova-3' });
  const heard = words(random, 12);
  stt.setPayload({ audioDurationMs: 2400, finalTranscript: heard, finalConfidence: 0.9 });
  stt.end();
  user.setTranscript(heard);
  user.event('user_speech_end');
  user.speechEnded();
  user.end();
  const agent = session.startAgentTurn();
  const llm = agent.startStage('llm', { provider: 'openai', model: 'gpt-4.1-mini' });
  llm.setPayload({
    promptTokens: 900,
    completionTokens: 60,
    ttftMs: 310,
    prompt: [
      { role: 'system', content: words(random, 60) },
      { role: 'user', content: heard },
    ],
    completion: words(random, 30),
  });
  llm.end();
  const tool = agent.startStage('tool');
  tool.setPayload({ name: 'lookup', arguments: { q: heard }, result: words(random, 10) });
  tool.end();
  const tts = agent.startStage('tts', { provider: 'cartesia', model: 'sonic-2' });
  tts.setPayload({ textInput: words(random, 30), audioDurationMs: 1900, ttfbMs: 140 });
  tts.end();
  agent.firstAudio();
  agent.setTranscript(words(random, 30));
  agent.end();
  written.turns.push(user.turnId, agent.turnId);
  written.stages.push(stt.stageId, llm.stageId, tts.stageId);
  written.events += 1;
}

interface BackEnd {
  readonly child: ChildProcess;
  readonly url: string;
  tell(wish: Wish): void;
}

async function startBackEnd(): Promise<BackEnd> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const script = fileURLToPath(new URL('./ashr/back-end.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', tsx, script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [url] = await once(child, 'message');
  return { child, url: String(url), tell: (wish) => void child.send(wish) };
}

const acceptable = (ids: readonly string[]): string[] => ids.filter((id) => !isBad(id)).sort();

it(
  '200 sessions at once against a back end that fails at random and is down for a minute: everything acceptable arrives',
  async () => {
    const warnings: string[] = [];
    vi.spyOn(console, 'warn').mockImplementation((line: string) => void warnings.push(line));
    const backEnd = await startBackEnd();
    const random = seeded(8);
    const written: Written = { turns: [], stages: [], events: 0 };
    const client = new Client({ apiKey: 'vo_soak', baseUrl: backEnd.url, requestTimeoutMs: 1000 });
    const before = heapMb();
    const sessions = Array.from({ length: SESSIONS }, () => client.startSession({ agentId: 'soak' }));
    const stalls = new Stalls();
    let outage: NodeJS.Timeout | undefined;
    for (let round = 0; round < EXCHANGES; round += 1) {
      if (round === 1) {
        backEnd.tell('outage');
        outage = setTimeout(() => backEnd.tell('back'), OUTAGE_MS);
      }
      for (const session of sessions) {
        exchange(session, random, written);
        await sleep(ROUND_MS / SESSIONS);
      }
    }
    for (const session of sessions) {
      session.end({ reason: 'user_left' });
      await sleep(5);
    }
    const full = heapMb();
    stalls.skip();
    await client.shutdown({ drainTimeoutMs: 8 * MINUTE_MS });
    stalls.stop();
    clearTimeout(outage);
    const after = heapMb();

    backEnd.tell('report');
    const [report]: [Report] = (await once(backEnd.child, 'message')) as [Report];
    backEnd.child.disconnect();
    console.log(
      `${written.turns.length} turns, ${written.stages.length} stages, ${report.requests} requests, ` +
        `longest own block ${stalls.longest.toFixed(1)} ms, ${warnings.length} warnings, heap ${before.toFixed(0)} → ${full.toFixed(0)} → ${after.toFixed(0)} MB`,
    );

    // Every acceptable item is stored, by id exactly one row.
    expect(report.turns.map(({ turn_id }) => String(turn_id)).sort()).toEqual(acceptable(written.turns));
    expect(report.stages.map(({ stage_id }) => String(stage_id)).sort()).toEqual(acceptable(written.stages));
    expect(
      written.turns.length + written.stages.length - report.turns.length - report.stages.length,
    ).toBeGreaterThan(0);
    expect(report.events).toBe(written.events);

    // Sessions are completed, and their roll-ups say what the back end has.
    expect(report.sessions).toHaveLength(SESSIONS);
    for (const { id, patch } of report.sessions) {
      const turns = report.turns.filter(({ session_id }) => session_id === id);
      const agents = turns.filter(({ speaker }) => speaker === 'agent');
      const costs = report.stages
        .filter(({ session_id }) => session_id === id)
        .map(({ cost_usd }) => Number(cost_usd));
      const ttfa = agents.map(({ ttfa_ms }) => Number(ttfa_ms)).sort((a, b) => a - b);
      expect(patch).toMatchObject({
        status: 'completed',
        end_reason: 'user_left',
        rollups: {
          turn_count: turns.length,
          agent_turn_count: agents.length,
          user_turn_count: turns.length - agents.length,
          total_cost_usd: Math.round(costs.reduce((sum, cost) => sum + cost, 0) * 1e12) / 1e12,
          p95_ttfa_ms: ttfa[Math.ceil(0.95 * ttfa.length) - 1],
        },
      });
    }

    // Bounded: what waited was no more than the queue may hold, and nothing of it stays.
    expect(full - before).toBeLessThan(100);
    expect(after - before).toBeLessThan(30);
    expect(stalls.longest).toBeLessThanOrEqual(20);
    expect(warnings.length).toBeLessThan(100);
  },
  12 * MINUTE_MS,
);
