import type { JSX } from 'preact';
import { formatDuration } from '../../../report/text/format.js';
import { latencyPaint } from '../../../report/text/thresholds.js';
import type { SessionRow } from '../../api.js';
import { callHash } from '../router.js';
import { amounts, localTime, ms, oneDigit, percent, whole } from '../shared/format.js';
import { SafeText } from '../shared/safe-text.js';
import type { ColumnKey } from './columns.js';

/** Longest text of a span in a list, in characters. */
const MAX_TEXT = 120;

/** What a column shows of a session. */
export function Cell(props: { readonly column: ColumnKey; readonly row: SessionRow }): JSX.Element {
  const { row } = props;
  switch (props.column) {
    case 'agent':
      return <>{row.agentName === undefined ? 'unknown agent' : text(row.agentName)}</>;
    case 'version':
      return row.agentVersion === undefined ? <None /> : text(row.agentVersion);
    case 'start':
      return <>{localTime(row.startTime)}</>;
    case 'duration':
      return <Duration row={row} />;
    case 'turns':
      return <>{whole(row.turns)}</>;
    case 'interruptions':
      return <Interruptions row={row} />;
    case 'ttfaP50':
      return <Latency value={row.timeToFirstAudio?.p50Ms} />;
    case 'ttfaP95':
      return <Latency value={row.timeToFirstAudio?.p95Ms} />;
    case 'responseP50':
      return <Latency value={row.responseLatency?.p50Ms} />;
    case 'responseP95':
      return <Latency value={row.responseLatency?.p95Ms} />;
    case 'cost':
      return <Cost row={row} />;
    case 'errors':
      return row.errors === 0 ? <>0</> : <span class="bad">{whole(row.errors)}</span>;
    case 'quality':
      return <Quality row={row} />;
  }
}

/** Which call it is: the agent's name as a link to it, and what else tells it from another. */
export function CallName(props: {
  readonly row: SessionRow;
  readonly index: number;
  readonly active: boolean;
}): JSX.Element {
  const { row, index } = props;
  return (
    <>
      <span class="name">
        <a href={callHash(row.sessionId)} data-index={index} tabIndex={props.active ? 0 : -1}>
          <Cell column="agent" row={row} />
        </a>
        <LiveBadge row={row} />
      </span>
      <Detail row={row} />
    </>
  );
}

/** Below the agent's name: what else tells one call from another. */
function Detail(props: { readonly row: SessionRow }): JSX.Element {
  const { sessionId, transport, endReason } = props.row;
  const parts = [transport, endReason, sessionId].filter((part) => part !== undefined);
  return <span class="detail">{text(parts.join(' · '))}</span>;
}

/** Beside the name of a call that still runs. */
function LiveBadge(props: { readonly row: SessionRow }): JSX.Element | null {
  return props.row.live ? <span class="badge badge-live">live</span> : null;
}

function text(value: string): JSX.Element {
  return <SafeText text={value} limit={MAX_TEXT} />;
}

function None(): JSX.Element {
  return (
    <span class="muted">
      <span aria-hidden="true">–</span>
      <span class="unseen">not known</span>
    </span>
  );
}

function Duration(props: { readonly row: SessionRow }): JSX.Element {
  const { durationMs, live, complete, hasRecording } = props.row;
  const notes = [...(live || complete ? [] : ['no end seen']), ...(hasRecording ? ['recorded'] : [])];
  return (
    <>
      {formatDuration(durationMs)}
      {notes.length > 0 && <span class="detail">{notes.join(', ')}</span>}
    </>
  );
}

const LATENCY_CLASSES = { yellow: 'warn', red: 'bad' } as const;

function Latency(props: { readonly value: number | undefined }): JSX.Element {
  if (props.value === undefined) return <None />;
  const paint = latencyPaint(props.value);
  const tone = paint === 'yellow' || paint === 'red' ? LATENCY_CLASSES[paint] : undefined;
  return <span class={tone}>{ms(props.value)}</span>;
}

function Interruptions(props: { readonly row: SessionRow }): JSX.Element {
  const { interruptions, failedInterrupts } = props.row;
  return (
    <>
      {whole(interruptions)}
      {failedInterrupts > 0 && <span class="detail">+ {whole(failedInterrupts)} false</span>}
    </>
  );
}

function Cost(props: { readonly row: SessionRow }): JSX.Element {
  const { cost } = props.row;
  return (
    <>
      {cost.sums.length === 0 ? <None /> : amounts(cost)}
      {cost.estimated && <span class="unseen"> estimated</span>}
      {cost.missingCount > 0 && <span class="detail">+ {whole(cost.missingCount)} unpriced</span>}
    </>
  );
}

function Quality(props: { readonly row: SessionRow }): JSX.Element {
  const { mos, packetLoss, jitterMs } = props.row;
  if (mos === undefined && packetLoss === undefined && jitterMs === undefined) return <None />;
  return (
    <>
      {mos === undefined ? <None /> : `MOS ${oneDigit(mos)}`}
      {packetLoss !== undefined && <span class="detail">{percent(packetLoss)} lost</span>}
      {packetLoss === undefined && jitterMs !== undefined && (
        <span class="detail">{ms(jitterMs)} jitter</span>
      )}
    </>
  );
}
