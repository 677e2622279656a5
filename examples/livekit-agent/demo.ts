/**
 * A call of 25 seconds on a real AgentSession, in this process, without a server: `npm run demo`.
 *
 * Its trace goes to `OTEL_EXPORTER_OTLP_ENDPOINT` if that is set, and to a file in any case; from the file the timeline
 * of the call is printed.
 *
 * `npm run demo -- --view` records the call and shows it in a browser while it runs, until Ctrl-C.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AgentSessionEventTypes, CloseReason, initializeLogger } from '@livekit/agents';
import { dispose } from '@livekit/rtc-node';
import { CallRecorder, directorySink } from 'voice-otel/audio';
import { pickUp } from './agent.js';
import { callAndTalk } from './stand-ins/caller.js';
import { groundTruth, writeGroundTruth } from './stand-ins/ground-truth.js';
import { Microphone } from './stand-ins/microphone.js';
import { narrate } from './stand-ins/narrator.js';
import { Speaker } from './stand-ins/speaker.js';
import { openBrowser, startViewer } from './viewer.js';

const startedAt = new Date().toISOString().replace(/[:.]/g, '-');
const file = process.env.VOICE_OTEL_FILE ?? join('traces', `${startedAt}-demo.otlp.jsonl`);
process.env.VOICE_OTEL_FILE = file;

const recordings = resolve('traces', 'recordings');
const viewer = process.argv.includes('--view') ? await startViewer(recordings) : undefined;
const recorder = viewer && new CallRecorder({ sink: directorySink(recordings) });
if (viewer !== undefined) {
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = viewer.url;
  console.log(`See the call: ${viewer.url}\n`);
  openBrowser(viewer.url);
}

initializeLogger({ pretty: false, level: 'error' });
const microphone = new Microphone();
const speaker = new Speaker();

console.log('A call to Harbor Coffee:\n');
const { session, voice } = await pickUp(microphone, speaker, recorder);
narrate(session);
const truth = groundTruth(session, microphone, speaker);

await callAndTalk(microphone, speaker);

const closed = once(session, AgentSessionEventTypes.Close);
session.shutdown({ reason: CloseReason.PARTICIPANT_DISCONNECTED, drain: false }); // the caller hangs up
await closed;
await microphone.close();
await voice.shutdown();
await recorder?.flush();
await dispose();
const { DEMO_GROUND_TRUTH } = process.env;
if (DEMO_GROUND_TRUTH !== undefined) writeGroundTruth(truth, DEMO_GROUND_TRUTH);

console.log(`\nIts trace went to ${voice.destination}\n`);
const command = fileURLToPath(new URL('dist/cli/main.js', import.meta.resolve('voice-otel/package.json')));
execFileSync(process.execPath, [command, 'timeline', file], { stdio: 'inherit' });
console.log(`
Next:
  npx voice-otel timeline ${relative('.', file)}
      prints this again
  OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 npm run demo
      sends the trace to a Jaeger on this machine, or wherever your traces go
  examples/livekit-agent/agent.ts
      has the two lines that a LiveKit agent needs`);

if (viewer !== undefined) {
  console.log(`\nThe call is at ${viewer.url} with its recording, until Ctrl-C`);
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await Promise.race([interrupted, viewer.ended]);
  viewer.stop();
  await viewer.ended;
}

// After the end of a session LiveKit's timers keep a process alive for five seconds.
process.exit();
