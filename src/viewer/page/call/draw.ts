import type { TurnReport } from '../../../report/model.js';
import type { Silence } from '../../../report/silences.js';
import { type AxisLayout, type LanePlace, RULER_HEIGHT } from './axis-layout.js';
import type { CallModel } from './call-model.js';
import { ms } from './format.js';
import { type Bar, barText } from './lanes.js';
import type { Mark } from './marks.js';
import type { Palette } from './palette.js';
import { tickLabel, ticks, toPixels, type View } from './scale.js';
import { type Level, levelOf, type Thresholds } from './thresholds.js';

export interface Scene {
  readonly model: CallModel;
  readonly layout: AxisLayout;
  readonly view: View;
  readonly width: number;
  readonly palette: Palette;
  readonly thresholds: Thresholds;
  readonly selected: TurnReport | undefined;
}

const TICK_PIXELS = 84;
/** Texts are left out where less than this is free (pixels). */
const MIN_LABEL_PIXELS = 26;
/** Silences narrower than this (pixels) are drawn without hatching: it would only flicker. */
const MIN_HATCH_PIXELS = 3;
const HATCH_STEP = 7;

/** Draws what lies within the view, and nothing else. The context is scaled to CSS pixels. */
export function drawAxis(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, layout, palette } = scene;
  context.clearRect(0, 0, width, layout.height);
  context.textBaseline = 'middle';
  drawSelection(context, scene);
  drawRuler(context, scene);
  for (const place of layout.lanes) {
    context.fillStyle = palette.line;
    context.globalAlpha = 0.35;
    context.fillRect(0, place.top + place.height, width, 1);
    context.globalAlpha = 1;
  }
  drawSilences(context, scene);
  for (const place of layout.lanes) drawLane(context, scene, place);
  drawMarks(context, scene);
}

function drawSelection(context: CanvasRenderingContext2D, scene: Scene): void {
  const { selected, view, width, layout, palette, model } = scene;
  if (selected === undefined) return;
  const fromMs = Math.min(selected.startMs, model.budgets.get(selected)?.startMs ?? selected.startMs);
  const left = toPixels(view, width, fromMs);
  const right = Math.max(left + 2, toPixels(view, width, selected.endMs));
  context.globalAlpha = 0.1;
  context.fillStyle = palette.accent;
  context.fillRect(left, 0, right - left, layout.height);
  context.globalAlpha = 1;
  context.fillRect(left, 0, right - left, 3);
}

function drawRuler(context: CanvasRenderingContext2D, { view, width, palette, layout }: Scene): void {
  const { stepMs, atMs } = ticks(view, width, TICK_PIXELS);
  context.font = `11px ${palette.font}`;
  for (const at of atMs) {
    const x = Math.round(toPixels(view, width, at));
    context.globalAlpha = 0.5;
    context.fillStyle = palette.line;
    context.fillRect(x, 0, 1, layout.height);
    context.globalAlpha = 1;
    context.fillStyle = palette.muted;
    context.fillText(tickLabel(at, stepMs), x + 4, RULER_HEIGHT / 2 + 1);
  }
}

function drawSilences(context: CanvasRenderingContext2D, scene: Scene): void {
  const { model, view, width } = scene;
  let drawnTo = Number.NEGATIVE_INFINITY;
  model.silences.within(view.startMs, view.endMs, (silence) => {
    const right = toPixels(view, width, silence.endMs);
    if (right - Math.max(drawnTo, toPixels(view, width, silence.startMs)) < 0.5) return;
    drawnTo = right;
    drawSilence(context, scene, silence);
  });
}

function drawSilence(context: CanvasRenderingContext2D, scene: Scene, silence: Silence): void {
  const { view, width, layout, palette } = scene;
  const left = Math.max(-HATCH_STEP, toPixels(view, width, silence.startMs));
  const right = Math.min(width + HATCH_STEP, toPixels(view, width, silence.endMs));
  if (right - left < 0.5) return;
  const { speechTop: top, speechBottom: bottom } = layout;
  const waited = silence.endMs - silence.startMs;
  const level = silence.waitsFor === 'agent' ? levelOf(waited, scene.thresholds) : undefined;
  const colour = levelColour(level, palette);
  const strong = level === 'slow' || level === 'very-slow';
  context.fillStyle = colour;
  context.globalAlpha = strong ? 0.22 : level === undefined ? 0.04 : 0.08;
  context.fillRect(left, top, right - left, bottom - top);
  context.globalAlpha = strong ? 0.9 : level === undefined ? 0.22 : 0.55;
  if (right - left >= MIN_HATCH_PIXELS) hatch(context, left, top, right, bottom, colour, strong ? 1.5 : 1);
  context.globalAlpha = 1;
  if (level !== undefined) {
    context.fillRect(left, top, 1.5, bottom - top);
    context.fillRect(right - 1.5, top, 1.5, bottom - top);
  }
  silenceLabel(context, scene, ms(waited), { left, right, middle: (top + bottom) / 2 }, level);
}

function silenceLabel(
  context: CanvasRenderingContext2D,
  { palette }: Scene,
  text: string,
  place: { left: number; right: number; middle: number },
  level: Level | undefined,
): void {
  const room = place.right - place.left;
  if (room < 15) return;
  context.font = `${level === undefined ? '' : '600 '}12px ${palette.font}`;
  const needed = context.measureText(text).width;
  const x = (place.left + place.right) / 2;
  if (needed + 8 <= room) {
    plate(context, palette, x - needed / 2 - 4, place.middle - 9, needed + 8, 18);
    context.fillStyle = levelColour(level, palette);
    context.fillText(text, x - needed / 2, place.middle + 0.5);
    return;
  }
  // A narrow silence that people should see is labelled upright.
  if (level === undefined) return;
  context.save();
  context.translate(x, place.middle);
  context.rotate(-Math.PI / 2);
  plate(context, palette, -needed / 2 - 3, -7, needed + 6, 14);
  context.fillStyle = levelColour(level, palette);
  context.fillText(text, -needed / 2, 0.5);
  context.restore();
}

function plate(
  context: CanvasRenderingContext2D,
  palette: Palette,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  context.globalAlpha = 0.92;
  context.fillStyle = palette.panel;
  context.beginPath();
  context.roundRect(x, y, width, height, 4);
  context.fill();
  context.globalAlpha = 1;
}

function hatch(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  right: number,
  bottom: number,
  colour: string,
  lineWidth: number,
): void {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = lineWidth;
  context.beginPath();
  const height = bottom - top;
  // The lines stand still while the view moves only if they start at multiples of the step.
  const first = Math.floor((left - height) / HATCH_STEP) * HATCH_STEP;
  for (let x = first; x < right; x += HATCH_STEP) {
    context.moveTo(x, bottom);
    context.lineTo(x + height, top);
  }
  context.stroke();
  context.restore();
}

function levelColour(level: Level | undefined, palette: Palette): string {
  if (level === undefined) return palette.muted;
  return level === 'very-slow' ? palette.bad : level === 'slow' ? palette.warn : palette.muted;
}

function drawLane(context: CanvasRenderingContext2D, scene: Scene, place: LanePlace): void {
  // Bars of one pixel column are drawn once: at two hours on a screen there are dozens in each.
  const drawnTo = new Float64Array(place.lane.rows).fill(Number.NEGATIVE_INFINITY);
  place.lane.bars.within(scene.view.startMs, scene.view.endMs, (bar) => {
    const left = toPixels(scene.view, scene.width, bar.startMs);
    const right = Math.max(left + 1.5, toPixels(scene.view, scene.width, bar.endMs));
    const before = drawnTo[bar.row] ?? 0;
    if (right - before < 0.75 && bar.state !== 'failed') return;
    drawnTo[bar.row] = Math.max(before, right);
    drawBar(context, scene, place, bar, left, right);
  });
}

function drawBar(
  context: CanvasRenderingContext2D,
  scene: Scene,
  place: LanePlace,
  bar: Bar,
  left: number,
  right: number,
): void {
  const { palette, view, width } = scene;
  const top = place.top + bar.row * place.rowHeight + 1;
  const height = place.rowHeight - 2;
  const from = Math.max(-4, left);
  const to = Math.min(width + 4, right);
  const speaks = bar.stage === undefined;
  const colour = bar.state === 'failed' ? palette.bad : palette.lanes[place.lane.colour];
  context.fillStyle = colour;
  context.globalAlpha = bar.state === 'discarded' ? 0.12 : speaks ? 0.32 : 0.2;
  context.fillRect(from, top, to - from, height);
  if (bar.firstMs !== undefined) {
    const first = Math.min(to, toPixels(view, width, bar.firstMs));
    context.globalAlpha = bar.state === 'discarded' ? 0.2 : 0.5;
    if (first > from) context.fillRect(from, top, first - from, height);
  }
  context.globalAlpha = bar.state === 'discarded' ? 0.7 : 1;
  context.fillRect(from, top + height - 2, to - from, 2);
  if (bar.state === 'discarded' && to - from > 4) dashed(context, colour, from, top, to - from, height);
  if (bar.state === 'cut-off') {
    context.fillStyle = palette.bad;
    context.fillRect(to - 3, top, 3, height);
  }
  context.globalAlpha = 1;
  barLabel(context, scene, bar, from, to, top + height / 2);
}

function dashed(
  context: CanvasRenderingContext2D,
  colour: string,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.setLineDash([4, 3]);
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  context.setLineDash([]);
}

function barLabel(
  context: CanvasRenderingContext2D,
  { palette }: Scene,
  bar: Bar,
  from: number,
  to: number,
  middle: number,
): void {
  const left = Math.max(2, from + 5);
  const room = to - left - (bar.state === 'cut-off' ? 7 : 4);
  if (room < MIN_LABEL_PIXELS || bar.label === '') return;
  context.font = `${bar.stage === undefined ? 12 : 11}px ${palette.font}`;
  context.fillStyle = palette.text;
  const sign = bar.state === 'failed' ? '✗ ' : '';
  const text = barText(bar);
  const name = bar.state === 'discarded' ? `(${text})` : text;
  context.fillText(fitted(context, sign + name, room), left, middle);
}

/** A text cut to a width, with an ellipsis where it was cut. */
function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
  const full = context.measureText(text).width;
  if (full <= room) return text;
  const characters = [...text];
  let keep = Math.floor((room / full) * characters.length);
  for (; keep >= 2; keep -= 1) {
    const cut = `${characters.slice(0, keep).join('').trimEnd()}…`;
    if (context.measureText(cut).width <= room) return cut;
  }
  return '';
}

function drawMarks(context: CanvasRenderingContext2D, scene: Scene): void {
  const { view, width, palette, layout } = scene;
  const [user, agent] = layout.lanes;
  let labelFreeFrom = Number.NEGATIVE_INFINITY;
  let lastMark: { kind: string; x: number } = { kind: '', x: Number.NEGATIVE_INFINITY };
  context.font = `600 11px ${palette.font}`;
  const crowded = isCrowded(scene);
  scene.model.marks.within(view.startMs, view.endMs, (mark: Mark) => {
    const x = toPixels(view, width, mark.startMs);
    if (mark.kind === lastMark.kind && x - lastMark.x < 0.75) return;
    lastMark = { kind: mark.kind, x };
    switch (mark.kind) {
      case 'barge-in':
      case 'false interruption': {
        const colour = mark.kind === 'barge-in' ? palette.bad : palette.warn;
        context.strokeStyle = colour;
        context.lineWidth = 2;
        context.setLineDash(mark.kind === 'barge-in' ? [] : [3, 3]);
        line(context, x, RULER_HEIGHT, crowded ? layout.speechTop - 2 : layout.speechBottom);
        context.setLineDash([]);
        if (crowded) break;
        const sign = mark.kind === 'barge-in' ? '!' : '?';
        const full = `${sign} ${mark.kind}`;
        const room = x >= labelFreeFrom;
        if (!room) break;
        context.fillStyle = colour;
        context.fillText(full, x + 4, RULER_HEIGHT + 8);
        labelFreeFrom = x + 12 + context.measureText(full).width;
        break;
      }
      case 'first audio':
        if (!crowded && agent !== undefined)
          triangle(context, palette.lanes.agent, x, agent.top, 1, palette.panel);
        break;
      case 'speech end':
        if (!crowded && user !== undefined)
          triangle(context, palette.lanes.user, x, user.top, -1, palette.panel);
        break;
      case 'announced end':
        if (user === undefined || crowded) break;
        context.strokeStyle = palette.lanes.user;
        context.lineWidth = 1.5;
        context.setLineDash([2, 3]);
        line(context, x, user.top, user.top + user.height);
        context.setLineDash([]);
        break;
      case 'failure':
        context.fillStyle = palette.bad;
        if (x >= labelFreeFrom) context.fillText('✗', x - 4, RULER_HEIGHT + 8);
        labelFreeFrom = Math.max(labelFreeFrom, x + 10);
        break;
    }
  });
}

/** With this many pixels a minute and fewer, marks would cover what they mark. */
const CROWDED_PIXELS = 60;

function isCrowded({ view, width }: Scene): boolean {
  return (width * 60_000) / (view.endMs - view.startMs) < CROWDED_PIXELS;
}

function line(context: CanvasRenderingContext2D, x: number, top: number, bottom: number): void {
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, bottom);
  context.stroke();
}

/** A small flag at the top of a lane: pointing right where sound begins, left where it ends. */
function triangle(
  context: CanvasRenderingContext2D,
  colour: string,
  x: number,
  top: number,
  direction: 1 | -1,
  outline: string,
): void {
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x + 8 * direction, top + 5);
  context.lineTo(x, top + 10);
  context.closePath();
  context.fillStyle = colour;
  context.strokeStyle = outline;
  context.lineWidth = 1;
  context.fill();
  context.stroke();
}
