import { SETTLE_MS } from '../../../signals/settling.js';
import type { VoiceSignal } from '../../../signals/signal.js';
import { ConversationTracker } from '../../../signals/tracker.js';
import { AttributeReader } from '../attribute-reader.js';
import type { ForeignConversation, Telling } from '../conversation.js';
import { derivedSpanId } from '../ids.js';
import { type InputSpan, sizeOf } from '../input-span.js';
import type { Outbox } from '../outbox.js';
import { InnerCalls } from '../pipecat/inner-calls.js';
import { RecordWriter, type SessionRecord } from '../record-writer.js';
import { identityOf, type SessionDefaults } from '../session-defaults.js';
import type { SpanStage } from '../span-stage.js';
import type { TurnFacts, TurnOrigin } from '../turn-facts.js';
import { isUsageKey } from '../usage-keys.js';
import { contentOf, SpanTree } from './spans.js';
import { type LiveKitSpeech, speechesOf } from './speeches.js';
import { llmStage, toolStage, ttsStage } from './stages.js';

/** Spans remembered by their ids, so that a retry of an exporter adds nothing. */
const MAX_SEEN = 20_000;
/** As many of them when the conversation is over: a retry repeats the last bodies. */
const MAX_SEEN_AFTER = 1000;
/** Failed attempts remembered until their request is told. */
const MAX_FAILURES = 100;
/** A reply that was begun this long after the user's turn ended is not taken for its answer, where nothing says so. */
const ANSWER_MS = 2000;

/** A signal, and what the writer has to know before. */
interface Told {
  readonly signal: VoiceSignal;
  readonly facts: TurnFacts | undefined;
}

/** A conversation in LiveKit's own spans (JS and Python): one trace, or a part of one. */
export class LiveKitConversation implements ForeignConversation {
  readonly conversationId: undefined;
  readonly #outbox: Outbox;
  readonly #first: InputSpan;
  readonly #defaults: SessionDefaults;
  readonly #graceMs: number;
  readonly #tracker: ConversationTracker;
  readonly #writer: RecordWriter;
  readonly #inner: InnerCalls;
  readonly #tree = new SpanTree();
  readonly #seen = new Set<string>();
  /** `error.type` by the request whose attempt failed. */
  readonly #failures = new Map<string, string>();
  readonly #cameAt = new Map<string, number>();
  #root: InputSpan | undefined;
  /** Attributes of the session's span that the vocabulary has no word for. */
  #rootKept: SessionRecord['kept'] = [];
  #rootId: string | undefined;
  #rootCameAt: number | undefined;
  #earliest: number;
  #latest = 0;
  #bytes = 0;
  #agentName: string | undefined;
  #session: Pick<SessionRecord, 'spanId' | 'everySpan'> | undefined;
  #ended = false;

  constructor(outbox: Outbox, first: InputSpan, defaults: SessionDefaults, graceMs: number) {
    this.#outbox = outbox;
    this.#first = first;
    this.#defaults = defaults;
    this.#graceMs = graceMs;
    this.#earliest = first.startTime;
    this.#writer = new RecordWriter(outbox, () => this.#sessionRecord());
    this.#tracker = new ConversationTracker(this.#writer);
    this.#inner = new InnerCalls((raw, { envelope }) => outbox.add(raw, envelope));
  }

  get ended(): boolean {
    return this.#ended;
  }

  get heldBytes(): number {
    return this.#bytes;
  }

  get nextDeadline(): number | undefined {
    if (this.#ended) return undefined;
    if (this.#rootCameAt !== undefined) return this.#rootCameAt + this.#graceMs;
    const ready = this.#lastCertain(Number.POSITIVE_INFINITY);
    if (ready === undefined) return undefined;
    return Math.max(...ready.roots.map(({ spanId }) => this.#cameAt.get(spanId) ?? 0)) + this.#graceMs;
  }

  add(span: InputSpan, now: number): void {
    if (this.#isRepeated(span)) return;
    if (this.#ended) return this.#outbox.add(span.raw, span.envelope);
    this.#earliest = Math.min(this.#earliest, span.startTime);
    if (span.name === 'agent_session') {
      this.#root = span;
      const read = new AttributeReader(span);
      read.drop('gen_ai.operation.name');
      this.#rootKept = read.kept;
      this.#rootId = span.spanId;
      this.#rootCameAt = now;
      return;
    }
    if (span.name === 'user_turn' || span.name === 'agent_turn') this.#rootId ??= span.parentSpanId;
    if (span.name === 'llm_request') this.#inner.model(span, Object.keys(span.attributes).some(isUsageKey));
    this.#tree.add(span);
    this.#cameAt.set(span.spanId, now);
    this.#bytes += sizeOf(span);
  }

  addOther(span: InputSpan): void {
    if (this.#isRepeated(span)) return;
    if (span.failed && span.parentSpanId !== undefined) {
      const type = span.attributes['error.type'];
      this.#failures.set(span.parentSpanId, typeof type === 'string' ? type : '_OTHER');
      if (this.#failures.size > MAX_FAILURES) this.#failures.delete(this.#failures.keys().next().value ?? '');
    }
    this.#inner.other(span);
  }

  tell(telling: Telling, now: number): void {
    if (this.#ended) return;
    const over = this.#rootCameAt !== undefined && now >= this.#rootCameAt + this.#graceMs;
    if (telling !== 'due' || over) this.#tell(undefined);
    else {
      const certain = this.#lastCertain(now - this.#graceMs);
      if (certain !== undefined) this.#tell(certain);
    }
    if (telling !== 'end' && !over) return;
    this.#ended = true;
    for (const id of [...this.#seen].slice(0, -MAX_SEEN_AFTER)) this.#seen.delete(id);
    this.#inner.release();
    this.#tracker.signal({ type: 'session_ended', time: Math.max(this.#root?.endTime ?? 0, this.#latest) });
  }

  /**
   * The latest speech up to which everything is certain: it was heard to its end, and what comes after it has come, so
   * that it does not go on after a tool. Whoever cut an earlier one off has come before it.
   */
  #lastCertain(by: number): LiveKitSpeech | undefined {
    const speeches = speechesOf(this.#tree, this.#rootId);
    const ends = [...this.#tree.named('user_turn'), ...speeches];
    return speeches.findLast(({ roots, speaking, interrupted, endTime }) => {
      const came = Math.max(...roots.map(({ spanId }) => this.#cameAt.get(spanId) ?? 0));
      return (
        speaking.length > 0 && !interrupted && came <= by && ends.some((other) => other.endTime > endTime)
      );
    });
  }

  /** @param until the last speech to be told; absent: all that has come */
  #tell(until: LiveKitSpeech | undefined): void {
    const limit = until?.endTime ?? Number.POSITIVE_INFINITY;
    const speeches = speechesOf(this.#tree, this.#rootId).filter(({ endTime }) => endTime <= limit);
    const users = this.#tree.named('user_turn').filter(({ endTime }) => endTime <= limit);
    const told = [
      ...users.flatMap((turn) => this.#userSignals(turn, speeches)),
      ...speeches.flatMap((speech) => this.#speechSignals(speech)),
    ].sort((a, b) => a.signal.time - b.signal.time);
    for (const { signal, facts } of told) {
      if (facts !== undefined) this.#writer.enter(facts);
      this.#latest = Math.max(this.#latest, signal.time);
      this.#tracker.signal(signal);
    }
    this.#handOn(limit);
    this.#tracker.advance(this.#latest + SETTLE_MS);
  }

  #userSignals(turn: InputSpan, speeches: readonly LiveKitSpeech[]): Told[] {
    const speaking = this.#tree.under([turn], 'user_speaking');
    const transcript = contentOf(turn, 'user_transcript');
    this.#forget(turn);
    if (transcript === undefined && speaking.length === 0) {
      this.#outbox.add(turn.raw, turn.envelope);
      return [];
    }
    const facts = this.#facts(originOf(turn, ['user_transcript']), speaking.length > 0, undefined);
    const stop = speaking.at(-1)?.endTime;
    const reply = answerTo(turn, transcript, speeches);
    const signals: VoiceSignal[] = speaking.flatMap((one): VoiceSignal[] => [
      { type: 'user_speech_started', time: one.startTime },
      { type: 'user_speech_stopped', time: Math.max(one.endTime, turn.endTime), stop: one.endTime },
    ]);
    const spoken = signals.sort((a, b) => a.time - b.time);
    return [
      ...spoken,
      {
        type: 'user_turn_committed' as const,
        time: turn.endTime,
        ...(transcript === undefined ? {} : { transcript }),
        ...(speaking.length > 0 ? {} : { onset: turn.startTime }),
        ...(stop === undefined ? {} : { stop }),
        ...(reply === undefined ? {} : { speechId: reply.id }),
      },
    ].map((signal) => ({ signal, facts }));
  }

  #speechSignals(speech: LiveKitSpeech): Told[] {
    const { id, roots, speaking, interrupted, startTime, endTime } = speech;
    const generated = this.#generated(roots);
    const stages = this.#stages(roots);
    const failed = stages.some(({ kind, error }) => kind === 'llm' && error !== undefined);
    const silent = speaking.length === 0;
    const discarded = silent && !failed && (speech.thrownAway || interrupted);
    const own = discarded || !speech.hasTurn ? undefined : roots[0];
    for (const root of roots) {
      this.#forget(root);
      if (root !== own && root.name !== 'tts_node') this.#outbox.add(root.raw, root.envelope);
    }
    const origin =
      own === undefined
        ? { traceId: this.#first.traceId, spanId: id, span: undefined, kept: [], turns: 0 }
        : originOf(own, ['response.text', 'user_input', 'instructions']);
    const facts = this.#facts(
      own === undefined && speech.hasTurn
        ? { ...origin, spanId: derivedSpanId(origin.traceId, id, 'turn') }
        : origin,
      true,
      speech.responseLatencyMs,
    );
    const { text } = speech;
    const prompted = speech.userInput === undefined && speech.responseLatencyMs === undefined;
    const signals: VoiceSignal[] = [
      ...this.#handOff(speech),
      { type: 'speech_created', time: startTime, speechId: id, origin: prompted ? 'prompted' : 'reply' },
      ...stages.map(
        (stage): VoiceSignal => ({ type: 'stage_finished', time: stage.endTime, stage, speechId: id }),
      ),
      ...speaking.flatMap((one): VoiceSignal[] => [
        { type: 'agent_audio_started', time: one.startTime, speechId: id },
        { type: 'agent_audio_stopped', time: one.endTime, speechId: id },
      ]),
      ...(text === undefined || silent
        ? []
        : [
            {
              type: 'agent_transcript' as const,
              time: Math.max(startTime, speaking.at(-1)?.endTime ?? endTime),
              speechId: id,
              text,
              ...(interrupted && generated !== undefined ? { generated } : {}),
            },
          ]),
      { type: 'speech_done', time: endTime, speechId: id, interrupted: interrupted || discarded },
    ];
    return signals.map((signal) => ({ signal, facts }));
  }

  /** Another agent speaks than before. */
  #handOff({ agentName, startTime }: LiveKitSpeech): VoiceSignal[] {
    const from = this.#agentName;
    if (agentName === undefined || agentName === from) return [];
    this.#agentName = agentName;
    return from === undefined ? [] : [{ type: 'agent_handoff', time: startTime, from, to: agentName }];
  }

  /** What the model gave, where less was heard. */
  #generated(roots: readonly InputSpan[]): string | undefined {
    const nodes = this.#tree.under(roots, 'llm_node');
    const texts = nodes.flatMap((node) => contentOf(node, 'response.text') ?? []);
    return texts.length === 0 ? undefined : texts.join(' ');
  }

  #stages(roots: readonly InputSpan[]): SpanStage[] {
    const tree = this.#tree;
    const stages: SpanStage[] = [];
    const llmNodes = tree.under(roots, 'llm_node');
    const models = [
      ...tree.under(roots, 'llm_request', 'realtime_inference'),
      ...llmNodes.filter((node) => tree.under([node], 'llm_request').length === 0),
    ];
    for (const span of models) {
      stages.push(llmStage(span, this.#failures.get(span.spanId)));
      this.#forget(span);
    }
    const nodes = [...roots.filter(({ name }) => name === 'tts_node'), ...tree.under(roots, 'tts_node')];
    for (const node of nodes) {
      stages.push(ttsStage(node, tree.under([node], 'tts_request')));
      this.#forget(node);
    }
    for (const tool of tree.under(roots, 'function_tool')) {
      stages.push(toolStage(tool));
      this.#forget(tool);
    }
    return stages.sort((a, b) => a.startTime - b.startTime);
  }

  #facts(origin: TurnOrigin, onsetKnown: boolean, responseLatencyMs: number | undefined): TurnFacts {
    return {
      origin,
      onsetKnown,
      announcedEndKnown: true,
      firstAudioKnown: true,
      lastAudioKnown: true,
      responseLatencyMs,
      latencySource: 'measured',
    };
  }

  /** What the vocabulary has no word for, and what belongs to nothing that was told, is handed on as it came. */
  #handOn(limit: number): void {
    const rest = this.#tree.named(
      'llm_node',
      'tts_request',
      'agent_speaking',
      'user_speaking',
      'tts_node',
      'llm_request',
    );
    for (const span of [...rest, ...this.#tree.named('function_tool', 'realtime_inference')]) {
      if (span.endTime > limit) continue;
      this.#forget(span);
      this.#outbox.add(span.raw, span.envelope);
    }
  }

  #forget(span: InputSpan): void {
    this.#tree.delete(span);
    this.#cameAt.delete(span.spanId);
    this.#bytes -= sizeOf(span);
  }

  #isRepeated({ spanId }: InputSpan): boolean {
    if (this.#seen.has(spanId)) return true;
    this.#seen.add(spanId);
    if (this.#seen.size > MAX_SEEN) this.#seen.delete(this.#seen.values().next().value ?? '');
    return false;
  }

  #sessionRecord(): SessionRecord {
    const first = this.#first;
    const { traceId } = first;
    this.#session ??= {
      spanId: this.#rootId ?? derivedSpanId(traceId, 'session'),
      everySpan: identityOf(first, traceId, this.#defaults).everySpan,
    };
    const root = this.#root;
    return {
      ...this.#session,
      envelope: (root ?? first).envelope,
      traceId,
      written: true,
      startTime: this.#earliest,
      span: root,
      kept: this.#rootKept,
    };
  }
}

/** The reply that a user's turn set off: the last that names its words, else the last that was begun by then. */
function answerTo(
  turn: InputSpan,
  transcript: string | undefined,
  speeches: readonly LiveKitSpeech[],
): LiveKitSpeech | undefined {
  const after = speeches.filter(({ endTime, hasTurn }) => hasTurn && endTime > turn.startTime);
  const named = after.filter(({ userInput }) => userInput !== undefined && userInput === transcript);
  if (named.length > 0) return named.find(({ speaking }) => speaking.length > 0) ?? named.at(-1);
  return after.findLast(
    ({ userInput, startTime }) =>
      userInput === undefined && startTime >= turn.startTime && startTime <= turn.endTime + ANSWER_MS,
  );
}

/** A turn's span as the origin of the turn; content that stands on the turn in our words is not kept. */
function originOf(span: InputSpan, content: readonly string[]): TurnOrigin {
  const read = new AttributeReader(span);
  for (const key of content) read.drop(`lk.pii.${key}`, `lk.${key}`);
  read.drop('gen_ai.operation.name', 'gen_ai.request.model', 'gen_ai.provider.name', 'gen_ai.agent.name');
  read.dropAll('gen_ai.usage.');
  return { traceId: span.traceId, spanId: span.spanId, span, kept: read.kept, turns: 0 };
}
