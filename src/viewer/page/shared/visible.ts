/**
 * Characters that a reader cannot see or that turn the direction of writing: control characters but for tab and
 * line breaks, lone surrogates, bidi controls, invisible ones. Kept: the joiners and variation selectors that
 * scripts and emoji are written with.
 */
const UNSEEN =
  /(?![\t\n\r])[\p{Cc}\p{Cs}\p{Bidi_Control}]|(?!\u200c|\u200d|\ufe0e|\ufe0f)\p{Default_Ignorable_Code_Point}/gu;

/** A text from a span with what cannot be seen written out, such as `[U+202E]`, and cut after `limit` characters. */
export function visible(text: string, limit: number = Number.POSITIVE_INFINITY): string {
  const short = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return short.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
}
