import type { VoiceSession, VoiceTracer } from 'voice-otel';

const SYSTEM =
  'You are the voice of a phone company. Be short, be kind, never read out an account number. '.repeat(6);
/** `{name}` and `{digits}` are of one turn alone. */
const SAYINGS = [
  "I can't log in since I moved to {name}, it says my account is locked and I need it for work today.",
  'Sure, my number is four one five, five five five, {digits}, and the mail is {name} dot doe at example dot com.',
  'No, the other one, the card ending in {digits}, I think it was charged twice at {name} on Monday.',
  'Okay, and how long will {name} take for that, because I have been waiting for two weeks now?',
];
const REPLIES = [
  'I am sorry to hear that, {name}. Let me look at your account and reset your password right away.',
  'Thank you. I have found the account of {name} and sent you a link, it is valid for thirty minutes.',
  'I can see two charges of {name} on the fourteenth. I will refund the second one, you will see it in three to five days.',
  'It should arrive in {name} by Thursday. Is there anything else that I can do for you today?',
];
const FILLERS =
  'really well then maybe please honestly still again also just right away today anyway somehow'.split(' ');
const DIGITS = 'oh one two three four five six seven eight nine'.split(' ');

let turns = 0;

/** A name that no other turn has. */
function nameOf(turn: number): string {
  let name = '';
  for (let rest = turn; name.length < 5 || rest > 0; rest = Math.floor(rest / 20)) {
    name += 'bcdfghjklmnpqrstvwxz'.charAt(rest % 20) + 'aeiou'.charAt((turn + rest) % 5);
  }
  return name;
}

/** Every turn of every call says something of its own, so that nothing is gained by having heard it before. */
function inOwnWords(text: string, turn: number): string {
  const digits = [...String(turn % 10_000).padStart(4, '0')].map((digit) => DIGITS[Number(digit)]).join(' ');
  return text
    .replace('{name}', nameOf(turn))
    .replace('{digits}', digits)
    .replace(/[,.] /g, (pause, at: number) => `${pause}${FILLERS[(turn * 7 + at) % FILLERS.length]} `);
}

/** The turns of one call, each a function, so that a load can spread them over time. */
export function turnsOf(session: VoiceSession, count = 8): (() => void)[] {
  const history: { role: string; content: string }[] = [{ role: 'system', content: SYSTEM }];
  return Array.from({ length: count }, (_, index) => () => {
    turns += 1;
    const words = inOwnWords(SAYINGS[index % SAYINGS.length] ?? '', turns);
    const reply = inOwnWords(REPLIES[index % REPLIES.length] ?? '', turns);
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
