import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { observePipeline } from '../../../src/instrumentation/pipeline/observe.js';
import { observeRtvi } from '../../../src/instrumentation/rtvi/observe.js';
import { resetWarnings } from '../../../src/otel/diagnostics.js';
import type { ReadableSpanLike } from '../../../src/otel/types.js';
import { recordedMessages } from '../rtvi/replay.js';
import { expectConformant, recorder, SetClock, scenarios } from './conversation.js';
import { pipecatFrame, recordedFrames } from './replay.js';

/** Each is a recording with a share of what happened left out, said twice, or late. */
const RUNS = 60;

beforeEach(() => resetWarnings());
afterEach(() => vi.restoreAllMocks());

const damage = fc.array(fc.constantFrom('keep', 'keep', 'keep', 'keep', 'keep', 'drop', 'twice', 'late'), {
  minLength: 700,
  maxLength: 700,
});

function damaged<Item>(items: readonly Item[], how: readonly string[]): Item[] {
  const all: Item[] = [];
  let late: Item[] = [];
  items.forEach((item, index) => {
    const fate = how[index % how.length];
    if (fate === 'late') late.push(item);
    else if (fate !== 'drop') all.push(...(fate === 'twice' ? [item, item] : [item]), ...late.splice(0));
  });
  all.push(...late);
  late = [];
  return all;
}

/** What holds of every conversation, however little of it is known. */
function expectSound(spans: readonly ReadableSpanLike[], warnings: readonly unknown[][]): void {
  expect(warnings.flat().filter((warning) => String(warning).includes('failed, the call goes on'))).toEqual(
    [],
  );
  expectConformant(spans);
  const turns = spans.filter(({ name }) => /^voice\.(user|agent)_turn$/.test(name));
  const ids = new Set(turns.map(({ attributes }) => attributes['voice.turn.id']));
  expect(ids.size).toBe(turns.length);
  expect(spans.filter(({ name }) => name === 'voice.session').length).toBe(spans.length === 0 ? 0 : 1);
  for (const { attributes } of turns) {
    for (const key of ['voice.turn.reply_to.id', 'voice.turn.interrupted_turn.id']) {
      if (attributes[key] !== undefined) expect(ids).toContain(attributes[key]);
    }
    for (const [key, value] of Object.entries(attributes)) {
      if (typeof value === 'number') expect(value, key).toBeGreaterThanOrEqual(0);
    }
  }
}

it('frames that are lost, doubled or late do no harm', () => {
  fc.assert(
    fc.property(fc.constantFrom(...scenarios), damage, (scenario, how) => {
      const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {});
      const clock = new SetClock();
      const { tracer, spans } = recorder(clock);
      const processor = { push(_frame: object): void {} };
      const observation = observePipeline(processor, { agentId: 'recorded', tracer });
      for (const { line, time } of damaged(recordedFrames(scenario), how)) {
        clock.now = Math.max(clock.now, time);
        // The same frame said twice is another object with other ids.
        processor.push({ ...pipecatFrame(line), id: undefined, name: line.frame });
      }
      observation.stop();
      expectSound(spans, warnings.mock.calls);
    }),
    { numRuns: RUNS },
  );
});

it('messages that are lost, doubled or late do no harm', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...scenarios), damage, async (scenario, how) => {
      const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {});
      const { tracer, spans } = recorder();
      const lines = damaged(recordedMessages(scenario), how);
      const items = lines.map(({ t, message }) => ({ message, time: t * 1000 }));
      await observeRtvi(items, { agentId: 'recorded', tracer }).done;
      expectSound(spans, warnings.mock.calls);
    }),
    { numRuns: RUNS },
  );
});
