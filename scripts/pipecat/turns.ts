import type { AgentAudio, TruthConversation, TruthEvent, Utterance } from './truth.js';

/** A turn as anybody at the microphone and the loudspeaker would tell it. Indices count the turns by start, from 0. */
export interface ExpectedTurn {
  speaker: 'user' | 'agent';
  /** What the user said; what was heard of the agent. Null: nothing was heard, or nobody knows how much. */
  transcript: string | null;
  /** The agent was cut off. */
  interrupted: boolean;
  /** Agent: end of the user's speech to the first audio sent to the loudspeaker. */
  responseLatencyMs: number | null;
  /** Agent: the user turn that it answers. */
  replyTo: number | null;
  /** User: the agent turn that it cut off. */
  bargeInOn: number | null;
}

/** Markers with which a model says that the user has not finished; they are not spoken. */
const UNFINISHED = new Set(['◐', '○']);

interface UserTurn {
  readonly utterances: Utterance[];
}

/** What the agent did for one cause: the end of the user's turn, or the application's wish. */
interface Reply {
  readonly start: number;
  readonly prompted: boolean;
  readonly audio: AgentAudio[];
  readonly texts: string[];
  failed: boolean;
}

/** The turns of one conversation, worked out from its ground truth alone. */
export function expectedTurns(conversation: TruthConversation): ExpectedTurn[] {
  const users = userTurns(conversation);
  const replies = repliesOf(conversation).filter(({ audio, failed }) => audio.length > 0 || failed);
  const heard = heardTexts(conversation, replies);
  const order = [
    ...users.map((user) => ({ start: first(user).speech_start, user, reply: undefined })),
    ...replies.map((reply) => ({
      start: reply.audio[0]?.audio_start ?? reply.start,
      user: undefined,
      reply,
    })),
  ].sort((a, b) => a.start - b.start);
  const indexOf = (what: UserTurn | Reply | undefined): number | null => {
    const index = order.findIndex(
      ({ user, reply }) => what !== undefined && (user === what || reply === what),
    );
    return index === -1 ? null : index;
  };
  const answered = new Set<UserTurn>();
  return order.map(({ user, reply }) => {
    if (user !== undefined) {
      const cut = user.utterances.find(({ cut_agent_off }) => cut_agent_off === true);
      return {
        speaker: 'user',
        transcript: user.utterances.map(({ text }) => text).join(' '),
        interrupted: false,
        responseLatencyMs: null,
        replyTo: null,
        bargeInOn:
          cut === undefined ? null : indexOf(replies.findLast((one) => audibleAt(one, cut.speech_start))),
      };
    }
    const to = reply.prompted ? undefined : users.findLast((one) => last(one).speech_end <= startOf(reply));
    const replyTo = to === undefined || answered.has(to) ? undefined : to;
    if (replyTo !== undefined) answered.add(replyTo);
    const audio = reply.audio[0];
    return {
      speaker: 'agent',
      transcript: heard.get(reply) ?? null,
      interrupted: reply.audio.some(({ cut }) => cut === true),
      responseLatencyMs:
        replyTo === undefined || audio === undefined
          ? null
          : Math.round((audio.audio_start - last(replyTo).speech_end) * 10_000) / 10,
      replyTo: indexOf(replyTo),
      bargeInOn: null,
    };
  });
}

/**
 * A user turn lasts until the agent is asked for a reply or is heard. Noise and backchannels are none. A model that
 * answers with a marker only, because the user has not finished, ends no turn.
 */
function userTurns({ summary, events, final_context_messages }: TruthConversation): UserTurn[] {
  const turns: UserTurn[] = [];
  for (const utterance of summary.user_utterances) {
    if (utterance.kind !== 'speech') continue;
    const before = turns.at(-1);
    if (before === undefined || isOver(before, utterance)) turns.push({ utterances: [utterance] });
    else before.utterances.push(utterance);
  }
  return turns;

  function isOver(turn: UserTurn, next: Utterance): boolean {
    const { speech_end, text } = last(turn);
    const between = (time: number): boolean => time > speech_end && time < next.speech_start;
    if (summary.agent_audio.some(({ audio_start }) => between(audio_start))) return true;
    const said = final_context_messages.findIndex(({ role, content }) => role === 'user' && content === text);
    const answer = said === -1 ? undefined : final_context_messages[said + 1]?.content;
    if (typeof answer === 'string' && UNFINISHED.has(answer.trim())) return false;
    return events.some(({ event, t }) => event === 'llm_request_start' && between(t));
  }
}

/** A request after a tool, or a retry, goes on with the reply; one after more speech, or for the application, begins one. */
function repliesOf({ summary, events }: TruthConversation): Reply[] {
  const utterances = summary.user_utterances.filter(({ kind }) => kind === 'speech');
  const replies: Reply[] = [];
  for (const event of timeline(summary.agent_audio, events)) {
    const reply = replies.at(-1);
    if (event.event === 'idle_prompt') replies.push(newReply(event.t, true));
    else if (event.event === 'llm_request_start') {
      const spokenSince = utterances.some(
        ({ speech_end }) => speech_end > (reply?.start ?? 0) && speech_end < event.t,
      );
      const prompted = event.last_role === 'developer' || (utterances[0]?.speech_end ?? Infinity) > event.t;
      if (reply === undefined || spokenSince || event.last_role === 'developer')
        replies.push(newReply(event.t, prompted));
    } else if (reply !== undefined) note(reply, event);
  }
  return replies;
}

function note(reply: Reply, { event, audio, text, outcome }: TimelineEvent): void {
  if (audio !== undefined) reply.audio.push(audio);
  else if (event === 'tts_text_received' && text !== undefined) reply.texts.push(text);
  else if (event === 'pipeline_error' || outcome?.startsWith('error')) reply.failed = true;
}

type TimelineEvent = TruthEvent & { readonly audio?: AgentAudio };

function timeline(audio: readonly AgentAudio[], events: readonly TruthEvent[]): TimelineEvent[] {
  const sounds = audio.map((one) => ({ t: one.audio_start, event: 'heard', audio: one }));
  return [...events, ...sounds].sort((a, b) => a.t - b.t);
}

/** Whole replies: the text given to the synthesiser; cut ones: what Pipecat's context kept of them. */
function heardTexts(conversation: TruthConversation, replies: readonly Reply[]): Map<Reply, string> {
  const said = conversation.final_context_messages.flatMap(({ role, content }) =>
    role === 'assistant' && typeof content === 'string' && !UNFINISHED.has(content.trim()) ? [content] : [],
  );
  const texts = new Map<Reply, string>();
  for (const reply of replies) {
    if (reply.audio.length === 0) continue;
    const given = reply.texts.join(' ');
    const kept = said.findIndex((text) => given === '' || bare(given).startsWith(bare(text)));
    const text = kept === -1 ? undefined : said.splice(kept, 1)[0];
    if (reply.audio.every(({ cut }) => cut === false) && given !== '') texts.set(reply, given);
    else if (text !== undefined && reply.audio.every(({ cut }) => cut !== null)) texts.set(reply, text);
  }
  return texts;
}

const bare = (text: string): string => text.replace(/\s+/g, '');

function newReply(start: number, prompted: boolean): Reply {
  return { start, prompted, audio: [], texts: [], failed: false };
}

function startOf(reply: Reply): number {
  return reply.audio[0]?.audio_start ?? reply.start;
}

function audibleAt({ audio }: Reply, time: number): boolean {
  return audio.some(({ audio_start, audio_end }) => audio_start <= time && (audio_end ?? Infinity) >= time);
}

function first({ utterances }: UserTurn): Utterance {
  const [one] = utterances;
  if (one === undefined) throw new Error('a user turn without an utterance');
  return one;
}

function last({ utterances }: UserTurn): Utterance {
  const one = utterances.at(-1);
  if (one === undefined) throw new Error('a user turn without an utterance');
  return one;
}
