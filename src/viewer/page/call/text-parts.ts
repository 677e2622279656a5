import { findPlaceholders } from '../../../masking/placeholder.js';

/** A piece of a text from a span, by how it is shown. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  /** A masked part: its type, and the last four digits or keyed token where the masker left one. */
  | { readonly kind: 'masked'; readonly type: string; readonly suffix: string | undefined }
  /** A character that cannot be seen or that would reorder the text, by its code point such as `U+202E`. */
  | { readonly kind: 'hidden'; readonly codePoint: string };

const PREFIX_LENGTH = '[REDACTED:'.length;

/** Combining marks kept on one character; more than any script needs would paint over other lines. */
const MAX_MARKS = 6;
const MARKS = new RegExp(`(\\p{M}{${MAX_MARKS}})\\p{M}+`, 'gu');

/**
 * Control characters but for tab and line ends, lone surrogates, characters that turn the direction of writing,
 * and invisible ones. Kept: the joiners and variation selectors that scripts and emoji are written with.
 */
const HIDDEN =
  /(?![\t\n\r])[\p{Cc}\p{Cs}\p{Bidi_Control}]|(?!\u200c|\u200d|\ufe0e|\ufe0f)\p{Default_Ignorable_Code_Point}/gu;

/** Splits a text from a span into what is read, what was masked, and what cannot be seen. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const [start, end] of findPlaceholders(text)) {
    pushText(parts, text.slice(at, start));
    const body = text.slice(start + PREFIX_LENGTH, end - 1);
    const colon = body.indexOf(':');
    parts.push({
      kind: 'masked',
      type: colon < 0 ? body : body.slice(0, colon),
      suffix: colon < 0 ? undefined : body.slice(colon + 1),
    });
    at = end;
  }
  pushText(parts, text.slice(at));
  return parts;
}

/** A text as one string in which nothing is hidden, for labels on canvas and for accessible names. */
export function visibleText(text: string): string {
  return textParts(text)
    .map((part) => {
      if (part.kind === 'text') return part.text;
      return part.kind === 'masked' ? `[${maskedName(part.type)}]` : `[${part.codePoint}]`;
    })
    .join('')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** The type of a masked part for people: `credit_card` is read as `credit card`. */
export function maskedName(type: string): string {
  return type.replaceAll('_', ' ');
}

function pushText(parts: TextPart[], text: string): void {
  let at = 0;
  for (const match of text.matchAll(HIDDEN)) {
    pushPlain(parts, text.slice(at, match.index));
    const code = match[0].codePointAt(0) ?? 0;
    parts.push({ kind: 'hidden', codePoint: `U+${code.toString(16).toUpperCase().padStart(4, '0')}` });
    at = match.index + match[0].length;
  }
  pushPlain(parts, text.slice(at));
}

function pushPlain(parts: TextPart[], text: string): void {
  if (text !== '') parts.push({ kind: 'text', text: text.replace(MARKS, '$1') });
}
