import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { toMs } from './scale.js';
import type { Viewport } from './viewport.js';

/** Movements up to this (pixels) are a click. */
const CLICK_PIXELS = 4;
const WHEEL_SPEED = 0.0022;
const LINE_PIXELS = 18;

/** Zooms by wheel and pinch, pans by drag, and tells of clicks with their place in the element. */
export function useAxisPointer(
  element: RefObject<HTMLElement | null>,
  viewport: Viewport,
  onClick: (x: number, y: number) => void,
): void {
  useEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    const pointers = new Map<number, { x: number; y: number }>();
    let moved = 0;
    const place = (event: MouseEvent): { x: number; y: number } => {
      const box = target.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const msAt = (x: number): number => toMs(viewport.view, target.clientWidth, x);

    const wheel = (event: WheelEvent): void => {
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1;
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        viewport.panBy(msAt(sideways * unit) - msAt(0));
        return;
      }
      // Out of the whole call there is nothing to zoom: the page scrolls on.
      if (event.deltaY > 0 && viewport.showsAll && !event.ctrlKey) return;
      event.preventDefault();
      const delta = Math.max(-240, Math.min(240, event.deltaY * unit)) * (event.ctrlKey ? 4 : 1);
      viewport.zoom(Math.exp(delta * WHEEL_SPEED), msAt(place(event).x));
    };
    const down = (event: PointerEvent): void => {
      if (event.button !== 0) return;
      pointers.set(event.pointerId, place(event));
      if (pointers.size === 1) moved = 0;
      target.setPointerCapture(event.pointerId);
    };
    const move = (event: PointerEvent): void => {
      const before = pointers.get(event.pointerId);
      if (before === undefined) return;
      const now = place(event);
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      pointers.set(event.pointerId, now);
      moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
      if (other !== undefined) {
        const was = Math.max(10, Math.abs(before.x - other.x));
        viewport.zoom(was / Math.max(10, Math.abs(now.x - other.x)), msAt((now.x + other.x) / 2));
      } else if (moved > CLICK_PIXELS) {
        viewport.panBy(msAt(before.x) - msAt(now.x));
      }
    };
    const up = (event: PointerEvent): void => {
      if (!pointers.delete(event.pointerId)) return;
      const { x, y } = place(event);
      if (event.type === 'pointerup' && pointers.size === 0 && moved <= CLICK_PIXELS) onClick(x, y);
    };
    target.addEventListener('wheel', wheel, { passive: false });
    target.addEventListener('pointerdown', down);
    target.addEventListener('pointermove', move);
    target.addEventListener('pointerup', up);
    target.addEventListener('pointercancel', up);
    return () => {
      target.removeEventListener('wheel', wheel);
      target.removeEventListener('pointerdown', down);
      target.removeEventListener('pointermove', move);
      target.removeEventListener('pointerup', up);
      target.removeEventListener('pointercancel', up);
    };
  }, [element, viewport, onClick]);
}
