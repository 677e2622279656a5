import type { VoiceSession } from '../../src/conversation/session.js';
import type { VoiceTracer } from '../../src/conversation/tracer.js';

const SYSTEM =
  'You are the voice of a phone company. Be short, be kind, never read out an account number. '.repeat(6);
const SAYINGS = [
  "I can't log in since yesterday, it says my account is locked and I need it for work today.",
  'Sure, my number is four one five, five five five, oh one two three, and the mail is jane dot doe at example dot com.',
  'No, the other one, the card ending in four two four two, I think it was charged twice on Monday.',
  'Okay, and how long will that take, because I have been waiting for two weeks now?',
];
const REPLIES = [
  'I am sorry to hear that. Let me look at your account and reset your password right away.',
  'Thank you. I have found your account and sent you a link, it is valid for thirty minutes.',
  'I can see two charges on the fourteenth. I will refund the second one, you will see it in three to five days.',
  'It should arrive by Thursday. Is there anything else that I can do for you today?',
];

let calls = 0;

/** Every call says something of its own, so that nothing is gained by having heard it before. */
function inOwnWords(text: string, call: number): string {
  return text
    .split(' ')
    .map((word, index) =>
      (index + call) % 5 === 0 ? `${word} ${WORDS[(call * 7 + index) % WORDS.length]}` : word,
    )
    .join(' ')
    .concat(` ${call.toString(36)}`);
}

const WORDS =
  'really well then maybe please honestly still again also just right away today anyway somehow'.split(' ');

/** The turns of one call, each a function, so that a load can spread them over time. */
export function turnsOf(session: VoiceSession, count = 8): (() => void)[] {
  const call = ++calls;
  const history: { role: string; content: string }[] = [{ role: 'system', content: SYSTEM }];
  return Array.from({ length: count }, (_, index) => () => {
    const words = inOwnWords(SAYINGS[index % SAYINGS.length] ?? '', call);
    const reply = inOwnWords(REPLIES[index % REPLIES.length] ?? '', call);
    history.push({ role: 'user', content: words }, { role: 'assistant', content: reply });
    session.userTurn((turn) => {
      turn.stage('stt', { provider: 'deepgram', model: 'nova-3', mode: 'stream' }, (stage) =>
        stage.setPayload({
          audioDurationMs: 4200,
          finalTranscript: words,
          finalConfidence: 0.97,
          language: 'en',
        }),
      );
      turn.speechEnded();
      turn.setTranscript(words);
    });
    session.agentTurn((turn) => {
      turn.stage('llm', { provider: 'openai', model: 'gpt-4.1-mini' }, (stage) => {
        stage.firstOutput();
        stage.setPayload({
          promptTokens: 620,
          completionTokens: 28,
          cachedTokens: 512,
          prompt: history,
          completion: reply,
        });
      });
      turn.stage('tts', { provider: 'cartesia', model: 'sonic-2' }, (stage) => {
        stage.firstOutput();
        stage.setPayload({ textInput: reply, audioDurationMs: 3900, audioBytes: 187_200 });
      });
      turn.firstAudio();
      turn.setTranscript(reply);
      turn.lastAudio();
    });
  });
}

export function converse(tracer: VoiceTracer): void {
  const session = tracer.startSession({
    agentId: 'support',
    agentVersion: 'v42',
    transport: 'webrtc',
    userId: 'u_42',
  });
  for (const turn of turnsOf(session)) turn();
  session.end({ reason: 'user_left' });
}
