/** The rest of an application whose telemetry is set up by a program of the README: it answers a hundred calls. */
import { VoiceTracer } from 'voice-otel';

await import(process.env.README_PROGRAM ?? '');

const voice = new VoiceTracer();
for (let call = 0; call < 100; call += 1) {
  const session = voice.startSession({ agentId: 'order-line' });
  session.userTurn((turn) => turn.speechEnded());
  session.agentTurn((turn) => turn.firstAudio());
  session.end({ reason: 'user_left' });
}

process.kill(process.pid, 'SIGTERM');
