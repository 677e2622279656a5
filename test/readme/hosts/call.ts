/** The rest of an application whose telemetry is set up by a program of the README: it answers one call. */
import { VoiceTracer } from 'voice-otel';

await import(process.env.README_PROGRAM ?? '');

const session = new VoiceTracer().startSession({ agentId: 'order-line' });
session.userTurn((turn) => {
  turn.speechEnded();
  turn.setTranscript('Where is my order? My mail is ana@example.com.');
});
session.agentTurn((turn) => {
  turn.stage('llm', { provider: 'openai', model: 'gpt-4.1-mini' }, (stage) =>
    stage.setPayload({ promptTokens: 420, completionTokens: 80 }),
  );
  turn.stage('tts', { provider: 'cartesia', model: 'sonic-2' }, (stage) =>
    stage.setPayload({ textInput: 'It arrives tomorrow.' }),
  );
  turn.firstAudio();
});
session.end({ reason: 'user_left' });

process.kill(process.pid, 'SIGTERM');
