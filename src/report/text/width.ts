import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Terminal columns that a text without control characters takes. */
export function columns(text: string): number {
  return stringWidth(text);
}

/** `text` cut to at most `width` columns, never within a character; what is cut is said by `ellipsis`. */
export function truncate(text: string, width: number, ellipsis: string): string {
  if (columns(text) <= width) return text;
  const room = width - columns(ellipsis);
  return room < 0 ? '' : takeColumns(text, room).taken + ellipsis;
}

/** `text` with spaces to fill `width` columns, cut if it is longer. */
export function pad(text: string, width: number, ellipsis: string): string {
  const cut = truncate(text, width, ellipsis);
  return cut + ' '.repeat(Math.max(0, width - columns(cut)));
}

/** Breaks a text into lines of at most `width` columns, between words where it can; at most `maxLines`. */
export function wrap(text: string, width: number, maxLines: number): { lines: string[]; rest: string } {
  const lines: string[] = [];
  let rest = text.trim();
  while (rest !== '' && lines.length < maxLines) {
    const { taken, left } = takeLine(rest, width);
    lines.push(taken);
    rest = left;
  }
  return { lines, rest };
}

/** Sets parts one after the other, a space between them, on lines of at most `width` columns. */
export function wrapParts(parts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && columns(last) + 1 + columns(part) <= width)
      lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(part);
  }
  return lines;
}

function takeLine(text: string, width: number): { taken: string; left: string } {
  const { taken, left } = takeColumns(text, width);
  if (left === '' || left.startsWith(' ')) return { taken: taken.trimEnd(), left: left.trimStart() };
  const space = taken.lastIndexOf(' ');
  // A word as long as the line, or a script without spaces, is broken where the line ends.
  if (space <= 0) return { taken, left };
  return { taken: taken.slice(0, space).trimEnd(), left: taken.slice(space + 1) + left };
}

function takeColumns(text: string, width: number): { taken: string; left: string } {
  let used = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    used += columns(segment);
    // At least one character, so that a line narrower than it does not stop the progress.
    if (used > width && index > 0) return { taken: text.slice(0, index), left: text.slice(index) };
  }
  return { taken: text, left: '' };
}
