import type { JSX } from 'preact';
import type { TurnReport } from '../../../report/model.js';
import type { Highlight } from './highlights.js';
import { RichText } from './rich-text.js';

const SIGNS: Readonly<Record<Highlight['kind'], string>> = {
  slowest: '◷',
  gap: '?',
  unanswered: '!',
  failure: '✗',
};

/** What to look at first, each a way to the turn in which it is seen. */
export function Highlights(props: {
  readonly highlights: readonly Highlight[];
  readonly onSelect: (turn: TurnReport) => void;
}): JSX.Element | null {
  if (props.highlights.length === 0) return null;
  return (
    <ul class="call-highlights" aria-label="Look first">
      {props.highlights.map((highlight, i) => {
        const { turn, text, kind } = highlight;
        const said = (
          <>
            <b aria-hidden="true">{SIGNS[kind]}</b> <RichText text={text.slice(0, 240)} />
          </>
        );
        return (
          <li key={i} class={`call-highlight-${kind}`}>
            {turn === undefined ? (
              <span>{said}</span>
            ) : (
              <button type="button" onClick={() => props.onSelect(turn)}>
                {said}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
