import type { Frame } from './frames.js';

/** One step of the pipeline. What it has no use for it pushes on. */
export class FrameProcessor {
  #next: FrameProcessor | undefined;

  link(next: FrameProcessor): void {
    this.#next = next;
  }

  process(frame: Frame): void {
    this.pushFrame(frame);
  }

  pushFrame(frame: Frame): void {
    this.#next?.process(frame);
  }
}

/** Processors in a row, each pushing frames to the next. */
export class Pipeline {
  readonly processors: readonly FrameProcessor[];

  constructor(...processors: FrameProcessor[]) {
    this.processors = processors;
    processors.forEach((processor, index) => {
      const next = processors[index + 1];
      if (next !== undefined) processor.link(next);
    });
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
