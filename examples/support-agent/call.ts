/**
 * A caller for the support agent: `npm run example:call`. Joins a room, speaks recordings, interrupts once and hangs up;
 * what it heard of the agent is written to `traces/call.wav`.
 */
import './quiet.js';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { dispose } from '@livekit/rtc-node';
import { callerLines } from '../livekit-agent/script.js';
import { loadRecording } from '../livekit-agent/stand-ins/recordings.js';
import { Phone } from './phone.js';

/** How much of the long answer the caller hears before cutting in. */
const PATIENCE_MS = 2700;

const { values } = parseArgs({
  options: {
    room: { type: 'string', default: `call-${Date.now()}` },
    heard: { type: 'string', default: 'traces/call.wav' },
    truth: { type: 'string' },
  },
});
const {
  LIVEKIT_URL = 'ws://127.0.0.1:7880',
  LIVEKIT_API_KEY = 'devkey',
  LIVEKIT_API_SECRET = 'secret',
} = process.env;

const phone = new Phone();
const say = async (line: keyof typeof callerLines): Promise<void> => {
  console.log(`caller: ${callerLines[line].text}`);
  await phone.say(loadRecording(callerLines[line]));
};
const answer = async (line: keyof typeof callerLines): Promise<void> => {
  await phone.otherFinishes();
  await say(line);
};

await phone.call({ url: LIVEKIT_URL, apiKey: LIVEKIT_API_KEY, apiSecret: LIVEKIT_API_SECRET }, values.room);
console.log(`in room ${values.room}`);
await answer('question');
await answer('order');

await phone.otherBegins();
await delay(PATIENCE_MS);
await say('bargeIn');

await answer('goodbye');
await phone.otherFinishes();
await phone.hangUp();

write(values.heard, phone.wav());
if (values.truth !== undefined) {
  write(values.truth, JSON.stringify({ spoken: phone.spoken, heard: phone.heard }));
}
console.log(`hung up; what was heard is in ${values.heard}`);
await dispose();

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(resolve(path)), { recursive: true });
  writeFileSync(path, content);
}
