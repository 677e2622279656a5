import type { JSX } from 'preact';
import type { TurnReport } from '../../../report/model.js';
import { formatClock } from '../../../report/text/format.js';
import { Attributes } from './attributes-view.js';
import { BudgetBar } from './budget-bar.js';
import type { CallModel } from './call-model.js';
import { TurnChips } from './chips.js';
import { CopyButton } from './copy-button.js';
import { TurnCost } from './cost-view.js';
import { Events } from './events-view.js';
import { ms, plural } from './format.js';
import { StageCard } from './stage-card.js';
import type { Thresholds } from './thresholds.js';

/** Stages of a turn rendered before “show all”. */
const FIRST_STAGES = 40;

/** Everything that is known of one turn. */
export function TurnPanel(props: {
  readonly turn: TurnReport;
  readonly model: CallModel;
  readonly thresholds: Thresholds;
  readonly playable: boolean;
  readonly onPlay: (turn: TurnReport) => void;
  readonly onStep: (by: number) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const { turn, model } = props;
  const number = model.numberOf(turn);
  const budget = model.budgets.get(turn);
  const ofAnswered = answeredStages(turn, model);
  return (
    <section class="call-panel" aria-label={`Turn ${number}`}>
      <div class="call-panel-head">
        <h2>Turn {number}</h2>
        <div class="call-buttons">
          {props.playable && (
            <button type="button" title="Play this turn (P)" onClick={() => props.onPlay(turn)}>
              ▶ Play
            </button>
          )}
          <button
            type="button"
            aria-label="Previous turn"
            disabled={number <= 1}
            onClick={() => props.onStep(-1)}
          >
            ↑
          </button>
          <button
            type="button"
            aria-label="Next turn"
            disabled={number >= model.report.turns.length}
            onClick={() => props.onStep(1)}
          >
            ↓
          </button>
          <button type="button" aria-label="Close the turn" onClick={props.onClose}>
            ×
          </button>
        </div>
      </div>
      <p class="call-panel-facts">
        <span class={`call-speaker call-colour-${turn.speaker === 'unknown' ? 'other' : turn.speaker}`}>
          {turn.speaker}
        </span>
        <span>
          {formatClock(turn.startMs)} – {formatClock(turn.endMs)}, {ms(turn.endMs - turn.startMs)}
        </span>
        <TurnChips turn={turn} thresholds={props.thresholds} />
        {turn.latencySource !== undefined && (
          <span class="call-quiet">
            latency <bdi>{turn.latencySource}</bdi>
          </span>
        )}
        {turn.index !== undefined && <span class="call-quiet">#{turn.index} in the text timeline</span>}
      </p>
      <h3>Where the time went</h3>
      {budget === undefined ? <p class="call-nothing">{noBudget(turn)}</p> : <BudgetBar budget={budget} />}
      <h3>
        Stages <span class="call-count">{turn.stages.length}</span>
      </h3>
      {turn.stages.length === 0 && <p class="call-nothing">No stages.</p>}
      {turn.stages.slice(0, FIRST_STAGES).map((stage) => (
        <StageCard key={`${turn.turnId} ${stage.spanId}`} stage={stage} open={turn.stages.length <= 6} />
      ))}
      {turn.stages.length > FIRST_STAGES && (
        <details class="call-earlier">
          <summary>{plural(turn.stages.length - FIRST_STAGES, 'more stage', 'more stages')}</summary>
          {turn.stages.slice(FIRST_STAGES).map((stage) => (
            <StageCard key={stage.spanId} stage={stage} open={false} />
          ))}
        </details>
      )}
      {ofAnswered.length > 0 && (
        <>
          <h4 class="call-quiet">Stages of the caller’s turn that it answers</h4>
          {ofAnswered.map((stage) => (
            <StageCard key={`${turn.turnId} ${stage.spanId}`} stage={stage} open={false} />
          ))}
        </>
      )}
      <h3>Cost</h3>
      <TurnCost cost={turn.cost} stages={turn.stages} />
      <h3>Events</h3>
      <Events events={turn.events} />
      <h3>Attributes</h3>
      {turn.spanId === undefined ? (
        <p class="call-nothing">The turn has no span of its own: it is still open, or its span was lost.</p>
      ) : (
        <Attributes key={turn.spanId} title="Of the turn’s span" attributes={turn.attributes} />
      )}
      <p class="call-trace">
        Trace <code>{turn.traceId || 'without an id'}</code>{' '}
        {turn.traceId !== '' && <CopyButton label="Copy" name="Copy trace id" text={() => turn.traceId} />}
      </p>
    </section>
  );
}

function answeredStages(turn: TurnReport, model: CallModel): TurnReport['stages'] {
  if (turn.speaker !== 'agent' || turn.replyToTurnId === undefined) return [];
  return (model.turnOf(turn.replyToTurnId)?.stages ?? []).slice(0, FIRST_STAGES);
}

function noBudget(turn: TurnReport): string {
  if (turn.speaker === 'user') return 'The wait for an answer belongs to the agent’s turn that ends it.';
  if (turn.speaker === 'unknown' || !turn.complete)
    return 'The span of the turn is not there: its times are not known.';
  if (turn.firstAudioOffsetMs === undefined) return 'It is not known when, or whether, this turn was heard.';
  return 'It answers nobody: a greeting or a follow-up.';
}
