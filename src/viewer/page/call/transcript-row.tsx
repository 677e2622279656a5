import { Component, type JSX } from 'preact';
import type { TurnReport } from '../../../report/model.js';
import type { Silence } from '../../../report/silences.js';
import { formatClock, formatCost } from '../../../report/text/format.js';
import type { CallModel } from './call-model.js';
import { TurnChips } from './chips.js';
import { ms } from './format.js';
import { LongText } from './rich-text.js';
import { type Said, saidIn } from './said.js';
import { LEVELS, levelOf, type Thresholds } from './thresholds.js';
import { turnMarks } from './turn-marks.js';

/** Characters of a transcript shown in a row before “show all”. */
const ROW_LIMIT = 600;

export interface RowActions {
  select(turn: TurnReport, by: 'pointer' | 'keyboard'): void;
  play(turn: TurnReport): void;
}

interface TurnRowProps {
  readonly turn: TurnReport;
  readonly model: CallModel;
  readonly thresholds: Thresholds;
  readonly selected: boolean;
  /** Whether the tab key stops at this row: one of the list does. */
  readonly stop: boolean;
  readonly playable: boolean;
  readonly actions: RowActions;
}

/** A turn in the transcript. Drawn anew only where something of it has changed: there may be thousands. */
export class TurnRow extends Component<TurnRowProps> {
  override shouldComponentUpdate(next: TurnRowProps): boolean {
    const { props } = this;
    return (
      next.turn !== props.turn ||
      next.model !== props.model ||
      next.thresholds !== props.thresholds ||
      next.selected !== props.selected ||
      next.stop !== props.stop ||
      next.playable !== props.playable ||
      next.actions !== props.actions
    );
  }

  render(): JSX.Element {
    const { turn, model, thresholds, selected, stop, playable, actions } = this.props;
    const number = model.numberOf(turn);
    const said = saidIn(turn);
    const unheard = model.unheard.has(turn);
    const cost = formatCost(turn.cost);
    return (
      <li
        class={`call-turn call-colour-${turn.speaker === 'unknown' ? 'other' : turn.speaker}`}
        data-selected={selected ? '' : undefined}
        data-turn={number}
      >
        <div class="call-turn-head">
          <button
            type="button"
            class="call-turn-button"
            aria-current={selected ? 'true' : undefined}
            tabIndex={stop ? 0 : -1}
            onClick={(event) => actions.select(turn, event.detail === 0 ? 'keyboard' : 'pointer')}
          >
            <span class="call-turn-number">
              <span class="call-unseen">Turn </span>
              {number}
            </span>{' '}
            <span class="call-speaker">
              {turn.speaker}
              {turn.speaker === 'agent' && turn.agentName !== undefined && (
                <>
                  {' '}
                  <bdi>{turn.agentName.slice(0, 60)}</bdi>
                </>
              )}
            </span>{' '}
            <span class="call-times">
              {formatClock(turn.startMs)} – {formatClock(turn.endMs)}
            </span>
          </button>
          <TurnChips turn={turn} thresholds={thresholds} />
          {cost !== '' && <span class="call-cost">{cost}</span>}
          {playable && (
            <button
              type="button"
              class="call-play"
              aria-label={`Play turn ${number}`}
              title="Play this turn"
              tabIndex={stop ? 0 : -1}
              onClick={() => actions.play(turn)}
            >
              ▶
            </button>
          )}
        </div>
        {said.heard === undefined ? (
          <p class="call-nothing">{missingText(said, unheard)}</p>
        ) : (
          <LongText text={said.heard} limit={ROW_LIMIT} />
        )}
        {said.unheard !== undefined && said.unheard.trim() !== '' && (
          <div class={said.continues || unheard ? 'call-unheard' : 'call-generated'}>
            <span class="call-tag">{said.continues ? 'not heard' : 'generated'}</span>
            <LongText text={said.unheard} limit={ROW_LIMIT} />
          </div>
        )}
        <Marks turn={turn} model={model} />
      </li>
    );
  }
}

/** What stands in the place of a transcript. */
function missingText(said: Said, unheard: boolean): string {
  if (said.unheard === undefined) return 'no transcript';
  return unheard ? 'nothing heard' : 'how much of it was heard is not known';
}

/** What stands out of a turn, one line each. */
function Marks(props: { readonly turn: TurnReport; readonly model: CallModel }): JSX.Element | null {
  const marks = turnMarks(props.turn, props.model);
  if (marks.length === 0) return null;
  return (
    <ul class="call-marks">
      {marks.slice(0, 12).map(({ sign, tone, text }, i) => (
        <li key={i} class={`call-tone-${tone}`}>
          <b aria-hidden="true">{sign}</b> <bdi>{text.slice(0, 300)}</bdi>
        </li>
      ))}
      {marks.length > 12 && <li class="call-tone-quiet">and {marks.length - 12} more</li>}
    </ul>
  );
}

/** A silence in the transcript, hatched as on the axis. */
export function SilenceRow(props: {
  readonly silence: Silence;
  readonly thresholds: Thresholds;
}): JSX.Element {
  const { silence, thresholds } = props;
  const waited = silence.endMs - silence.startMs;
  const level = silence.waitsFor === 'agent' ? levelOf(waited, thresholds) : undefined;
  const slow = level !== undefined && level !== 'good';
  return (
    <li class={`call-silence${level === undefined ? '' : ` call-${level}`}`}>
      <span role="img" aria-label={`silence, ${ms(waited)}`}>
        {ms(waited)}
      </span>
      {slow && (
        <span class="call-silence-word">
          {LEVELS[level].sign} {LEVELS[level].name}: the caller waits
        </span>
      )}
    </li>
  );
}
