import type { JSX } from 'preact';

/** What the signs on the axis mean. */
const SIGNS: readonly { readonly sign: string; readonly name: string; readonly meaning: string }[] = [
  {
    sign: 'hatch',
    name: 'silence',
    meaning: 'nobody is heard; coloured where the caller waits for the agent',
  },
  { sign: 'dense', name: 'until first output', meaning: 'of a stage; the paler part is after it' },
  { sign: '◂', name: 'speech end', meaning: 'the caller truly stopped' },
  { sign: '┊', name: 'announced end', meaning: 'the system said so' },
  { sign: '▸', name: 'first audio', meaning: 'the agent is heard' },
  { sign: '!', name: 'barge-in', meaning: 'the caller spoke into the agent’s turn' },
  { sign: '?', name: 'false interruption', meaning: 'the agent was stopped, or nearly, and went on' },
  { sign: '✗', name: 'failure', meaning: 'a stage or turn ended with an error' },
  { sign: '( )', name: 'discarded', meaning: 'generated and thrown away' },
];

export function Legend(): JSX.Element {
  return (
    <details class="call-legend">
      <summary>Legend and keys</summary>
      <div class="call-legend-body">
        <dl>
          {SIGNS.map(({ sign, name, meaning }) => (
            <div key={name}>
              <dt>
                {sign.length > 3 ? <span class={`call-sign-${sign}`} /> : <b>{sign}</b>} {name}
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <p>
          Keys: <kbd>↑</kbd> <kbd>↓</kbd> turns, <kbd>←</kbd> <kbd>→</kbd> move the axis, <kbd>+</kbd>{' '}
          <kbd>-</kbd> zoom, <kbd>0</kbd> whole call, <kbd>Z</kbd> selected turn, <kbd>Space</kbd> play or
          pause, <kbd>P</kbd> play the turn. Wheel or pinch zooms, a drag moves.
        </p>
      </div>
    </details>
  );
}
