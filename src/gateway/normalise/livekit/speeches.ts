import { derivedSpanId } from '../ids.js';
import { type InputSpan, isTrue, numberOf, textOf } from '../input-span.js';
import { contentOf, type SpanTree } from './spans.js';

/** What the agent says at one go: one speech handle of LiveKit's, however many `agent_turn` spans it has. */
export interface LiveKitSpeech {
  readonly id: string;
  /** `agent_turn` spans; of `say` in JS, which has none, the synthesis and the playback under the session. */
  readonly roots: readonly InputSpan[];
  readonly hasTurn: boolean;
  /** What the user had said; absent where the application asked for it, or content is off. */
  readonly userInput: string | undefined;
  readonly startTime: number;
  readonly endTime: number;
  readonly speaking: readonly InputSpan[];
  readonly interrupted: boolean;
  /** LiveKit says whether it was interrupted of every speech but those that it threw away before anybody heard them. */
  readonly thrownAway: boolean;
  readonly text: string | undefined;
  readonly responseLatencyMs: number | undefined;
  readonly agentName: string | undefined;
}

/** The speeches that have come, by start. */
export function speechesOf(tree: SpanTree, sessionId: string | undefined): LiveKitSpeech[] {
  const byId = new Map<string, InputSpan[]>();
  for (const turn of tree.named('agent_turn')) {
    const id = textOf(turn, 'lk.speech_id') ?? turn.spanId;
    byId.set(id, [...(byId.get(id) ?? []), turn]);
  }
  const turns = [...byId].map(([id, roots]) => speechOf(id, roots, tree, true));
  return [...turns, ...sayings(tree, sessionId)].sort((a, b) => a.startTime - b.startTime);
}

/** `say` in JS: a synthesis and a playback directly under the session. */
function sayings(tree: SpanTree, sessionId: string | undefined): LiveKitSpeech[] {
  if (sessionId === undefined) return [];
  const direct = tree
    .named('tts_node', 'agent_speaking')
    .filter(({ parentSpanId }) => parentSpanId === sessionId);
  const groups: InputSpan[][] = [];
  for (const span of direct) {
    const last = groups.at(-1);
    if (last === undefined || span.name === 'tts_node') groups.push([span]);
    else last.push(span);
  }
  return groups.flatMap((roots) => {
    const [first] = roots;
    return first === undefined
      ? []
      : [speechOf(derivedSpanId(first.traceId, first.spanId, 'speech'), roots, tree, false)];
  });
}

function speechOf(id: string, roots: readonly InputSpan[], tree: SpanTree, hasTurn: boolean): LiveKitSpeech {
  const texts = roots.flatMap((root) => contentOf(root, 'response.text') ?? []);
  const e2e = roots.map((root) => numberOf(root, 'lk.e2e_latency')).find((latency) => latency !== undefined);
  const first = roots[0];
  return {
    id,
    roots,
    hasTurn,
    userInput: roots.map((root) => contentOf(root, 'user_input')).find((input) => input !== undefined),
    startTime: Math.min(...roots.map(({ startTime }) => startTime)),
    endTime: Math.max(...roots.map(({ endTime }) => endTime)),
    speaking: hasTurn
      ? tree.under(roots, 'agent_speaking')
      : roots.filter(({ name }) => name === 'agent_speaking'),
    interrupted: roots.some((root) => isTrue(root, 'lk.interrupted')),
    thrownAway: hasTurn && roots.every(({ attributes }) => attributes['lk.interrupted'] === undefined),
    text: texts.length === 0 ? undefined : texts.join(' '),
    responseLatencyMs: e2e === undefined ? undefined : e2e * 1000,
    agentName: first === undefined ? undefined : textOf(first, 'gen_ai.agent.name'),
  };
}
