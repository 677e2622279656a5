import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { formatDuration } from '../../../report/text/format.js';
import { whole } from '../shared/format.js';
import {
  ENOUGH_CALLS,
  ENOUGH_FOR_P50,
  ENOUGH_FOR_P95,
  ENOUGH_FOR_SHARE,
  type Figure,
  linesOf,
} from './lines.js';
import { versionName } from './version-name.js';
import type { VersionFigures } from './versions.js';

/** The figures of two versions, with what each of them was taken from. */
export function ComparisonTable(props: {
  readonly a: VersionFigures;
  readonly b: VersionFigures;
}): JSX.Element {
  const { a, b } = props;
  const lines = useMemo(() => linesOf(a, b), [a, b]);
  return (
    <>
      <div class="table-box">
        <table class="comparison">
          <thead>
            <tr>
              <td />
              <VersionHead figures={a} />
              <VersionHead figures={b} />
              <th scope="col">Difference</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ label, a: first, b: second, difference }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <FigureCell figure={first} />
                <FigureCell figure={second} />
                <td>{difference ?? <span class="muted">–</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="muted">
        “Too few” stands where the calls say little about the version: fewer than {ENOUGH_CALLS} calls,{' '}
        {ENOUGH_FOR_P50} values for a p50, {ENOUGH_FOR_P95} for a p95, or {ENOUGH_FOR_SHARE} cases for a
        share. TTFA is the middle of the calls' own percentiles; the other latencies are those of all turns
        together. A call failed where it has an error or was ended by one.
      </p>
    </>
  );
}

function VersionHead(props: { readonly figures: VersionFigures }): JSX.Element {
  const { version, calls, durationMs } = props.figures;
  return (
    <th scope="col">
      <bdi>{versionName(version)}</bdi>
      <span class="detail">
        {whole(calls)} {calls === 1 ? 'call' : 'calls'}, {formatDuration(durationMs)}
      </span>
    </th>
  );
}

function FigureCell(props: { readonly figure: Figure }): JSX.Element {
  const { value, text, basis, enough } = props.figure;
  return (
    <td>
      {text}
      {value !== undefined && !enough && <span class="badge">too few</span>}
      <span class="detail">{basis}</span>
    </td>
  );
}
