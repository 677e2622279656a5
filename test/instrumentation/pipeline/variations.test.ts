import { describe, expect, it } from 'vitest';
import { observePipeline } from '../../../src/instrumentation/pipeline/observe.js';
import { expectConformant, recorder, SetClock, scenarios, turnsSeen } from './conversation.js';
import { Processor, pipecatFrame, recordedFrames, replayFrames } from './replay.js';

/** A processor whose pushes fail some time later. */
class FailingProcessor extends Processor {
  override pushFrame(frame: object): Promise<void> {
    super.pushFrame(frame);
    return Promise.reject(new Error('the transport is gone'));
  }
}

interface Setting {
  /** The processors that push a frame which the named one pushed, one after the other. */
  readonly route: (
    source: string,
    processors: ReadonlyMap<string, Processor>,
  ) => readonly (Processor | undefined)[];
  readonly make?: () => Processor;
}

const first = (processors: ReadonlyMap<string, Processor>): Processor | undefined =>
  [...processors.values()][0];

const SETTINGS: Readonly<Record<string, Setting>> = {
  'pushed again by every processor on the way': {
    route: (source, processors) => [processors.get(source), ...processors.values()],
  },
  'all pushed by one processor': { route: (_source, processors) => [first(processors)] },
  'whose pushes fail later': {
    route: (source, processors) => [processors.get(source)],
    make: () => new FailingProcessor(),
  },
};

function replay(scenario: string, { route, make = () => new Processor() }: Setting): object[] {
  const clock = new SetClock();
  const { tracer, spans } = recorder(clock);
  const frames = recordedFrames(scenario);
  const processors = new Map(frames.map(({ line }) => [line.src, make()]));
  clock.now = frames[0]?.time ?? 0;
  const observation = observePipeline(
    { processors: [...processors.values()] },
    { agentId: 'recorded', tracer },
  );
  const objects = new Map<string, object>();
  for (const { line, time } of frames) {
    clock.now = time;
    const frame = objects.get(line.name) ?? pipecatFrame(line);
    objects.set(line.name, frame);
    for (const processor of route(line.src, processors)) {
      const pushed: unknown = processor?.pushFrame(frame, line.dir);
      if (pushed instanceof Promise) pushed.catch(() => {});
    }
  }
  observation.stop();
  expectConformant(spans);
  return turnsSeen(spans);
}

describe.each(Object.entries(SETTINGS))('frames %s', (_name, setting) => {
  it.each(scenarios)('tell %s as it was', (scenario) => {
    expect(replay(scenario, setting)).toEqual(turnsSeen(replayFrames(scenario)));
  });
});
