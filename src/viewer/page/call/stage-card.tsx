import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { StageReport } from '../../../report/model.js';
import { formatClock } from '../../../report/text/format.js';
import { failureText, stageName } from '../../../report/text/words.js';
import { Attributes } from './attributes-view.js';
import { CostText } from './cost-view.js';
import { Events } from './events-view.js';
import { ms } from './format.js';
import { stageColour } from './lanes.js';
import { payloadBlocks } from './payload.js';
import { PayloadView } from './payload-view.js';

/** One stage: its figures at once, its payload when opened. */
export function StageCard(props: { readonly stage: StageReport; readonly open: boolean }): JSX.Element {
  const { stage } = props;
  const [open, setOpen] = useState(props.open);
  const failed = stage.error;
  return (
    <details
      class={`call-stage call-colour-${stageColour(stage.kind)}`}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <span class="call-stage-name">
          {failed !== undefined && <b class="call-tone-bad">✗ </b>}
          <bdi>{stageName(stage).slice(0, 120)}</bdi>
          {stage.toolName !== undefined && stage.model !== undefined && ` ${stage.toolName}`}
        </span>
        {stage.endReason === 'discarded' && <span class="call-tag">discarded</span>}
        {failed !== undefined && <span class="call-tag call-tone-bad">failed</span>}
        <span class="call-stage-figures">
          {formatClock(stage.startMs)} · {ms(stage.endMs - stage.startMs)}
          {stage.timeToFirstOutputMs !== undefined &&
            ` · ${firstName(stage.kind)} ${ms(stage.timeToFirstOutputMs)}`}
        </span>
      </summary>
      {open && <StageBody stage={stage} />}
    </details>
  );
}

function StageBody({ stage }: { readonly stage: StageReport }): JSX.Element {
  const blocks = useMemo(() => payloadBlocks(stage), [stage]);
  return (
    <div class="call-stage-body">
      {stage.error !== undefined && (
        <p class="call-error">
          <bdi>{failureText(stageName(stage), stage.error).slice(0, 2000)}</bdi>
        </p>
      )}
      <dl class="call-fields">
        <Field label="Model" value={stage.model} />
        <Field label="Provider" value={stage.provider} />
        <Field label="Mode" value={stage.mode} />
        {stage.cost !== undefined && (
          <div>
            <dt>Cost</dt>
            <dd>
              <CostText cost={stage.cost} />
            </dd>
          </div>
        )}
      </dl>
      <PayloadView blocks={blocks} />
      {stage.events.length > 0 && (
        <div class="call-block">
          <h4 class="call-block-title">Events</h4>
          <Events events={stage.events} />
        </div>
      )}
      <Attributes title="Attributes" attributes={stage.attributes} />
    </div>
  );
}

function Field(props: { readonly label: string; readonly value: string | undefined }): JSX.Element | null {
  if (props.value === undefined) return null;
  return (
    <div>
      <dt>{props.label}</dt>
      <dd>
        <bdi>{props.value.slice(0, 200)}</bdi>
      </dd>
    </div>
  );
}

function firstName(kind: string): string {
  return kind === 'llm' ? 'first token' : kind === 'tts' ? 'first byte' : 'first output';
}
