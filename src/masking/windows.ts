/** A stretch of a long text that is searched by itself. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** Longer texts are searched in stretches, so that the time stays in proportion whatever the length. */
const WINDOW = 32_768;
/** Stretches share so many UTF-16 code units with their neighbours: more than a value and its surroundings take. */
const OVERLAP = 1_024;
/** What starts this near an edge is judged by the neighbour, who sees what stands before and behind it. */
const MARGIN = 384;
/** Edges are moved to a space within this reach. */
const EDGE_REACH = 64;

/** Whether a text of this length is searched in one. */
export function isOneWindow(length: number): boolean {
  return length <= 2 * WINDOW;
}

/** The stretches of a text, in order; a text of ordinary length is one. */
export function windowsOf(text: string): Window[] {
  if (isOneWindow(text.length)) return [{ start: 0, end: text.length }];
  const windows: Window[] = [];
  for (let core = 0; core < text.length; core += WINDOW) {
    const start = core === 0 ? 0 : edge(text, core - OVERLAP);
    const end = core + WINDOW >= text.length ? text.length : edge(text, core + WINDOW + OVERLAP);
    windows.push({ start, end });
    if (end === text.length) break;
  }
  return windows;
}

function edge(text: string, near: number): number {
  if (near >= text.length) return text.length;
  for (let at = near; at > near - EDGE_REACH; at -= 1) {
    const code = text.charCodeAt(at);
    if (code === 0x20 || code === 0x0a) return at;
  }
  const low = text.charCodeAt(near);
  return low >= 0xdc00 && low <= 0xdfff ? near - 1 : near;
}

/** Whether this stretch judges what lies from `start` to `end`, in offsets of the whole text. */
export function judges(window: Window, start: number, end: number, length: number): boolean {
  if (end - start > OVERLAP - MARGIN) return true;
  const left = window.start === 0 || start >= window.start + MARGIN;
  const right = window.end === length || end <= window.end - MARGIN;
  return left && right;
}
