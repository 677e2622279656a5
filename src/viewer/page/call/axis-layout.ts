import type { Lane } from './lanes.js';

/** Where things lie on the axis, in CSS pixels from its top. */
export interface AxisLayout {
  readonly lanes: readonly LanePlace[];
  /** The two lanes of speech together: silences and marks are drawn over both. */
  readonly speechTop: number;
  readonly speechBottom: number;
  readonly height: number;
}

export interface LanePlace {
  readonly lane: Lane;
  readonly top: number;
  readonly rowHeight: number;
  readonly height: number;
}

export const RULER_HEIGHT = 22;
/** Room for the names of marks, below the ruler. */
const MARKS_HEIGHT = 16;
const SPEECH_HEIGHT = 34;
const ROW_HEIGHT = 18;
const LANE_GAP = 5;

export function axisLayout(lanes: readonly Lane[]): AxisLayout {
  let top = RULER_HEIGHT + MARKS_HEIGHT;
  const places: LanePlace[] = [];
  let speechBottom = top;
  lanes.forEach((lane, i) => {
    const speaks = i < 2;
    const rowHeight = speaks && lane.rows === 1 ? SPEECH_HEIGHT : speaks ? SPEECH_HEIGHT / 1.5 : ROW_HEIGHT;
    const height = rowHeight * lane.rows;
    places.push({ lane, top, rowHeight, height });
    top += height + LANE_GAP;
    if (speaks) speechBottom = top - LANE_GAP;
  });
  return { lanes: places, speechTop: RULER_HEIGHT + MARKS_HEIGHT, speechBottom, height: top + 3 };
}

/** The lane and row at a height; `undefined` between lanes. */
export function placeAt(layout: AxisLayout, y: number): { place: LanePlace; row: number } | undefined {
  for (const place of layout.lanes) {
    if (y >= place.top && y < place.top + place.height) {
      return { place, row: Math.floor((y - place.top) / place.rowHeight) };
    }
  }
  return undefined;
}
