/** What a long list draws: rows, and the space of those between that are not drawn. */
export type Segment =
  | { readonly kind: 'space'; readonly from: number; readonly rows: number }
  | { readonly kind: 'row'; readonly index: number };

/**
 * The segments of a list of rows of equal height of which only a part can be seen: those from `first` up to, not
 * including, `end`, and the row `keep`, which has the focus and must not go, wherever it is.
 */
export function segmentsOf(count: number, first: number, end: number, keep: number): readonly Segment[] {
  const from = Math.min(Math.max(0, first), count);
  const to = Math.min(Math.max(from, end), count);
  const drawn = Array.from({ length: to - from }, (_, offset) => from + offset);
  if (keep >= 0 && keep < from) drawn.unshift(keep);
  else if (keep >= to && keep < count) drawn.push(keep);
  const segments: Segment[] = [];
  let next = 0;
  for (const index of [...drawn, count]) {
    if (index > next) segments.push({ kind: 'space', from: next, rows: index - next });
    if (index < count) segments.push({ kind: 'row', index });
    next = index + 1;
  }
  return segments;
}

/**
 * The rows to draw where the list's top lies `top` pixels below that of the viewport, with some beyond either edge.
 * Both ends lie on whole steps, so that little scrolling changes nothing.
 */
export function rowsInView(options: {
  readonly top: number;
  readonly viewport: number;
  readonly rowHeight: number;
  readonly beyond: number;
}): { readonly first: number; readonly end: number } {
  const { top, viewport, rowHeight, beyond } = options;
  const first = Math.floor(-top / rowHeight) - beyond;
  const end = Math.ceil((viewport - top) / rowHeight) + beyond;
  return { first: Math.max(0, floorTo(first, beyond)), end: Math.max(0, floorTo(end + beyond - 1, beyond)) };
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}
