/** A LiveKit worker that greets whoever joins: `npm run example:livekit-worker -- dev`. */
import { Agent, AgentSession, AgentSessionEventTypes, defineAgent, inference } from '@livekit/agents';
import { VoiceObservability } from 'voice-otel/livekit';
import { agentLines } from '../livekit-agent/script.js';
import { modelsOf } from '../support/models.js';
import { lookUpOrder } from '../support/tools.js';
import { runWorker, settingsOrExit } from '../support/worker.js';

class Greeter extends Agent {
  override async onEnter(): Promise<void> {
    this.session.say(`${agentLines.hello.text} ${agentLines.help.text}`);
  }
}

export default defineAgent({
  entry: async (ctx) => {
    const settings = settingsOrExit();
    const session = new AgentSession({
      ...(await modelsOf(settings)), // yours: stt, llm, tts
      vad: new inference.VAD({ model: 'silero' }),
      turnHandling: { turnDetection: 'vad', interruption: { mode: 'vad' } },
    });
    const observability = new VoiceObservability({ ...settings.ashr });
    observability.attach(session, {
      agentId: 'greeter',
      agentVersion: '1.0.0',
      transport: 'webrtc',
      ...(settings.tenantId === undefined ? {} : { tenantId: settings.tenantId }),
    });

    session.on(AgentSessionEventTypes.Close, () => ctx.shutdown('the call is over'));
    await ctx.connect();
    const agent = new Greeter({ instructions: 'Be brief.', tools: [lookUpOrder] });
    await session.start({ agent, room: ctx.room });
  },
});

runWorker(import.meta.url);
