/** Longer lines (characters) are skipped: no export request is that large, and a string has its limit too. */
const MAX_LINE_LENGTH = 256 * 1024 * 1024;

/** A line of a file, numbered from 1; `text` is `undefined` where it was too long to read. */
export interface Line {
  readonly number: number;
  readonly text: string | undefined;
}

/**
 * The lines of a stream of UTF-8, without holding more than one of them. Lines end with a line feed only: JSON
 * may hold the other separators of Unicode, at which `node:readline` would break.
 */
export async function* readLines(
  chunks: AsyncIterable<string | Uint8Array>,
  maxLength: number = MAX_LINE_LENGTH,
): AsyncGenerator<Line, void, undefined> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  let number = 1;
  const finish = (): Line => {
    const line = { number, text: length > maxLength ? undefined : parts.join('') };
    parts = [];
    length = 0;
    number += 1;
    return line;
  };
  const take = (part: string): void => {
    length += part.length;
    if (length <= maxLength) parts.push(part);
    else parts = [];
  };
  for await (const chunk of chunks) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      take(text.slice(from, end));
      yield finish();
      from = end + 1;
    }
    take(text.slice(from));
  }
  take(decoder.decode());
  if (length > 0) yield finish();
}
