import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CallAnswer } from '../../api.js';
import { callText } from './call-text.js';
import { CopyButton } from './copy-button.js';
import type { Thresholds } from './thresholds.js';
import { ThresholdsDialog } from './thresholds-dialog.js';

/** What can be done with a call: save it as a file, copy it as text, set the thresholds. */
export function Actions(props: {
  readonly sessionId: string;
  readonly answer: CallAnswer;
  readonly exported: boolean;
  readonly thresholds: Thresholds;
  readonly onThresholds: (thresholds: Thresholds) => void;
}): JSX.Element {
  const { answer } = props;
  const [withAudio, setWithAudio] = useState(false);
  const audio = withAudio && answer.recording.available ? '?audio=1' : '';
  const href = `/api/sessions/${encodeURIComponent(props.sessionId)}/export.html${audio}`;
  return (
    <div class="call-actions">
      {!props.exported && (
        <span class="call-export">
          <a class="call-button" href={href} download>
            Export HTML
          </a>
          {answer.recording.available && (
            <label>
              <input
                type="checkbox"
                checked={withAudio}
                onChange={(event) => setWithAudio(event.currentTarget.checked)}
              />
              include audio
            </label>
          )}
        </span>
      )}
      <CopyButton label="Copy as text" text={() => callText(answer.report)} />
      <ThresholdsDialog thresholds={props.thresholds} onChange={props.onThresholds} />
    </div>
  );
}
