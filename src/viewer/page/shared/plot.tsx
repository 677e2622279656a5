import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Bins } from './distribution.js';
import { ms, percent, whole } from './format.js';
import { useMedia } from './media.js';

export interface PlotSeries {
  readonly label: string;
  /** A custom property of theme.css. */
  readonly colour: '--accent' | '--llm';
  /** How high each bin is. */
  readonly heights: readonly number[];
  /** Told apart from the other one without colours. */
  readonly dashed?: boolean;
}

/** Height of a plot with its axes (px). */
const HEIGHT = 150;

/**
 * Histograms over the same bins. The picture is for the eye alone: what it says stands as text beside it, so it is
 * hidden from screen readers.
 */
export function HistogramPlot(props: {
  readonly bins: Bins;
  readonly series: readonly PlotSeries[];
  /** What heights are: numbers of values, or shares 0–1 of all. */
  readonly of: 'count' | 'share';
}): JSX.Element {
  const { bins, series } = props;
  const box = useRef<HTMLDivElement>(null);
  const dark = useMedia('(prefers-color-scheme: dark)');

  useEffect(() => {
    const target = box.current;
    if (target === null) return;
    const plot = new uPlot(
      optionsOf(target, series, bins, props.of),
      [edges(bins), ...series.map(({ heights }) => [...heights, 0])],
      target,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: target.clientWidth, height: HEIGHT }));
    observer.observe(target);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [bins, series, props.of, dark]);

  return <div class="plot" ref={box} aria-hidden="true" style={{ height: `${HEIGHT}px` }} />;
}

/** The left edge of each bin, and the right one of the last. */
function edges({ start, width, length }: Bins): number[] {
  return Array.from({ length: length + 1 }, (_, index) => start + index * width);
}

function optionsOf(
  target: HTMLElement,
  series: readonly PlotSeries[],
  bins: Bins,
  of: 'count' | 'share',
): uPlot.Options {
  const style = getComputedStyle(target);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const font = `11px ${style.fontFamily}`;
  const axis: uPlot.Axis = {
    stroke: colour('--muted'),
    font,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  const height = of === 'count' ? whole : percent;
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    width: target.clientWidth,
    height: HEIGHT,
    padding: [8, 28, 0, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: false, range: () => [bins.start, bins.start + bins.width * bins.length] },
      y: { range: (_, __, max) => [0, Math.max(max, of === 'count' ? 1 : 0.01) * 1.05] },
    },
    axes: [
      {
        ...axis,
        size: 26,
        grid: { show: false },
        space: 70,
        values: (_, values) => values.map((value) => ms(value)),
      },
      { ...axis, size: 48, space: 32, values: (_, values) => values.map((value) => tick(value, of, height)) },
    ],
    series: [
      {},
      ...series.map((one) => ({
        label: one.label,
        stroke: colour(one.colour),
        width: 1.5,
        fill: `${colour(one.colour)}33`,
        points: { show: false },
        ...(stepped === undefined ? {} : { paths: stepped }),
        ...(one.dashed === true ? { dash: [5, 3] } : {}),
      })),
    ],
  };
}

/** Counts have whole ticks only. */
function tick(value: number, of: 'count' | 'share', text: (value: number) => string): string {
  return of === 'count' && !Number.isInteger(value) ? '' : text(value);
}
