/**
 * The telephone support of Harbor Coffee as a LiveKit worker, with a tool, interruptions, observability and a
 * recording:
 * `npm run example:support-agent -- dev`, and `npm run example:call` for a caller.
 */
import {
  Agent,
  AgentSession,
  AgentSessionEventTypes,
  CloseReason,
  defineAgent,
  inference,
  type JobContext,
} from '@livekit/agents';
import { RoomEvent } from '@livekit/rtc-node';
import { agentLines } from '../livekit-agent/script.js';
import { modelsOf } from '../support/models.js';
import { lookUpOrder } from '../support/tools.js';
import { runWorker, settingsOrExit } from '../support/worker.js';
import { observe } from './observe.js';

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

export default defineAgent({
  entry: async (ctx) => {
    const settings = settingsOrExit();
    const session = new AgentSession({
      ...(await modelsOf(settings)),
      vad: new inference.VAD({ model: 'silero' }),
      turnHandling: { turnDetection: 'vad', interruption: { mode: 'vad' } },
    });
    observe(settings).attach(session, {
      agentId: 'support-agent',
      agentVersion: '1.4.0',
      transport: 'webrtc',
      ...(settings.tenantId === undefined ? {} : { tenantId: settings.tenantId }),
    });

    await ctx.connect();
    endWithTheCaller(ctx, session);
    await session.start({ agent: new SupportAgent(), room: ctx.room });
  },
});

/** LiveKit closes the session of a caller who hangs up, but not of one whose process or network has died. */
function endWithTheCaller(ctx: JobContext, session: AgentSession): void {
  session.on(AgentSessionEventTypes.Close, () => ctx.shutdown('the call is over'));
  ctx.room.on(RoomEvent.ParticipantDisconnected, () => {
    if (ctx.room.remoteParticipants.size > 0) return;
    session.shutdown({ reason: CloseReason.PARTICIPANT_DISCONNECTED, drain: false });
  });
}

runWorker(import.meta.url);
