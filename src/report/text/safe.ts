/** Combining marks kept on one character; more than any script needs would paint over other lines. */
const MAX_MARKS = 6;

/**
 * Control characters (which steer a terminal), lone surrogates, characters that turn the direction of writing,
 * and invisible ones. Kept: the joiners and variation selectors that scripts and emoji are written with.
 */
const UNSAFE =
  /[\p{Cc}\p{Cs}\p{Bidi_Control}]|(?!\u200c|\u200d|\ufe0e|\ufe0f)\p{Default_Ignorable_Code_Point}/gu;
const MARKS = new RegExp(`(\\p{M}{${MAX_MARKS}})\\p{M}+`, 'gu');
/** ECMA-48: control sequences, control strings with their end, and escape sequences. */
const ESCAPE_SEQUENCE = new RegExp(
  [
    '(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]',
    '(?:\\u001b[\\]PX^_]|[\\u0090\\u0098\\u009d-\\u009f])[^\\u0007\\u001b\\u009c]*(?:\\u0007|\\u001b\\\\|\\u009c)',
    '\\u001b[ -/]*[0-~]?',
  ].join('|'),
  'g',
);

/**
 * A text from a span made fit to stand in a line of a terminal: white space becomes one space, terminal
 * escape sequences and other unsafe characters go.
 */
export function plain(text: string): string {
  return text
    .replace(ESCAPE_SEQUENCE, '')
    .replace(/[\s\u0085\u2028\u2029]+/gu, ' ')
    .replace(UNSAFE, '')
    .replace(MARKS, '$1')
    .trim();
}

const ASCII_OF: readonly (readonly [RegExp, string])[] = [
  [/[‘’‚′]/gu, "'"],
  [/[“”„″]/gu, '"'],
  [/[‐-―−]/gu, '-'],
  [/…/gu, '...'],
  [/[·•]/gu, '.'],
];

/** A text in ASCII alone, for terminals that show nothing else: accents go, what has no likeness becomes `?`. */
export function ascii(text: string): string {
  const likened = ASCII_OF.reduce((result, [pattern, likeness]) => result.replace(pattern, likeness), text);
  return likened
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^\x20-\x7e]/gu, '?');
}
