import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type Palette, readPalette } from './palette.js';

export interface Drawing {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly palette: Palette;
}

/**
 * A canvas as wide as its parent and `height` pixels high. `draw` runs at most once a frame: after a change that
 * `subscribe` tells of, of its size, of the colour scheme, and after each render.
 */
export function useCanvas(
  height: number,
  draw: (drawing: Drawing) => void,
  subscribe: (listener: () => void) => () => void,
): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(draw);
  latest.current = draw;
  const request = useRef<() => void>(() => undefined);

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === null || context === undefined) return undefined;
    let frame = 0;
    let width = 0;
    let palette: Palette | undefined;
    const run = (): void => {
      frame = 0;
      if (width < 1) return;
      const ratio = Math.min(3, Math.max(1, devicePixelRatio));
      const pixelWidth = Math.round(width * ratio);
      const pixelHeight = Math.round(height * ratio);
      if (element.width !== pixelWidth || element.height !== pixelHeight) {
        element.width = pixelWidth;
        element.height = pixelHeight;
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      palette ??= readPalette(element);
      latest.current({ context, width, palette });
    };
    const schedule = (): void => {
      if (frame === 0) frame = requestAnimationFrame(run);
    };
    const sized = new ResizeObserver(([entry]) => {
      width = entry?.contentRect.width ?? 0;
      schedule();
    });
    const recolour = (): void => {
      palette = undefined;
      schedule();
    };
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    sized.observe(element);
    scheme.addEventListener('change', recolour);
    const unsubscribe = subscribe(schedule);
    request.current = schedule;
    return () => {
      cancelAnimationFrame(frame);
      sized.disconnect();
      scheme.removeEventListener('change', recolour);
      unsubscribe();
      request.current = () => undefined;
    };
  }, [height, subscribe]);

  useEffect(() => request.current());
  return canvas;
}
