import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Sessions } from '../data/use-sessions.js';
import { Failure, Loading } from '../shared/states.js';
import { EmptyList } from './empty-list.js';
import { SessionList } from './session-list.js';

/** The page of all calls. */
export function ListPage(props: {
  readonly sessions: Sessions;
  /** Filter and order, as the address says them. */
  readonly query: string;
  /** The call that the reader comes back from, once. */
  readonly cameFrom: () => string | undefined;
  readonly onFiles: (files: readonly File[]) => void;
}): JSX.Element {
  const { answer, problem, reload } = props.sessions;
  useEffect(() => {
    document.title = 'Calls · voice-otel';
  }, []);

  if (answer === undefined) {
    if (problem === undefined) return <Loading what="the calls" />;
    return (
      <Failure title="The calls could not be read">
        <p>{problem.message}</p>
        <p>
          <button type="button" onClick={reload}>
            Try again
          </button>
        </p>
      </Failure>
    );
  }
  if (answer.sessions.length === 0) return <EmptyList answer={answer} onFiles={props.onFiles} />;
  return <SessionList answer={answer} query={props.query} cameFrom={props.cameFrom} />;
}
