import type { Theme } from './theme.js';

/** Columns before the text of a turn. */
export const INDENT = 4;
/** Columns of the two figures at the right of a chart. */
const FIGURE_WIDTH = 8;
const FIGURES = 2;

/** How the columns of a chart are shared out. */
export interface ChartLayout {
  readonly labelWidth: number;
  readonly chartWidth: number;
}

/** A chart with labels at the left and two figures at the right. */
export function chartLayout(theme: Theme): ChartLayout {
  const labelWidth = Math.min(28, Math.max(16, Math.round(theme.width * 0.22)));
  const chartWidth = theme.width - INDENT - labelWidth - 1 - FIGURES * FIGURE_WIDTH;
  return { labelWidth, chartWidth: Math.max(10, chartWidth) };
}

/** A figure at the right of a chart, right-aligned. */
export function figure(text: string): string {
  return text.padStart(FIGURE_WIDTH);
}
