import type { JSX } from 'preact';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import type { CallModel } from './call-model.js';
import { toMs, toPixels } from './scale.js';
import { levelOf, type Thresholds } from './thresholds.js';
import { type Drawing, useCanvas } from './use-canvas.js';
import type { Viewport } from './viewport.js';

const HEIGHT = 30;
const MAX_WAITS = 150;

/** The whole call in one strip, with what the axis shows of it marked; a drag moves the axis. */
export function Minimap(props: {
  readonly model: CallModel;
  readonly viewport: Viewport;
  readonly thresholds: Thresholds;
}): JSX.Element {
  const { model, viewport, thresholds } = props;
  const subscribe = useCallback((listener: () => void) => viewport.subscribe(listener), [viewport]);
  const canvas = useCanvas(HEIGHT, (drawing) => drawMinimap(drawing, model, viewport, thresholds), subscribe);
  const strip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const target = strip.current;
    if (target === null) return undefined;
    const centre = (event: PointerEvent): void => {
      const box = target.getBoundingClientRect();
      const atMs = toMs(viewport.whole, box.width, event.clientX - box.left);
      const half = (viewport.view.endMs - viewport.view.startMs) / 2;
      viewport.show({ startMs: atMs - half, endMs: atMs + half });
    };
    const down = (event: PointerEvent): void => {
      target.setPointerCapture(event.pointerId);
      centre(event);
    };
    const move = (event: PointerEvent): void => {
      if (target.hasPointerCapture(event.pointerId)) centre(event);
    };
    target.addEventListener('pointerdown', down);
    target.addEventListener('pointermove', move);
    return () => {
      target.removeEventListener('pointerdown', down);
      target.removeEventListener('pointermove', move);
    };
  }, [viewport]);
  return (
    <div class="call-minimap" ref={strip} aria-hidden="true" title="The whole call: drag to move">
      <canvas ref={canvas} style={{ height: `${HEIGHT}px` }} />
    </div>
  );
}

function drawMinimap(
  { context, width, palette }: Drawing,
  model: CallModel,
  viewport: Viewport,
  thresholds: Thresholds,
): void {
  const { whole, view } = viewport;
  const x = (atMs: number): number => toPixels(whole, width, atMs);
  context.clearRect(0, 0, width, HEIGHT);
  model.lanes.slice(0, 2).forEach((lane, i) => {
    context.fillStyle = palette.lanes[lane.colour];
    context.globalAlpha = 0.75;
    for (const bar of lane.bars.items) {
      context.fillRect(x(bar.startMs), 5 + i * 11, Math.max(0.75, x(bar.endMs) - x(bar.startMs)), 9);
    }
  });
  // Of thousands of waits only the longest say something.
  const crowded = model.silences.items.length > MAX_WAITS;
  for (const silence of model.silences.items) {
    if (silence.waitsFor !== 'agent') continue;
    const level = levelOf(silence.endMs - silence.startMs, thresholds);
    if (level === 'good' || (level === 'slow' && crowded)) continue;
    context.fillStyle = level === 'slow' ? palette.warn : palette.bad;
    context.globalAlpha = 0.8;
    context.fillRect(x(silence.startMs), 2, Math.max(1.5, x(silence.endMs) - x(silence.startMs)), 26);
  }
  context.globalAlpha = 1;
  if (viewport.showsAll) return;
  const left = x(view.startMs);
  const right = Math.max(left + 6, x(view.endMs));
  context.fillStyle = palette.bg;
  context.globalAlpha = 0.6;
  context.fillRect(0, 0, left, HEIGHT);
  context.fillRect(right, 0, width - right, HEIGHT);
  context.globalAlpha = 1;
  context.strokeStyle = palette.accent;
  context.lineWidth = 2;
  context.strokeRect(left + 1, 1, right - left - 2, HEIGHT - 2);
}
