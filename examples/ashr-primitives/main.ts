/**
 * The generic-primitives example of the documentation of Ashr's Python SDK, in TypeScript:
 * `npm run example:ashr`. Without a key it sends to a stand-in for Ashr that runs in this process.
 */

import { Client } from 'voice-otel/ashr';
import { startAshrMock } from 'voice-otel/testing';
import { converse } from './conversation.js';
import { tone } from './tone.js';

const hasKey = Boolean(process.env.ASHR_LABS_API_KEY || process.env.ASHR_VOICE_OBS_API_KEY);
const standIn = hasKey ? undefined : await startAshrMock();

const client = new Client(standIn === undefined ? {} : { apiKey: 'vo_stand_in', baseUrl: standIn.url });

const session = client.startSession({
  agentId: 'support_v3',
  transport: 'webrtc',
  userId: 'user_42',
  externalSessionId: 'my-call-id-abc',
});
await converse(session);

const uploaded = await client.uploadAudio({
  sessionId: session.sessionId,
  audio: tone(200),
  durationMs: 200,
  codec: 'wav',
});
await client.shutdown();

console.log(`${session.sessionId}: ${uploaded ? 'with' : 'without'} its recording`);
if (standIn !== undefined) {
  const { store } = standIn;
  console.log(
    `The stand-in holds ${store.turns.size} turns, ${store.stages.size} stages, ${store.turnEvents.size} event`,
  );
  console.log(JSON.stringify(store.sessions.get(session.sessionId)?.patch, undefined, 2));
  await standIn.close();
}
