import type { JSX } from 'preact';
import type { SessionsAnswer } from '../../api.js';
import { OpenFilesButton } from '../files/open-files-button.js';
import { OtherScopes, Provenance } from './provenance.js';

const LIVEKIT_LINES = `const observability = new VoiceObservability(); // from 'voice-otel/livekit'
observability.attach(session, { agentId: 'support' });`;

/** Before the first call: how to get one here. */
export function EmptyList(props: {
  readonly answer: SessionsAnswer;
  readonly onFiles: (files: readonly File[]) => void;
}): JSX.Element {
  const { answer } = props;
  const variable = `OTEL_EXPORTER_OTLP_ENDPOINT=${answer.endpoint}`;
  const others = Object.keys(answer.otherScopes).length > 0;
  return (
    <>
      <h1>Calls</h1>
      <Provenance answer={{ ...answer, otherScopes: {} }} />
      <section class="empty">
        <h2>No calls yet</h2>
        <p>
          Calls show here while they run. This page listens for OpenTelemetry traces (OTLP/HTTP) at{' '}
          <code>{answer.endpoint}</code>.
        </p>
        {others && (
          <p class="notice">
            <span>
              Spans do arrive.
              <OtherScopes answer={answer} />
            </span>
          </p>
        )}
        <h3>LiveKit Agents</h3>
        <p>Two lines beside the session, before it starts:</p>
        <pre>
          <code>{LIVEKIT_LINES}</code>
        </pre>
        <p>Then start the agent with this in its environment:</p>
        <pre>
          <code>{variable}</code>
        </pre>
        <h3>Pipecat, a loop of your own, anything with an OTLP exporter</h3>
        <p>
          The same variable is enough where spans go out over OTLP/HTTP. Pipecat's own spans are read too,
          once its tracing is switched on.
        </p>
        <h3>A call that was recorded</h3>
        <p>
          Drop files of OTLP JSON lines anywhere on this page, choose them here, or name them at the start:{' '}
          <code>npx voice-otel view FILE</code>.
        </p>
        <p>
          <OpenFilesButton onFiles={props.onFiles} />
        </p>
      </section>
    </>
  );
}
