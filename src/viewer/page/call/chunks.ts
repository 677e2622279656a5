/** Where a chunk may be cut without splitting a word, a masked part or a pair of surrogates. */
const LOOK_BACK = 200;

/**
 * Cuts a long text into pieces of about `size` characters, at line ends or spaces where there are any, so that
 * a browser lays out only the pieces that are seen. The pieces together are the text.
 */
export function chunks(text: string, size: number): string[] {
  const pieces: string[] = [];
  let at = 0;
  while (text.length - at > size) {
    const end = cutBefore(text, at, at + size);
    pieces.push(text.slice(at, end));
    at = end;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}

/** The first part of a text, cut as `chunks` cuts. */
export function firstPart(text: string, size: number): string {
  return text.length <= size ? text : text.slice(0, cutBefore(text, 0, size));
}

function cutBefore(text: string, from: number, wanted: number): number {
  const window = text.slice(Math.max(from + 1, wanted - LOOK_BACK), wanted);
  const offset = wanted - window.length;
  const line = window.lastIndexOf('\n');
  if (line >= 0) return offset + line + 1;
  const space = window.lastIndexOf(' ');
  if (space >= 0) return offset + space + 1;
  const last = text.charCodeAt(wanted - 1);
  return last >= 0xd800 && last < 0xdc00 ? wanted - 1 : wanted;
}
