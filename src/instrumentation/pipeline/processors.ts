import { asList, read } from '../../conversation/read.js';
import { guard } from '../../otel/guard.js';

/** Something in a pipeline that pushes frames on. */
export interface FrameProcessorLike {
  pushFrame?(frame: never, ...rest: never[]): unknown;
  push?(frame: never, ...rest: never[]): unknown;
}

/** A frame on its way, as pipelines with observers report it. */
export interface FramePushedLike {
  readonly frame: object;
  /** Epoch milliseconds; absent: now. */
  readonly timeUnixMs?: number;
}

/** A pipeline: its processors, nested or linked, or a place for observers, or both. */
export interface PipelineLike {
  readonly processors?: readonly object[];
  getProcessors?(): readonly object[];
  addObserver?(observer: { onPushFrame(pushed: FramePushedLike): void }): unknown;
  removeObserver?(observer: object): unknown;
}

/** Processors looked at; a pipeline is a dozen. */
const MAX_PROCESSORS = 1000;

/** Where pipelines and processors keep other processors. */
const CHILDREN = ['processors', 'pipelines', 'branches', 'next', 'downstreamProcessor', 'source', 'sink'];

/** Every object of the pipeline that pushes frames. */
export function processorsOf(pipeline: unknown): object[] {
  const found: object[] = [];
  const seen = new Set<unknown>();
  const queue: unknown[] = [pipeline];
  while (queue.length > 0 && seen.size < MAX_PROCESSORS) {
    const one = queue.shift();
    if (typeof one !== 'object' || one === null || seen.has(one)) continue;
    seen.add(one);
    const list = asList(one);
    if (list !== undefined) queue.push(...list.slice(0, MAX_PROCESSORS));
    else {
      if (methodOf(one) !== undefined) found.push(one);
      queue.push(...CHILDREN.map((key) => read(one, key)), listed(one));
    }
  }
  return found;
}

/** With which method an object pushes frames. */
export function methodOf(processor: object): 'pushFrame' | 'push' | undefined {
  if (typeof read(processor, 'pushFrame') === 'function') return 'pushFrame';
  return typeof read(processor, 'push') === 'function' ? 'push' : undefined;
}

function listed(owner: object): unknown {
  const list = read(owner, 'getProcessors');
  return typeof list === 'function'
    ? guard("a pipeline's getProcessors", undefined, () => list.call(owner))
    : undefined;
}
