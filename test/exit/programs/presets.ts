/** Presets in the middle of a call when the program ends: `presets.mjs <preset> <way>`. */
import { EventEmitter } from 'node:events';
import { Client } from '../../../src/presets/ashr.js';
import { VoiceObservability } from '../../../src/presets/livekit.js';

const [preset, way] = process.argv.slice(2);
const { BACK_END = '' } = process.env;

if (preset === 'Client') {
  const client = new Client({ apiKey: 'vo_test', baseUrl: BACK_END, flushIntervalMs: 600_000 });
  const session = client.startSession({ agentId: 'a', sessionId: 's_0000000000000001' });
  session.startUserTurn().setTranscript('Hello');
} else {
  const options = preset === 'VoiceObservability with a key' ? { apiKey: 'vo_test', baseUrl: BACK_END } : {};
  const observability = new VoiceObservability(options);
  const { session } = observability.attach(new EventEmitter(), { agentId: 'a' });
  session.startUserTurn().setTranscript('Hello');
}

if (way === 'exit') process.exit(7);
if (way === 'exception') throw new Error('a bug of the program');
setInterval(() => {}, 1000);
console.log('ready');
