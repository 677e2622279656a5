import type { AgentTurn, Message, UserTurn, VoiceSession, VoiceTracer } from 'voice-otel';
import type { Phone } from './phone.js';
import type { Providers } from './providers.js';

/** Answers one call, until the caller hangs up. */
export async function answerCall(voice: VoiceTracer, phone: Phone, providers: Providers): Promise<void> {
  const session = voice.startSession({
    agentId: 'order-line',
    agentVersion: '2.0.1',
    transport: 'websocket',
    externalSessionId: phone.callId,
  });
  try {
    await converse(session, phone, providers);
    session.end({ reason: 'user_left' });
  } catch (error) {
    session.end({ reason: 'error' });
    throw error;
  }
}

/** The loop: listen, think, speak. */
async function converse(session: VoiceSession, phone: Phone, providers: Providers): Promise<void> {
  const messages: Message[] = [
    { role: 'system', content: 'You answer the phone of Harbor Coffee. Be brief.' },
  ];

  await session.agentTurn((turn) => speak(turn, 'Harbor Coffee, how can I help?', phone, providers));
  while (await phone.callerSpeaks()) {
    const said = await session.userTurn((turn) => listen(turn, phone, providers));
    messages.push({ role: 'user', content: said });

    await session.agentTurn(async (turn) => {
      const reply = await think(turn, messages, providers);
      messages.push({ role: 'assistant', content: reply });
      await speak(turn, reply, phone, providers);
    });
  }
}

function listen(turn: UserTurn, phone: Phone, providers: Providers): Promise<string> {
  return turn.stage('stt', { provider: 'deepgram', model: 'nova-3' }, async (stage) => {
    // The phone tells once there has been silence for a while: that the caller stopped, and when they truly did.
    const audio = phone.listen((stoppedAt) => turn.speechEnded(stoppedAt));
    const { transcript, confidence, audioDurationMs } = await providers.transcribe(audio);
    stage.setPayload({ finalTranscript: transcript, finalConfidence: confidence, audioDurationMs });
    turn.setTranscript(transcript);
    return transcript;
  });
}

/** Asks the model, and runs the tools that it asks for, until it answers in words. */
async function think(turn: AgentTurn, messages: readonly Message[], providers: Providers): Promise<string> {
  const prompt = [...messages];
  for (;;) {
    const answer = await turn.stage('llm', { provider: 'openai', model: 'gpt-4.1-mini' }, async (stage) => {
      const completion = await providers.complete(prompt, () => stage.firstOutput());
      const { text, toolCalls, usage } = completion;
      stage.setPayload({ prompt, completion: text, toolCalls, ...usage });
      return completion;
    });
    if (answer.toolCalls.length === 0) return answer.text;

    for (const call of answer.toolCalls) {
      const orders = await turn.stage('tool', {}, async (stage) => {
        stage.setPayload({ name: call.name, callId: call.id, arguments: call.arguments });
        const result = await providers.findOrders(call.arguments.email);
        stage.setPayload({ result });
        return result;
      });
      prompt.push({ role: 'tool', content: JSON.stringify(orders) });
    }
  }
}

async function speak(turn: AgentTurn, text: string, phone: Phone, providers: Providers): Promise<void> {
  turn.setTranscript(text);
  await turn.stage('tts', { provider: 'cartesia', model: 'sonic-2' }, async (stage) => {
    stage.setPayload({ textInput: text, voiceId: 'helen' });
    for await (const audio of providers.synthesize(text)) {
      stage.firstOutput(); // the first call counts
      phone.play(audio, () => turn.firstAudio());
    }
  });
  await phone.playedOut();
  turn.lastAudio();
}
