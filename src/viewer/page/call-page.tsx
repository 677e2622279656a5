import type { JSX } from 'preact';
import { useCallback, useEffect } from 'preact/hooks';
import { CallView } from './call/call-view.js';
import { useCall } from './data/use-call.js';
import { callHash, replaceHash } from './router.js';
import { Failure, Loading } from './shared/states.js';
import { visible } from './shared/visible.js';

/** One call, from the server, kept up to date while it runs. */
export function CallPage(props: {
  readonly sessionId: string;
  readonly turnId: string | undefined;
  readonly news: number;
  readonly listHash: string;
}): JSX.Element {
  const { sessionId, turnId, news } = props;
  const { answer, problem, retry } = useCall(sessionId, news);
  const select = useCallback(
    (turn: string | undefined) => replaceHash(callHash(sessionId, turn)),
    [sessionId],
  );
  const agent = answer?.report.agentName;
  useEffect(() => {
    document.title = `${agent === undefined ? 'Call' : visible(agent, 60)} · voice-otel`;
  }, [agent]);

  if (answer !== undefined) {
    return (
      <CallView
        sessionId={sessionId}
        answer={answer}
        exported={false}
        turnId={turnId}
        onSelectTurn={select}
      />
    );
  }
  if (problem === undefined) return <Loading what="the call" />;
  return (
    <Failure title={problem.status === 404 ? 'This call is not here' : 'The call could not be read'}>
      <p>{problem.message}</p>
      <p class="buttons">
        <a href={props.listHash}>All calls</a>
        <button type="button" onClick={retry}>
          Try again
        </button>
      </p>
    </Failure>
  );
}
