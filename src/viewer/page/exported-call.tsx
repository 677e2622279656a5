import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CallAnswer } from '../api.js';
import { CallView } from './call/call-view.js';

/** The page of one call that was saved as a file: no list, no server. */
export function ExportedCall(props: { readonly answer: CallAnswer }): JSX.Element {
  const [turnId, selectTurn] = useState<string>();
  const { report } = props.answer;
  return (
    <main id="content" class="page">
      <CallView
        sessionId={report.sessionId}
        answer={props.answer}
        exported
        turnId={turnId}
        onSelectTurn={selectTurn}
      />
    </main>
  );
}
