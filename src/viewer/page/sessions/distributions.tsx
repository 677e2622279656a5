import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { SessionRow } from '../../api.js';
import { binsFor, type Distribution, distributionOf, histogram, outside } from '../shared/distribution.js';
import { ms, whole } from '../shared/format.js';
import { HistogramPlot } from '../shared/plot.js';

/** How the latencies of the calls in the list are spread. */
export function Distributions(props: {
  readonly rows: readonly SessionRow[];
  /** Whether they are shown before anybody asks. */
  readonly open: boolean;
}): JSX.Element {
  const rows = useAfterPaint(props.rows);
  const response = useMemo(() => distributionOf(rows.map((row) => row.responseLatenciesMs)), [rows]);
  const interruption = useMemo(() => distributionOf(rows.map((row) => row.interruptionLatenciesMs)), [rows]);
  return (
    <section class="distributions" aria-label="Distributions">
      <details open={props.open}>
        <summary>Distributions</summary>
        <div class="distribution-figures">
          <LatencyFigure
            title="Response latency"
            about="from the end of the caller's speech to the first sound of the answer"
            one="answer"
            many="answers"
            distribution={response}
          />
          <LatencyFigure
            title="Interruption latency"
            about="from the caller's first sound to the agent's silence"
            one="barge-in"
            many="barge-ins"
            distribution={interruption}
          />
        </div>
      </details>
    </section>
  );
}

/** The value as it was before the last paint: what is slow to draw does not hold up what is typed. */
function useAfterPaint<Value>(value: Value): Value {
  const [shown, setShown] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setShown(value), 60);
    return () => clearTimeout(timer);
  }, [value]);
  return shown;
}

function LatencyFigure(props: {
  readonly title: string;
  readonly about: string;
  readonly one: string;
  readonly many: string;
  readonly distribution: Distribution | undefined;
}): JSX.Element {
  const { title, distribution } = props;
  const drawn = useMemo(() => {
    if (distribution === undefined) return undefined;
    const bins = binsFor([distribution]);
    const heights = histogram(distribution.sorted, bins);
    return {
      bins,
      series: [{ label: title, colour: '--accent' as const, heights }],
      undrawn: outside(distribution, heights),
    };
  }, [distribution, title]);
  return (
    <figure>
      <figcaption>
        <h2>{title}</h2>
        <p class="muted">{props.about}</p>
        {distribution === undefined ? (
          <p>None measured in these calls.</p>
        ) : (
          <p class="summary">
            {whole(distribution.count)} {distribution.count === 1 ? props.one : props.many} · p50{' '}
            <strong>{ms(distribution.p50)}</strong> · p95 <strong>{ms(distribution.p95)}</strong> · longest{' '}
            {ms(distribution.max)}
            {drawn !== undefined && drawn.undrawn > 0 && (
              <span class="muted"> · {whole(drawn.undrawn)} outside this range not drawn</span>
            )}
          </p>
        )}
      </figcaption>
      {drawn !== undefined && <HistogramPlot bins={drawn.bins} series={drawn.series} of="count" />}
    </figure>
  );
}
