import { setTimeout as delay } from 'node:timers/promises';
import { Agent, AgentSession, inference, tool } from '@livekit/agents';
import type { CallRecorder } from 'voice-otel/audio';
import { VoiceObservability } from 'voice-otel/livekit';
import { agentLines } from './script.js';
import type { Microphone } from './stand-ins/microphone.js';
import { standIns } from './stand-ins/providers.js';
import type { Speaker } from './stand-ins/speaker.js';

const lookUpOrder = tool({
  name: 'look_up_order',
  description: 'Finds out where an order is.',
  parameters: {
    type: 'object',
    properties: { orderNumber: { type: 'string' } },
    required: ['orderNumber'],
  },
  execute: async ({ orderNumber }: { orderNumber: string }) => {
    await delay(180); // where the order database would be asked
    return { orderNumber, status: 'with the carrier', arrives: 'tomorrow, 9:00 to 12:00' };
  },
});

class SupportAgent extends Agent {
  constructor() {
    super({
      instructions: 'You answer the phone of Harbor Coffee. Be brief and friendly.',
      tools: [lookUpOrder],
    });
  }

  override async onEnter(): Promise<void> {
    this.session.say(`${agentLines.hello.text} ${agentLines.help.text}`);
  }
}

/** Picks up the phone: an `AgentSession` as in any LiveKit agent, and the two lines that have it observed. */
export async function pickUp(microphone: Microphone, speaker: Speaker, recorder?: CallRecorder) {
  const session = new AgentSession({
    ...standIns(), // yours: stt: new deepgram.STT(…), llm: new openai.LLM(…), tts: new cartesia.TTS(…)
    vad: new inference.VAD({ model: 'silero' }),
    turnHandling: { turnDetection: 'vad', interruption: { mode: 'vad' } },
  });

  const voice = new VoiceObservability(recorder && { recorder });
  voice.attach(session, { agentId: 'support-agent', agentVersion: '1.4.0', transport: 'webrtc' });

  session.input.audio = microphone; // yours: session.start({ agent, room: ctx.room })
  session.output.audio = speaker;
  await session.start({ agent: new SupportAgent() });

  return { session, voice };
}
