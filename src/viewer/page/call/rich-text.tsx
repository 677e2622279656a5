import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { chunks, firstPart } from './chunks.js';
import { count } from './format.js';
import { maskedName, textParts } from './text-parts.js';

/** Characters shown before “show all”. */
const FIRST_PART = 1_500;
/** Characters of a piece that the browser lays out by itself. */
const CHUNK = 4_000;

/** A text from a span: masked parts as badges, invisible characters written out, its direction kept to itself. */
export function RichText(props: { readonly text: string }): JSX.Element {
  return (
    <bdi>
      {textParts(props.text).map((part, i) => {
        if (part.kind === 'text') return part.text;
        if (part.kind === 'hidden') {
          return (
            <span key={i} class="call-hidden" title="an invisible or direction-turning character">
              {part.codePoint}
            </span>
          );
        }
        const name = maskedName(part.type);
        const suffix = part.suffix === undefined ? '' : `, ${suffixName(part.suffix)}`;
        return (
          <span key={i} class="call-masked" role="img" aria-label={`masked: ${name}${suffix}`} title="masked">
            {name}
            {part.suffix !== undefined && <span class="call-masked-suffix">{shortSuffix(part.suffix)}</span>}
          </span>
        );
      })}
    </bdi>
  );
}

/** A text of any length: the first part, and all of it on demand. */
export function LongText(props: {
  readonly text: string;
  readonly limit?: number | undefined;
  /** Line ends and indentation are kept, in a fixed-width type. */
  readonly code?: boolean | undefined;
}): JSX.Element {
  const { text, limit = FIRST_PART } = props;
  const [all, setAll] = useState(false);
  const pieces = all ? chunks(text, CHUNK) : [firstPart(text, limit)];
  const cut = text.length > limit;
  return (
    <div class={`call-text${props.code ? ' call-code' : ''}${all && cut ? ' call-text-all' : ''}`}>
      {pieces.map((piece, i) => (
        <div key={i} class="call-text-piece">
          <RichText text={piece} />
          {!all && cut && '…'}
        </div>
      ))}
      {cut && (
        <button type="button" class="call-more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show less' : `Show all ${count(text.length)} characters`}
        </button>
      )}
    </div>
  );
}

function suffixName(suffix: string): string {
  return /^\d{1,4}$/.test(suffix) ? `ends in ${suffix}` : `token ${suffix}`;
}

function shortSuffix(suffix: string): string {
  return /^\d{1,4}$/.test(suffix) ? `…${suffix}` : `#${suffix.slice(0, 6)}`;
}
