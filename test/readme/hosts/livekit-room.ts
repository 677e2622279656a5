/**
 * The rest of a LiveKit application: a job with a room in which one caller says one sentence and hangs up. The job runs
 * the agent that a program of the README exports, on the real `AgentSession`; the room is a microphone and a speaker.
 */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import {
  initializeLogger,
  isAgent,
  JobContext,
  JobProcess,
  runWithJobContextAsync,
  voice,
} from '@livekit/agents';
import { Job } from '@livekit/protocol';
import { dispose, Room } from '@livekit/rtc-node';
import { FakeMicrophone } from '../../instrumentation/livekit/fakes/microphone.js';
import { FakeSpeaker } from '../../instrumentation/livekit/fakes/speaker.js';

initializeLogger({ pretty: false, level: 'silent' });

const microphone = new FakeMicrophone();
const speaker = new FakeSpeaker();

/** A job as LiveKit makes it for its console, which has no server: `connect()` does nothing. */
const job = new JobContext(
  new JobProcess(),
  {
    acceptArguments: { name: '', identity: '', metadata: '' },
    job: new Job({ id: 'job-1', room: { name: 'room-42' } }),
    url: '',
    token: '',
    workerId: '',
    fakeJob: true,
  },
  new Room(),
  () => {},
  () => {},
  { doInference: async () => undefined },
);

let started: (session: voice.AgentSession) => void;
const session = new Promise<voice.AgentSession>((resolve) => {
  started = resolve;
});
const { start } = voice.AgentSession.prototype;
voice.AgentSession.prototype.start = async function (this: voice.AgentSession, options) {
  this.input.audio = microphone;
  this.output.audio = speaker;
  await start.call(this, { agent: options.agent, record: false });
  started(this);
};

const program = await import(process.env.README_PROGRAM ?? '');
if (!isAgent(program.default)) throw new Error('the program exports no agent');
const agent = program.default;
// Between loading the agent and running a job a worker does other things.
await setTimeout(200);
await runWithJobContextAsync(job, () => agent.entry(job));

const call = await session;
await microphone.say(800);
while (call.agentState !== 'speaking') await once(call, 'agent_state_changed');
while (call.agentState === 'speaking') await once(call, 'agent_state_changed');
await call.close();
microphone.stop();

await Promise.all(job.shutdownCallbacks.map((callback) => callback()));
await dispose();
// After the end of a session LiveKit's timers keep a process alive for five seconds. What the job delivered is out.
process.exit();
