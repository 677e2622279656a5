import type { JSX } from 'preact';
import type { SessionsAnswer } from '../../api.js';
import { whole } from '../shared/format.js';
import { visible } from '../shared/visible.js';

/** Where the calls come from, where they are kept, and what did not go well. */
export function Provenance(props: { readonly answer: SessionsAnswer }): JSX.Element {
  const { endpoint, folder, notes } = props.answer;
  return (
    <div class="provenance muted">
      <p>
        New calls arrive at <code>{endpoint}</code>.{' '}
        {folder === undefined ? (
          'What arrives is kept in memory only.'
        ) : (
          <>
            What arrives is kept in <code>{visible(folder, 400)}</code>.
          </>
        )}
        <OtherScopes answer={props.answer} />
      </p>
      <Notes notes={notes} />
    </div>
  );
}

/** A few notes stand there, many wait to be asked for. */
function Notes(props: { readonly notes: readonly string[] }): JSX.Element | null {
  const { notes } = props;
  if (notes.length === 0) return null;
  const list = (
    <ul>
      {notes.map((note) => (
        <li key={note}>{visible(note, 400)}</li>
      ))}
    </ul>
  );
  if (notes.length <= MAX_OPEN_NOTES) return <div class="notes">{list}</div>;
  return (
    <details class="notes">
      <summary>{whole(notes.length)} notes on what was read</summary>
      {list}
    </details>
  );
}

const MAX_OPEN_NOTES = 2;

/** Spans that came but belong to no call: the usual reason for a list that stays empty. */
export function OtherScopes(props: { readonly answer: SessionsAnswer }): JSX.Element | null {
  const scopes = Object.entries(props.answer.otherScopes).sort(([, a], [, b]) => b - a);
  if (scopes.length === 0) return null;
  const total = scopes.reduce((sum, [, count]) => sum + count, 0);
  const named = scopes.slice(0, MAX_SCOPES).map(([scope, count]) => {
    return `${scope === '' ? 'no scope' : visible(scope, 80)} (${whole(count)})`;
  });
  const more = scopes.length > MAX_SCOPES ? ' and others' : '';
  return (
    <>
      {' '}
      {whole(total)} {total === 1 ? 'span that belongs' : 'spans that belong'} to no call came from{' '}
      {named.join(', ')}
      {more}.
    </>
  );
}

const MAX_SCOPES = 5;
