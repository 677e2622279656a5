import { Component, type JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { TurnReport } from '../../../report/model.js';
import type { CallModel, TranscriptEntry } from './call-model.js';
import { plural } from './format.js';
import type { Thresholds } from './thresholds.js';
import { type RowActions, SilenceRow, TurnRow } from './transcript-row.js';
import { useGradually } from './use-gradually.js';

/** Rows rendered with every step; a step fills one stretch. */
const STRETCH_ENTRIES = 40;
const SETTLING_FRAMES = 6;
const FIRST_ENTRIES = 2 * STRETCH_ENTRIES;

/** The call in words: every turn with its times, waits and marks, and the silences between. */
export function Transcript(props: {
  readonly model: CallModel;
  readonly thresholds: Thresholds;
  readonly selected: TurnReport | undefined;
  readonly playable: boolean;
  readonly actions: RowActions;
}): JSX.Element {
  const { model, selected, actions } = props;
  const { entries, report } = model;
  const box = useRef<HTMLDivElement>(null);
  const at = selected === undefined ? -1 : model.entryOf(selected);
  // A turn selected from the axis may lie beyond what is rendered so far.
  const shown = Math.max(useGradually(entries.length, FIRST_ENTRIES, STRETCH_ENTRIES), at + 2);
  const stop = selected ?? report.turns[0];
  const number = selected === undefined ? 0 : model.numberOf(selected);

  useEffect(() => {
    const list = box.current;
    const row = list?.querySelector<HTMLElement>(`[data-turn="${number}"]`);
    if (list === null || row === null || row === undefined) return undefined;
    // Rows that come into sight get their true height only then, which moves those below.
    let frame = 0;
    let frames = 0;
    const settle = (): void => {
      scrollWithin(list, row);
      frames += 1;
      if (frames < SETTLING_FRAMES) frame = requestAnimationFrame(settle);
    };
    settle();
    // Whoever moves through the list by keyboard stays on the row that is selected.
    if (list.contains(document.activeElement)) {
      row.querySelector<HTMLElement>('.call-turn-button')?.focus({ preventScroll: true });
    }
    return () => cancelAnimationFrame(frame);
  }, [number]);

  // Anywhere in a row counts, for pointers; its button is the way for keyboards and screen readers.
  useEffect(() => {
    const list = box.current;
    if (list === null) return undefined;
    const click = (event: MouseEvent): void => {
      const turn = turnAt(event.target, report.turns);
      // Someone who marks a text does not want to select the turn.
      if (turn !== undefined && getSelection()?.isCollapsed !== false) actions.select(turn, 'pointer');
    };
    list.addEventListener('click', click);
    return () => list.removeEventListener('click', click);
  }, [report, actions]);

  return (
    <section class="call-transcript" aria-label="Transcript">
      <h2>
        Transcript <span class="call-count">{plural(report.turns.length, 'turn', 'turns')}</span>
      </h2>
      <div class="call-transcript-box" ref={box}>
        {entries.length === 0 ? (
          <p class="call-nothing">No turns so far.</p>
        ) : (
          stretches(shown).map((from) => (
            <Stretch
              key={from}
              from={from}
              to={Math.min(shown, from + STRETCH_ENTRIES)}
              model={model}
              thresholds={props.thresholds}
              selected={at >= from && at < from + STRETCH_ENTRIES ? selected : undefined}
              stop={stop}
              playable={props.playable}
              actions={actions}
            />
          ))
        )}
      </div>
    </section>
  );
}

interface StretchProps {
  readonly from: number;
  readonly to: number;
  readonly model: CallModel;
  readonly thresholds: Thresholds;
  /** Where it lies in this stretch. */
  readonly selected: TurnReport | undefined;
  readonly stop: TurnReport | undefined;
  readonly playable: boolean;
  readonly actions: RowActions;
}

/** Some rows of the transcript: those of other stretches are not even compared when one of them changes. */
class Stretch extends Component<StretchProps> {
  override shouldComponentUpdate(next: StretchProps): boolean {
    const { props } = this;
    return (
      next.to !== props.to ||
      next.model !== props.model ||
      next.thresholds !== props.thresholds ||
      next.selected !== props.selected ||
      (next.stop !== props.stop && (this.#holds(next.stop) || this.#holds(props.stop))) ||
      next.playable !== props.playable ||
      next.actions !== props.actions
    );
  }

  override render(): JSX.Element {
    const { from, to, model, thresholds, selected, stop, playable, actions } = this.props;
    const entries = model.entries.slice(from, to);
    return (
      <ol class="call-stretch" aria-label={stretchName(entries, model)}>
        {entries.map((entry, i) =>
          entry.kind === 'silence' ? (
            <SilenceRow key={`s${from + i}`} silence={entry.silence} thresholds={thresholds} />
          ) : (
            <TurnRow
              key={`t${entry.turn.turnId} ${entry.turn.spanId ?? ''}`}
              turn={entry.turn}
              model={model}
              thresholds={thresholds}
              selected={entry.turn === selected}
              stop={entry.turn === stop}
              playable={playable}
              actions={actions}
            />
          ),
        )}
      </ol>
    );
  }

  #holds(turn: TurnReport | undefined): boolean {
    const { model, from, to } = this.props;
    const at = turn === undefined ? -1 : model.entryOf(turn);
    return at >= from && at < to;
  }
}

/** `Turns 21 to 40`: a way through a long call for screen readers. */
function stretchName(entries: readonly TranscriptEntry[], model: CallModel): string {
  const numbers = entries.flatMap((entry) => (entry.kind === 'turn' ? [model.numberOf(entry.turn)] : []));
  const [first, last] = [numbers[0], numbers.at(-1)];
  return first === undefined || first === last ? `Turn ${first ?? ''}`.trim() : `Turns ${first} to ${last}`;
}

function stretches(shown: number): number[] {
  return Array.from({ length: Math.ceil(shown / STRETCH_ENTRIES) }, (_, i) => i * STRETCH_ENTRIES);
}

function turnAt(target: EventTarget | null, turns: readonly TurnReport[]): TurnReport | undefined {
  if (!(target instanceof Element) || target.closest('button, a, input, summary') !== null) return undefined;
  const number = target.closest<HTMLElement>('[data-turn]')?.dataset.turn;
  return number === undefined ? undefined : turns[Number(number) - 1];
}

/** Scrolls a list so that a row is seen, and nothing but the list. */
function scrollWithin(list: HTMLElement, row: HTMLElement): void {
  const outer = list.getBoundingClientRect();
  const inner = row.getBoundingClientRect();
  const above = inner.top - outer.top - 8;
  const below = inner.bottom - outer.bottom + 8;
  if (above < 0) list.scrollTop += above;
  else if (below > 0) list.scrollTop += Math.min(below, above);
}
