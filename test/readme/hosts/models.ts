/** What a reader's `models.js` gives to `AgentSession`: stand-ins that answer in time and need no network. */
import type { voice } from '@livekit/agents';
import { FakeVad } from '../../instrumentation/livekit/fakes/detector.js';
import { FakeLlm } from '../../instrumentation/livekit/fakes/model.js';
import { FakeStt } from '../../instrumentation/livekit/fakes/recogniser.js';
import { FakeTts } from '../../instrumentation/livekit/fakes/synthesiser.js';

export function models(): voice.AgentSessionOptions {
  return {
    stt: new FakeStt({ script: ['My mail is ana@example.com.'] }),
    llm: new FakeLlm(() => ({ text: 'Thank you, I have noted it.' })),
    tts: new FakeTts(),
    vad: new FakeVad(),
    userAwayTimeout: null,
    turnHandling: { turnDetection: 'vad', interruption: { mode: 'vad' }, endpointing: { minDelay: 300 } },
  };
}
