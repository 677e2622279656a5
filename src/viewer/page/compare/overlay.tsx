import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { type Bins, binsFor, type Distribution, histogram, outside } from '../shared/distribution.js';
import { ms, whole } from '../shared/format.js';
import { HistogramPlot, type PlotSeries } from '../shared/plot.js';
import { versionName } from './version-name.js';
import type { VersionFigures } from './versions.js';

/** A distribution of both versions over the same axis, as shares: their numbers of calls differ. */
export function Overlay(props: {
  readonly title: string;
  readonly a: VersionFigures;
  readonly b: VersionFigures;
  readonly of: (figures: VersionFigures) => Distribution | undefined;
}): JSX.Element {
  const { title, a, b, of } = props;
  const [first, second] = [of(a), of(b)];
  const drawn = useMemo(() => {
    const both = [first, second].filter((one) => one !== undefined);
    if (both.length === 0) return undefined;
    const bins = binsFor(both);
    const series: PlotSeries[] = [
      ...(first === undefined ? [] : [seriesOf(versionName(a.version), first, '--accent', false)]),
      ...(second === undefined ? [] : [seriesOf(versionName(b.version), second, '--llm', true)]),
    ];
    return { bins, series };

    function seriesOf(
      label: string,
      distribution: Distribution,
      colour: PlotSeries['colour'],
      dashed: boolean,
    ): PlotSeries {
      const heights = histogram(distribution.sorted, bins).map((count) => count / distribution.count);
      return { label, colour, heights, dashed };
    }
  }, [first, second, a.version, b.version]);
  return (
    <figure class="overlay">
      <figcaption>
        <h2>{title}</h2>
        <ul class="overlay-legend">
          <Summary figures={a} distribution={first} swatch="first" bins={drawn?.bins} />
          <Summary figures={b} distribution={second} swatch="second" bins={drawn?.bins} />
        </ul>
      </figcaption>
      {drawn !== undefined && <HistogramPlot bins={drawn.bins} series={drawn.series} of="share" />}
    </figure>
  );
}

function Summary(props: {
  readonly figures: VersionFigures;
  readonly distribution: Distribution | undefined;
  readonly swatch: 'first' | 'second';
  readonly bins: Bins | undefined;
}): JSX.Element {
  const { figures, distribution, bins } = props;
  const undrawn =
    distribution === undefined || bins === undefined
      ? 0
      : outside(distribution, histogram(distribution.sorted, bins));
  return (
    <li>
      <span class={`swatch swatch-${props.swatch}`} aria-hidden="true" />
      <bdi>{versionName(figures.version)}</bdi>
      {': '}
      {distribution === undefined ? (
        'none measured'
      ) : (
        <>
          {whole(distribution.count)} measured · p50 {ms(distribution.p50)} · p95 {ms(distribution.p95)}
          {undrawn > 0 && <span class="muted"> · {whole(undrawn)} outside this range not drawn</span>}
        </>
      )}
    </li>
  );
}
