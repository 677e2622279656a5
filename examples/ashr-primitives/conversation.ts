import type { VoiceSession } from 'voice-otel';

/** Lets the stand-ins for providers take a moment, as real ones do. */
const moment = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * The generic-primitives example of the documentation of Ashr's Python SDK, line by line: a user turn with speech to
 * text, an agent turn with a model and a synthesiser, and a barge-in inside it.
 */
export async function converse(session: VoiceSession): Promise<void> {
  await session.userTurn(async (turn) => {
    await turn.stage('stt', { provider: 'deepgram', model: 'nova-3' }, async (stage) => {
      await moment(25);
      stage.setPayload({
        audioDurationMs: 2400,
        requestDurationMs: 180,
        finalTranscript: "I can't log in",
        finalConfidence: 0.97,
        language: 'en',
        costUsd: 0.0012,
      });
    });
    turn.setTranscript("I can't log in");
  });

  await session.agentTurn(async (turn) => {
    await turn.stage('llm', { provider: 'openai', model: 'gpt-4.1-mini' }, async (stage) => {
      await moment(35);
      stage.setPayload({
        promptTokens: 420,
        completionTokens: 80,
        ttftMs: 320,
        tokensPerSecond: 72.5,
        prompt: [{ role: 'user', content: "I can't log in" }],
        completion: 'Let me help reset your password.',
        costUsd: 0.0021,
      });
    });
    await turn.stage('tts', { provider: 'cartesia', model: 'sonic-2' }, async (stage) => {
      await moment(25);
      stage.setPayload({
        textInput: 'Let me help reset your password.',
        audioBytes: 18_000,
        audioDurationMs: 1900,
        ttfbMs: 140,
        voiceId: 'cartesia-en-female-1',
        costUsd: 0.0008,
      });
    });
    turn.setTranscript('Let me help reset your password.');

    session.userTurn((bargeIn) => {
      bargeIn.markInterrupted({ byTurnId: turn.turnId, interruptLatencyMs: 180 });
      bargeIn.event('barge_in', { agent_turn_id: turn.turnId, interrupt_latency_ms: 180 });
      bargeIn.setTranscript('No wait');
    });
  });

  session.setTransportQuality({ mosScore: 4.2, packetLossPct: 0.3, jitterMs: 18 });
  session.end({ reason: 'user_left' });
}
