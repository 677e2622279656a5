import { once } from 'node:events';
import { AudioOutput, type PlaybackFinishedEvent } from '@livekit/agents';
import { callerLines } from '../script.js';
import { sleep } from './clock.js';
import type { Microphone } from './microphone.js';
import { loadRecording } from './recordings.js';
import type { Speaker } from './speaker.js';

/** Between the agent's last sound and the caller's first. */
const REACTION_MS = 300;
/** How much of the long answer the caller hears before cutting in. */
const PATIENCE_MS = 2700;

/** The caller: listens to the speaker and talks into the microphone, and knows nothing of the agent behind. */
export async function callAndTalk(microphone: Microphone, speaker: Speaker): Promise<void> {
  const answer = async (line: keyof typeof callerLines): Promise<void> => {
    await agentFinished(speaker);
    await sleep(REACTION_MS);
    await microphone.say(loadRecording(callerLines[line]));
  };

  await answer('question');
  await answer('order');

  await once(speaker, AudioOutput.EVENT_PLAYBACK_STARTED);
  await sleep(PATIENCE_MS);
  await microphone.say(loadRecording(callerLines.bargeIn));

  await answer('goodbye');
  await agentFinished(speaker);
  await sleep(REACTION_MS);
}

/** Resolves when the agent has said all that it had to say; not when it was cut off. */
async function agentFinished(speaker: Speaker): Promise<void> {
  for (;;) {
    const [event]: PlaybackFinishedEvent[] = await once(speaker, AudioOutput.EVENT_PLAYBACK_FINISHED);
    if (event !== undefined && !event.interrupted) return;
  }
}
