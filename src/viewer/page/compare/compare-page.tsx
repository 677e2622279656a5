import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { SessionRow } from '../../api.js';
import type { Sessions } from '../data/use-sessions.js';
import { compareHash, listHash, replaceHash } from '../router.js';
import { formatListState } from '../sessions/list-state.js';
import { NEWEST_FIRST } from '../sessions/sort.js';
import { whole } from '../shared/format.js';
import { Failure, Loading } from '../shared/states.js';
import { visible } from '../shared/visible.js';
import { ComparisonTable } from './comparison-table.js';
import { Overlay } from './overlay.js';
import { versionName } from './version-name.js';
import { agentsOf, figuresOf, type Version, versionsOf } from './versions.js';

/** Two versions of an agent beside each other. */
export function ComparePage(props: { readonly sessions: Sessions; readonly query: string }): JSX.Element {
  const { answer, problem, reload } = props.sessions;
  useEffect(() => {
    document.title = 'Compare versions · voice-otel';
  }, []);
  if (answer !== undefined) return <Comparison rows={answer.sessions} query={props.query} />;
  if (problem === undefined) return <Loading what="the calls" />;
  return (
    <Failure title="The calls could not be read">
      <p>{problem.message}</p>
      <button type="button" onClick={reload}>
        Try again
      </button>
    </Failure>
  );
}

function Comparison(props: { readonly rows: readonly SessionRow[]; readonly query: string }): JSX.Element {
  const query = new URLSearchParams(props.query);
  const agents = useMemo(() => agentsOf(props.rows), [props.rows]);
  const agent = query.get('agent') ?? undefined;
  const rows = useMemo(
    () => props.rows.filter((row) => agent === undefined || (row.agentName ?? '') === agent),
    [props.rows, agent],
  );
  const versions = useMemo(() => versionsOf(rows), [rows]);
  // The older one first, so that a difference says what the newer one changed.
  const first = query.get('a') ?? (versions[1] ?? versions[0])?.version;
  const second = query.get('b') ?? versions[0]?.version;
  const a = useMemo(() => figuresOf(first ?? '', rows), [first, rows]);
  const b = useMemo(() => figuresOf(second ?? '', rows), [second, rows]);
  const choose = (key: 'a' | 'b' | 'agent', value: string | undefined): void => {
    const next = new URLSearchParams({ ...(agent !== undefined && { agent }) });
    // Another agent has other versions.
    if (key !== 'agent') {
      next.set('a', first ?? '');
      next.set('b', second ?? '');
    }
    if (value === undefined) next.delete(key);
    else next.set(key, value);
    replaceHash(compareHash(next.toString()));
  };

  if (versions.length < 2 && query.get('a') === null && agent === undefined) {
    return (
      <>
        <h1>Compare versions</h1>
        <section class="nothing">
          <h2>{versions.length === 0 ? 'No calls yet' : 'All calls are of one version'}</h2>
          <p>
            A comparison needs calls of two versions of an agent: the <code>agentVersion</code> that a session
            was started with.
          </p>
          <p>
            <a href={listHash()}>All calls</a>
          </p>
        </section>
      </>
    );
  }
  return (
    <>
      <h1>Compare versions</h1>
      <div class="compare-choice">
        {agents.length > 1 && (
          <label>
            Agent
            <select
              value={agent === undefined ? '' : `=${agent}`}
              onChange={({ currentTarget: { value } }) =>
                choose('agent', value === '' ? undefined : value.slice(1))
              }
            >
              <option value="">all agents</option>
              {agents.map((name) => (
                <option key={name} value={`=${name}`}>
                  {name === '' ? 'unknown agent' : visible(name, 60)}
                </option>
              ))}
            </select>
          </label>
        )}
        <VersionChoice
          label="First version"
          versions={versions}
          chosen={first ?? ''}
          onChoose={(value) => choose('a', value)}
        />
        <VersionChoice
          label="Second version"
          versions={versions}
          chosen={second ?? ''}
          onChoose={(value) => choose('b', value)}
        />
        <CallsLinks agent={agent} versions={[first ?? '', second ?? '']} />
      </div>
      <ComparisonTable a={a} b={b} />
      <Overlay title="Response latency" a={a} b={b} of={(figures) => figures.response?.distribution} />
      <Overlay
        title="Interruption latency"
        a={a}
        b={b}
        of={(figures) => figures.interruption?.distribution}
      />
    </>
  );
}

function VersionChoice(props: {
  readonly label: string;
  readonly versions: readonly Version[];
  readonly chosen: string;
  readonly onChoose: (version: string) => void;
}): JSX.Element {
  const { versions, chosen } = props;
  const offered = versions.some(({ version }) => version === chosen)
    ? versions
    : [...versions, { version: chosen, calls: 0 }];
  return (
    <label>
      {props.label}
      <select
        value={`=${chosen}`}
        onChange={({ currentTarget }) => props.onChoose(currentTarget.value.slice(1))}
      >
        {offered.map(({ version, calls }) => (
          <option key={version} value={`=${version}`}>
            {versionName(version)} ({whole(calls)})
          </option>
        ))}
      </select>
    </label>
  );
}

/** To the calls behind the figures. */
function CallsLinks(props: {
  readonly agent: string | undefined;
  readonly versions: readonly string[];
}): JSX.Element {
  const agent = props.agent === undefined ? {} : { agent: props.agent };
  return (
    <p class="calls-links">
      {props.versions.map((version) => {
        const filter = { text: '', choices: { ...agent, version }, ranges: {} };
        return (
          <a key={version} href={listHash(formatListState({ filter, sort: NEWEST_FIRST }))}>
            Calls of {versionName(version)}
          </a>
        );
      })}
    </p>
  );
}
