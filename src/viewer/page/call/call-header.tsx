import type { ComponentChildren, JSX } from 'preact';
import type { LatencySummary, SessionReport } from '../../../report/model.js';
import { formatDate, formatDuration } from '../../../report/text/format.js';
import { Attributes } from './attributes-view.js';
import { CopyButton } from './copy-button.js';
import { CallCost } from './cost-view.js';
import { Events } from './events-view.js';
import { ms, plural, words } from './format.js';
import { RichText } from './rich-text.js';
import { StageCard } from './stage-card.js';

/** Trace ids shown; a call with a trace a turn has hundreds. */
const MAX_TRACES = 3;
const MAX_STAGES = 60;

/** Whose call it was, when, how it ended, and its figures. */
export function CallHeader(props: {
  readonly report: SessionReport;
  readonly live: boolean;
  readonly actions: JSX.Element;
}): JSX.Element {
  const { report } = props;
  const { totals, quality } = report;
  return (
    <header class="call-header">
      <div class="call-title">
        <h1>
          <RichText text={(report.agentName ?? 'unknown agent').slice(0, 120)} />
          {report.agentVersion !== undefined && (
            <span class="call-version">
              {' '}
              <RichText text={report.agentVersion.slice(0, 60)} />
            </span>
          )}
          {props.live && <span class="call-live">live</span>}
        </h1>
        {props.actions}
      </div>
      <p class="call-line">
        <span>{formatDate(report.startTime)}</span>
        <span>{formatDuration(report.durationMs)}</span>
        {report.transport !== undefined && <RichText text={report.transport.slice(0, 60)} />}
        <span>{endText(report, props.live)}</span>
        {report.endDetail !== undefined && (
          <span class="call-quiet">
            <RichText text={report.endDetail.slice(0, 300)} />
          </span>
        )}
      </p>
      <dl class="call-totals">
        <Figure name="Turns">
          {totals.turns}{' '}
          <span class="call-quiet">
            {totals.userTurns} user, {totals.agentTurns} agent
          </span>
        </Figure>
        <Latency name="Response" figures={totals.responseLatency} />
        <Latency name="TTFA" figures={totals.timeToFirstAudio} />
        <Figure name="Interruptions">
          {totals.interruptions}
          {totals.failedInterrupts > 0 && (
            <span class="call-quiet"> {plural(totals.failedInterrupts, 'false one', 'false ones')}</span>
          )}
        </Figure>
        <Latency name="Until silent" figures={totals.interruptionLatency} />
        {totals.failedStages > 0 && (
          <Figure name="Failures">
            <span class="call-tone-bad">✗ {plural(totals.failedStages, 'stage', 'stages')}</span>
          </Figure>
        )}
        <Quality quality={quality} />
        {(totals.cost.sums.length > 0 || totals.cost.missingCount > 0) && (
          <Figure name="Cost">
            <CallCost cost={totals.cost} />
          </Figure>
        )}
      </dl>
      {report.notes.length > 0 && (
        <ul class="call-notes" aria-label="Notes about the data">
          {report.notes.map((note) => (
            <li key={note}>
              <RichText text={note} />
            </li>
          ))}
        </ul>
      )}
      <details class="call-more-facts">
        <summary>Ids, events and attributes of the call</summary>
        <dl class="call-fields">
          <Id name="Session" value={report.sessionId} />
          {report.traceIds.slice(0, MAX_TRACES).map((traceId, i) => (
            <Id key={traceId} name={i === 0 ? 'Trace' : ''} value={traceId} />
          ))}
          {report.traceIds.length > MAX_TRACES && (
            <div>
              <dt />
              <dd class="call-quiet">and {report.traceIds.length - MAX_TRACES} more traces</dd>
            </div>
          )}
          <Id name="External id" value={report.externalId} />
          <Id name="Tenant" value={report.tenantId} />
          <Id name="Room" value={report.roomId} />
          <Id name="User" value={report.userId} />
          <Id name="Recording" value={report.recording.url} />
          <Id name="Codec" value={report.recording.codec} />
        </dl>
        <Events events={report.events} />
        <Attributes title="Attributes of the session’s span" attributes={report.attributes} />
      </details>
      {report.stages.length > 0 && (
        <details class="call-more-facts">
          <summary>{plural(report.stages.length, 'stage', 'stages')} outside of any turn</summary>
          {report.stages.slice(0, MAX_STAGES).map((stage) => (
            <StageCard key={stage.spanId} stage={stage} open={false} />
          ))}
          {report.stages.length > MAX_STAGES && (
            <p class="call-quiet">and {report.stages.length - MAX_STAGES} more</p>
          )}
        </details>
      )}
    </header>
  );
}

function endText(report: SessionReport, live: boolean): string {
  if (!report.complete) return live ? 'in progress' : 'no end recorded';
  return report.endReason === undefined ? 'ended without a reason' : `ended: ${words(report.endReason)}`;
}

function Figure(props: { readonly name: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

function Latency(props: {
  readonly name: string;
  readonly figures: LatencySummary | undefined;
}): JSX.Element | null {
  const { figures } = props;
  if (figures === undefined) return null;
  if (figures.count === 1) return <Figure name={props.name}>{ms(figures.p50Ms)}</Figure>;
  return (
    <Figure name={props.name}>
      {ms(figures.p50Ms)} <span class="call-quiet">p50,</span> {ms(figures.p95Ms)}{' '}
      <span class="call-quiet">p95 of {figures.count}</span>
    </Figure>
  );
}

function Quality({ quality }: { readonly quality: SessionReport['quality'] }): JSX.Element | null {
  const parts = [
    quality.mos === undefined ? undefined : `MOS ${quality.mos.toFixed(1)}`,
    quality.packetLoss === undefined ? undefined : `${(quality.packetLoss * 100).toFixed(1)} % lost`,
    quality.jitterMs === undefined ? undefined : `jitter ${ms(quality.jitterMs)}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? null : <Figure name="Quality">{parts.join(', ')}</Figure>;
}

function Id(props: { readonly name: string; readonly value: string | undefined }): JSX.Element | null {
  const { name, value } = props;
  if (value === undefined) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <code>
          <RichText text={value.slice(0, 300)} />
        </code>{' '}
        <CopyButton
          label="Copy"
          name={`Copy ${name === '' ? 'trace' : name.toLowerCase()}`}
          text={() => value}
        />
      </dd>
    </div>
  );
}
