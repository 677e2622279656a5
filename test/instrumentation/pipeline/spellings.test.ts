import { describe, expect, it } from 'vitest';
import { observePipeline } from '../../../src/instrumentation/pipeline/observe.js';
import { hrTimeToMs } from '../../../src/otel/time.js';
import { turnsOf } from '../livekit/outline.js';
import { comparable, expectedOf, recorder, scenarios, turnsSeen } from './conversation.js';
import { type FrameLine, Processor, recordedFrames, replayFrames } from './replay.js';
import { ClassFrames, unionFrame } from './shapes.js';

/** Every recording but those in which a way of spelling has nothing new to say. */
const told = scenarios.filter((scenario) => !['pii', 'multi-language', 'no-metrics'].includes(scenario));

describe.each(told)('%s', (scenario) => {
  const expectTurns = (spans: Parameters<typeof turnsSeen>[0]): void => {
    const { seen, expected } = comparable(turnsSeen(spans), expectedOf(scenario), 'frames');
    expect(seen).toEqual(expected);
  };

  it('in classes that a port to TypeScript has, by their names', () => {
    expectTurns(replayFrames(scenario, {}, new ClassFrames(false).shape));
  });

  it('in classes without names, by the registry', () => {
    const frames = new ClassFrames(true);
    for (const { line } of recordedFrames(scenario)) frames.shape(line);
    expectTurns(replayFrames(scenario, { classes: frames.classes }, frames.shape));
  });

  it('in a union of kinds', () => {
    expectTurns(replayFrames(scenario, {}, unionFrame));
  });

  it('as Whisker records them, pushed into whatever has a push', () => {
    const { tracer, spans } = recorder();
    const sink = { push(_record: object): void {} };
    const observation = observePipeline(sink, { agentId: 'recorded', tracer });
    // A recording: long after what it tells of.
    const frames = recordedFrames(scenario);
    for (const frame of frames) sink.push(whiskerRecord(frame));
    observation.stop();
    expectTurns(spans);
    const times = turnsOf(spans).map(({ startTime }) => hrTimeToMs(startTime));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(frames[0]?.time ?? Number.NaN);
    expect(Math.max(...times)).toBeLessThan(frames.at(-1)?.time ?? Number.NaN);
  });
});

it('a processor that is observed pushes what it pushed before', () => {
  const processor = new Processor();
  const frame = { kind: 'userStartedSpeaking' };
  const observation = observePipeline([processor], { agentId: 'agent', tracer: recorder().tracer });
  processor.pushFrame(frame, 'downstream');
  observation.stop();
  expect(processor.pushed).toEqual([frame]);
});

function whiskerRecord({ line, time }: { line: FrameLine; time: number }): object {
  return {
    type: 'frame',
    id: line.id,
    worker_id: 'worker',
    name: line.name,
    from: line.src,
    action: 'push',
    direction: line.dir === 'up' ? 'upstream' : 'downstream',
    timestamp: time / 1000,
    payload: withoutClasses(line.fields ?? {}),
  };
}

/** Whisker's metrics have lost the names of their classes. */
function withoutClasses(fields: Readonly<Record<string, unknown>>): object {
  const { data, ...rest } = fields;
  if (!Array.isArray(data)) return fields;
  return { ...rest, data: data.map(({ class: _, ...entry }: Record<string, unknown>) => entry) };
}
