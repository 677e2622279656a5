import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { TurnReport } from '../../../report/model.js';
import type { CallAnswer } from '../../api.js';
import { Actions } from './actions.js';
import { Axis, zoomToTurn } from './axis.js';
import { CallHeader } from './call-header.js';
import { type CallModel, callModel } from './call-model.js';
import { Cursor } from './cursor.js';
import { ErrorBoundary } from './error-boundary.js';
import { Highlights } from './highlights-view.js';
import { Recording } from './recording-controls.js';
import { clipOf } from './recording-time.js';
import type { View } from './scale.js';
import { loadThresholds, saveThresholds, type Thresholds } from './thresholds.js';
import { Transcript } from './transcript.js';
import type { RowActions } from './transcript-row.js';
import { TurnPanel } from './turn-panel.js';
import { type KeyHandlers, useKeys } from './use-keys.js';
import { usePeaks, usePlayer } from './use-player.js';
import { Viewport } from './viewport.js';
import { Waveform } from './waveform.js';

export interface CallViewProps {
  readonly sessionId: string;
  readonly answer: CallAnswer;
  /** In a self-contained file: nothing is fetched, nothing is linked to. */
  readonly exported: boolean;
  /** The selected turn. */
  readonly turnId?: string | undefined;
  readonly onSelectTurn?: (turnId: string | undefined) => void;
}

/** Calls up to this length (ms) are shown whole at first; of longer ones the first part. */
const WHOLE_UP_TO_MS = 5 * 60_000;
const FIRST_VIEW_MS = 2 * 60_000;

const AXIS_KEYS_WITHIN = '.call-axis';
const TURN_KEYS_WITHIN = '.call-axis, .call-transcript';

/** One call on one screen. */
export function CallView(props: CallViewProps): JSX.Element {
  return (
    <ErrorBoundary report={props.answer.report}>
      <Call {...props} />
    </ErrorBoundary>
  );
}

function Call(props: CallViewProps): JSX.Element {
  const { answer, onSelectTurn } = props;
  const { report, recording } = answer;
  const model = useMemo(() => callModel(report), [report]);
  const viewport = useViewport(model);
  const [thresholds, setThresholds] = useState(loadThresholds);
  const { selected, select } = useSelection(model, props.turnId, onSelectTurn);
  const player = usePlayer(recording);
  const { peaks, reason } = usePeaks(player, recording.available ? recording.url : undefined);
  const startMs = recording.available ? recording.startMs : 0;
  const panel = useRef<HTMLDivElement>(null);

  const revealTurn = useCallback(
    (turn: TurnReport) => {
      const from = Math.min(turn.startMs, model.budgets.get(turn)?.startMs ?? turn.startMs);
      viewport.reveal(from, turn.endMs);
    },
    [model, viewport],
  );
  const play = useCallback(
    (turn: TurnReport) => {
      const clip = clipOf(turn, startMs);
      if (player === undefined || clip === undefined) return;
      select(turn);
      revealTurn(turn);
      player.playClip(clip);
    },
    [player, startMs, select, revealTurn],
  );
  const rows: RowActions = useMemo(
    () => ({
      select: (turn, by) => {
        select(turn);
        revealTurn(turn);
        if (by === 'pointer') showPanelWhereNarrow(panel.current);
      },
      play,
    }),
    [select, revealTurn, play],
  );
  const step = useCallback(
    (by: number) => {
      const { turns } = report;
      const at = selected === undefined ? (by > 0 ? -1 : turns.length) : turns.indexOf(selected);
      const turn = turns[Math.max(0, Math.min(turns.length - 1, at + by))];
      if (turn === undefined) return;
      select(turn);
      revealTurn(turn);
    },
    [report, selected, select, revealTurn],
  );
  useKeys(
    callKeys({
      viewport,
      step,
      clear: () => select(undefined),
      zoomToSelected: () => selected !== undefined && zoomToTurn(model, viewport, selected),
      togglePlay: player === undefined ? undefined : () => player.toggle(),
      playSelected: () => selected !== undefined && play(selected),
    }),
  );
  const changeThresholds = (changed: Thresholds): void => {
    saveThresholds(changed);
    setThresholds(changed);
  };

  return (
    <div class="call">
      <CallHeader
        report={report}
        live={answer.live}
        actions={
          <Actions
            sessionId={props.sessionId}
            answer={answer}
            exported={props.exported}
            thresholds={thresholds}
            onThresholds={changeThresholds}
          />
        }
      />
      <Highlights highlights={model.highlights} onSelect={(turn) => rows.select(turn, 'pointer')} />
      <Axis
        model={model}
        viewport={viewport}
        thresholds={thresholds}
        selected={selected}
        onSelect={select}
        below={
          peaks !== undefined && player !== undefined ? (
            <Waveform peaks={peaks} player={player} startMs={startMs} viewport={viewport} />
          ) : undefined
        }
        cursor={
          player === undefined ? undefined : <Cursor player={player} startMs={startMs} viewport={viewport} />
        }
      />
      <Recording
        recording={recording}
        player={player}
        selected={selected}
        waveformReason={reason}
        onPlayTurn={play}
      />
      <div class="call-columns">
        <Transcript
          model={model}
          thresholds={thresholds}
          selected={selected}
          playable={player !== undefined}
          actions={rows}
        />
        <div class="call-panel-place" ref={panel}>
          {selected === undefined ? (
            <p class="call-choose">
              Select a turn, in the transcript or on the axis, to see where its time went, its stages and what
              it cost.
            </p>
          ) : (
            <TurnPanel
              turn={selected}
              model={model}
              thresholds={thresholds}
              playable={player !== undefined}
              onPlay={play}
              onStep={step}
              onClose={() => select(undefined)}
            />
          )}
        </div>
      </div>
    </div>
  );
}

/** Of a long call its beginning: with hours on a screen no single wait could be seen. */
function firstView(whole: View): View {
  if (whole.endMs - whole.startMs <= WHOLE_UP_TO_MS) return whole;
  return { startMs: whole.startMs, endMs: whole.startMs + FIRST_VIEW_MS };
}

/** One viewport as long as the call is shown; it grows with the call. */
function useViewport(model: CallModel): Viewport {
  const viewport = useMemo(() => new Viewport(model.whole, firstView(model.whole)), []);
  useEffect(() => viewport.setWhole(model.whole), [viewport, model]);
  return viewport;
}

/**
 * The selected turn: of the address where it names one, else of a click. A report that comes anew has new objects
 * for the same turns, so what is kept is the turn's id and, for two turns under one id, its span.
 */
function useSelection(
  model: CallModel,
  turnId: string | undefined,
  onSelectTurn: ((turnId: string | undefined) => void) | undefined,
): { selected: TurnReport | undefined; select: (turn: TurnReport | undefined) => void } {
  const [chosen, setChosen] = useState<{ turnId: string; spanId: string | undefined }>();
  const controlled = onSelectTurn !== undefined;
  const wanted = controlled ? turnId : (chosen?.turnId ?? turnId);
  const selected = useMemo(() => {
    if (wanted === undefined) return undefined;
    const exact = model.report.turns.find(
      (turn) => turn.turnId === wanted && chosen?.turnId === wanted && turn.spanId === chosen.spanId,
    );
    return exact ?? model.turnOf(wanted);
  }, [model, wanted, chosen]);
  const select = useCallback(
    (turn: TurnReport | undefined) => {
      setChosen(turn === undefined ? undefined : { turnId: turn.turnId, spanId: turn.spanId });
      onSelectTurn?.(turn?.turnId);
    },
    [onSelectTurn],
  );
  return { selected, select };
}

function callKeys(does: {
  readonly viewport: Viewport;
  readonly step: (by: number) => void;
  readonly clear: () => void;
  readonly zoomToSelected: () => void;
  readonly togglePlay: (() => void) | undefined;
  readonly playSelected: () => void;
}): KeyHandlers {
  const { viewport } = does;
  const key = (handle: () => void) => (): undefined => {
    handle();
  };
  // Elsewhere the arrows scroll the page, as everywhere.
  const arrow =
    (within: string, handle: () => void) =>
    (event: KeyboardEvent): false | undefined => {
      if (!(event.target instanceof Element) || event.target.closest(within) === null) return false;
      handle();
      return undefined;
    };
  return {
    ArrowUp: arrow(TURN_KEYS_WITHIN, () => does.step(-1)),
    ArrowDown: arrow(TURN_KEYS_WITHIN, () => does.step(1)),
    ArrowLeft: arrow(AXIS_KEYS_WITHIN, () => viewport.panByShare(-0.15)),
    ArrowRight: arrow(AXIS_KEYS_WITHIN, () => viewport.panByShare(0.15)),
    k: key(() => does.step(-1)),
    j: key(() => does.step(1)),
    '+': key(() => viewport.zoom(0.5)),
    '=': key(() => viewport.zoom(0.5)),
    '-': key(() => viewport.zoom(2)),
    '0': key(() => viewport.showAll()),
    z: key(does.zoomToSelected),
    p: key(does.playSelected),
    Escape: key(does.clear),
    ' ': (event) => {
      const target = event.target instanceof Element ? event.target : undefined;
      // On a button or a link the space bar presses it.
      if (does.togglePlay === undefined || target?.closest('button, a, summary')) return false;
      does.togglePlay();
      return undefined;
    },
  };
}

/** On a narrow screen the panel lies below the transcript: a tap on a turn leads there. */
function showPanelWhereNarrow(panel: HTMLElement | null): void {
  if (panel === null || !matchMedia('(max-width: 820px)').matches) return;
  const smooth = !matchMedia('(prefers-reduced-motion: reduce)').matches;
  requestAnimationFrame(() => panel.scrollIntoView({ block: 'start', behavior: smooth ? 'smooth' : 'auto' }));
}
