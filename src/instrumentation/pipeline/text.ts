/** A piece of text; one that is `spaced` brings its own spaces. */
export interface TextPiece {
  readonly text: string;
  readonly spaced: boolean;
}

/** What pieces say together. */
export function joinPieces(pieces: readonly TextPiece[]): string {
  let joined = '';
  for (const { text, spaced } of pieces) {
    const glue = spaced || joined === '' || /^\s/.test(text) || /\s$/.test(joined) ? '' : ' ';
    joined += glue + text;
  }
  return joined.trim();
}
