/** The stretch of the call that the axis shows, in session time (ms). */
export interface View {
  readonly startMs: number;
  readonly endMs: number;
}

/** The shortest stretch that the axis shows (ms). */
export const MIN_SPAN_MS = 50;

/** Pixels of a moment from the left edge of an axis of `width` pixels. */
export function toPixels(view: View, width: number, atMs: number): number {
  return ((atMs - view.startMs) / (view.endMs - view.startMs)) * width;
}

/** The moment at a pixel. */
export function toMs(view: View, width: number, pixels: number): number {
  return view.startMs + (pixels / Math.max(1, width)) * (view.endMs - view.startMs);
}

/** The view zoomed by a factor (below 1: closer), with the moment at `anchorMs` staying where it is. */
export function zoom(view: View, whole: View, factor: number, anchorMs: number): View {
  const span = view.endMs - view.startMs;
  const next = clampSpan(span * factor, whole);
  const share = span > 0 ? (anchorMs - view.startMs) / span : 0.5;
  const startMs = anchorMs - share * next;
  return within({ startMs, endMs: startMs + next }, whole);
}

/** The view moved by `byMs`, as far as the call goes. */
export function pan(view: View, whole: View, byMs: number): View {
  return within({ startMs: view.startMs + byMs, endMs: view.endMs + byMs }, whole);
}

/** The view moved into the call, and not longer than it. */
export function within(view: View, whole: View): View {
  const span = clampSpan(view.endMs - view.startMs, whole);
  const startMs = Math.min(Math.max(view.startMs, whole.startMs), whole.endMs - span);
  return { startMs, endMs: startMs + span };
}

/**
 * A view in which a stretch can be read: the present one where the stretch is in it and takes at least a
 * fortieth of it, else one that keeps its length or comes as close as the stretch needs.
 */
export function reveal(view: View, whole: View, startMs: number, endMs: number): View {
  const length = Math.max(1, endMs - startMs);
  const span = view.endMs - view.startMs;
  const readable = length * 40 >= span && length <= span;
  if (readable && startMs >= view.startMs && endMs <= view.endMs) return view;
  const next = readable ? span : Math.max(MIN_SPAN_MS, length * 2.5);
  const middle = (startMs + endMs) / 2;
  return within({ startMs: middle - next / 2, endMs: middle + next / 2 }, whole);
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Steps (ms) that people count in. */
const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 4, 6, 12, 24].map((n) => n * HOUR),
];

export interface Ticks {
  readonly stepMs: number;
  readonly atMs: readonly number[];
}

/** Round moments of a view, at least `minPixels` apart. */
export function ticks(view: View, width: number, minPixels: number): Ticks {
  const wanted = ((view.endMs - view.startMs) / Math.max(1, width)) * minPixels;
  const days = 24 * HOUR;
  const stepMs = STEPS.find((step) => step >= wanted) ?? Math.ceil(wanted / days) * days;
  const first = Math.ceil(view.startMs / stepMs);
  const last = Math.floor(view.endMs / stepMs);
  return {
    stepMs,
    atMs: Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * stepMs),
  };
}

/** A moment on the axis: `0:12`, with as many decimals as the step between ticks needs. */
export function tickLabel(atMs: number, stepMs: number): string {
  const decimals = stepMs >= SECOND ? 0 : stepMs >= 100 ? 1 : stepMs >= 10 ? 2 : 3;
  const unit = 10 ** (3 - decimals);
  const rounded = Math.round(Math.abs(atMs) / unit) * unit;
  const sign = atMs < 0 && rounded > 0 ? '-' : '';
  const hours = Math.floor(rounded / HOUR);
  const minutes = Math.floor(rounded / MINUTE) % 60;
  const seconds = (rounded % MINUTE) / SECOND;
  const ss = seconds.toFixed(decimals).padStart(decimals === 0 ? 2 : 3 + decimals, '0');
  return hours > 0 ? `${sign}${hours}:${String(minutes).padStart(2, '0')}:${ss}` : `${sign}${minutes}:${ss}`;
}

function clampSpan(span: number, whole: View): number {
  return Math.max(MIN_SPAN_MS, Math.min(span, Math.max(MIN_SPAN_MS, whole.endMs - whole.startMs)));
}
