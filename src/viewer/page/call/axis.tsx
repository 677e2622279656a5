import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import type { TurnReport } from '../../../report/model.js';
import { formatClock } from '../../../report/text/format.js';
import { axisLayout, placeAt } from './axis-layout.js';
import { useAxisPointer } from './axis-pointer.js';
import type { CallModel } from './call-model.js';
import { drawAxis } from './draw.js';
import { Legend } from './legend.js';
import { Minimap } from './minimap.js';
import { toMs } from './scale.js';
import type { Thresholds } from './thresholds.js';
import { useCanvas } from './use-canvas.js';
import type { Viewport } from './viewport.js';

export interface AxisProps {
  readonly model: CallModel;
  readonly viewport: Viewport;
  readonly thresholds: Thresholds;
  readonly selected: TurnReport | undefined;
  readonly onSelect: (turn: TurnReport) => void;
  /** Drawn under the lanes on the same scale: the waveform. */
  readonly below: JSX.Element | undefined;
  /** Laid over lanes and waveform: the cursor. */
  readonly cursor: JSX.Element | undefined;
}

/** Pixels around a click in which a bar is found. */
const REACH = 4;

/** The time axis with its lanes. What it shows stands in words in the transcript. */
export function Axis(props: AxisProps): JSX.Element {
  const { model, viewport, thresholds, selected, onSelect } = props;
  const layout = useMemo(() => axisLayout(model.lanes), [model]);
  const subscribe = useCallback((listener: () => void) => viewport.subscribe(listener), [viewport]);
  const canvas = useCanvas(
    layout.height,
    ({ context, width, palette }) =>
      drawAxis(context, { model, layout, view: viewport.view, width, palette, thresholds, selected }),
    subscribe,
  );
  const surface = useRef<HTMLDivElement>(null);
  const click = useCallback(
    (x: number, y: number) => {
      const width = surface.current?.clientWidth ?? 0;
      const turn = turnAt(model, placeAt(layout, y), {
        atMs: toMs(viewport.view, width, x),
        reachMs: toMs(viewport.view, width, REACH) - viewport.view.startMs,
      });
      if (turn !== undefined) onSelect(turn);
    },
    [model, layout, viewport, onSelect],
  );
  useAxisPointer(surface, viewport, click);
  useEffect(() => {
    const say = (): void => sayView(surface.current, viewport);
    say();
    return viewport.subscribe(say);
  }, [viewport, model]);

  return (
    <section class="call-axis" aria-label="Time axis">
      <div class="call-axis-tools">
        <div class="call-buttons">
          <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => viewport.zoom(0.5)}>
            +
          </button>
          <button type="button" aria-label="Zoom out" title="Zoom out (-)" onClick={() => viewport.zoom(2)}>
            −
          </button>
          <button type="button" title="Show the whole call (0)" onClick={() => viewport.showAll()}>
            Whole call
          </button>
          <button
            type="button"
            title="Zoom to the selected turn (Z)"
            disabled={selected === undefined}
            onClick={() => selected !== undefined && zoomToTurn(model, viewport, selected)}
          >
            Selected turn
          </button>
        </div>
        <Legend />
      </div>
      <div class="call-axis-rows">
        <div class="call-lane-names" aria-hidden="true">
          {layout.lanes.map(({ lane, top, height }) => (
            <span
              key={lane.key}
              class={`call-lane-name call-colour-${lane.colour}`}
              style={{ top: `${top}px`, height: `${height}px` }}
            >
              {lane.label}
            </span>
          ))}
        </div>
        <div
          class="call-axis-surface"
          ref={surface}
          role="slider"
          aria-label="Time axis"
          aria-description="Left and right move, plus and minus zoom, 0 shows the whole call, up and down select turns. The transcript says in words what is drawn here."
          aria-valuemin={Math.round(viewport.whole.startMs)}
          aria-valuemax={Math.round(viewport.whole.endMs)}
          aria-valuenow={0}
          tabIndex={0}
        >
          <canvas ref={canvas} style={{ height: `${layout.height}px` }} />
        </div>
        {props.below}
        {props.cursor}
      </div>
      <Minimap model={model} viewport={viewport} thresholds={thresholds} />
    </section>
  );
}

/** Says to a screen reader what the axis shows. */
function sayView(surface: HTMLElement | null, { view }: Viewport): void {
  surface?.setAttribute('aria-valuenow', String(Math.round(view.startMs)));
  surface?.setAttribute('aria-valuetext', `${formatClock(view.startMs)} to ${formatClock(view.endMs)}`);
}

/** Shows a turn with the wait before it, as wide as it goes. */
export function zoomToTurn(model: CallModel, viewport: Viewport, turn: TurnReport): void {
  const startMs = Math.min(turn.startMs, model.budgets.get(turn)?.startMs ?? turn.startMs);
  const margin = Math.max(25, (turn.endMs - startMs) * 0.1);
  viewport.show({ startMs: startMs - margin, endMs: turn.endMs + margin });
}

function turnAt(
  model: CallModel,
  at: ReturnType<typeof placeAt>,
  { atMs, reachMs }: { atMs: number; reachMs: number },
): TurnReport | undefined {
  let found: { turn: TurnReport; distance: number } | undefined;
  at?.place.lane.bars.within(atMs - reachMs, atMs + reachMs, ({ turn, row, startMs, endMs }) => {
    if (turn === undefined || row !== at.row) return;
    const distance = Math.max(0, startMs - atMs, atMs - endMs);
    if (found === undefined || distance < found.distance) found = { turn, distance };
  });
  if (found !== undefined) return found.turn;
  // A click into a silence means the answer that ended it.
  let after: TurnReport | undefined;
  model.silences.within(atMs, atMs, (silence) => {
    after = silence.after ?? silence.before;
  });
  return after;
}
