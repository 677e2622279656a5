import type { Message } from '../../conversation/payloads.js';
import { asText, read } from '../../conversation/read.js';
import type { VoiceSignal } from '../../signals/signal.js';
import type { ModelHints } from '../livekit/models.js';
import { base64Bytes } from './audio-format.js';
import { ModelResponse } from './model-response.js';
import { Playout } from './playout.js';
import type { SessionFacts } from './session-facts.js';
import { type FinishedTool, ToolRuns } from './tool-runs.js';

/** Responses remembered; beyond, the oldest go. */
const MAX_RESPONSES = 64;
/** A response that was cancelled while it was heard was cut off; how much was heard is said within this time. */
const CUT_GRACE_MS = 500;

/** What the agent says for one cause: a response, and those that go on after its tools. */
class Reply {
  readonly speechId: string;
  readonly responses: ModelResponse[] = [];
  readonly openTools = new Set<string>();
  /** Output of tools that the model has not gone on from. */
  results: Message[] = [];
  heard = false;
  lastAudio: number | undefined;
  /** It was cancelled while it was heard, at this time. */
  cancelledAt: number | undefined;
  finished = false;

  constructor(speechId: string) {
    this.speechId = speechId;
  }

  get text(): string {
    return this.responses
      .map(({ text }) => text)
      .filter((text) => text !== '')
      .join(' ');
  }

  get generating(): boolean {
    return this.responses.some(({ doneAt }) => doneAt === undefined);
  }

  /** The model is to go on when its tools are done. */
  get awaitsModel(): boolean {
    return this.openTools.size > 0 || this.results.length > 0;
  }
}

export interface RepliesOptions {
  readonly emit: (signal: VoiceSignal) => void;
  readonly facts: SessionFacts;
  readonly hints: ModelHints;
  /** What the user last said, as far as it is known. */
  readonly question: () => string;
}

/** The agent's side of a realtime session: responses, what is heard of them, and tools. */
export class Replies {
  readonly #options: RepliesOptions;
  readonly #playout: Playout;
  readonly #tools = new ToolRuns();
  readonly #replies = new Map<string, { readonly reply: Reply; readonly response: ModelResponse }>();
  readonly #outOfBand = new Map<string, ModelResponse>();
  #current: Reply | undefined;
  /** The id of the speech that answers the user's turn which waits for one. */
  #awaited: string | undefined;
  #count = 0;

  constructor(options: RepliesOptions) {
    this.#options = options;
    this.#playout = new Playout({
      audioStarted: (speechId, time) => this.#audioStarted(speechId, time),
      audioStopped: (speechId, time) => this.#audioStopped(speechId, time),
    });
  }

  get nextDeadline(): number | undefined {
    const cancelledAt = this.#current?.finished === false ? this.#current.cancelledAt : undefined;
    const deadlines = [
      this.#playout.nextDeadline,
      cancelledAt === undefined ? undefined : cancelledAt + CUT_GRACE_MS,
    ].filter((deadline) => deadline !== undefined);
    return deadlines.length === 0 ? undefined : Math.min(...deadlines);
  }

  advance(time: number): void {
    this.#playout.advance(time);
    const reply = this.#current;
    if (reply?.cancelledAt !== undefined && !reply.finished && time >= reply.cancelledAt + CUT_GRACE_MS)
      this.#finish(reply, true, reply.cancelledAt);
    else if (reply !== undefined) this.#settle(reply, time);
  }

  /**
   * A turn of the user's was committed: what still waits for its tools answers something that is past.
   *
   * @returns the id of the speech that will answer it
   */
  userCommitted(time: number): string {
    if (this.#awaited !== undefined)
      this.#options.emit({ type: 'speech_done', time, speechId: this.#awaited, interrupted: true });
    const awaited = this.#newId();
    this.#awaited = awaited;
    const reply = this.#current;
    if (reply !== undefined && !reply.finished && !reply.generating && !this.#playout.holds(reply.speechId))
      this.#finish(reply, !reply.heard && reply.text === '', time);
    return awaited;
  }

  // --- responses

  created(response: unknown, time: number): void {
    const id = asText(read(response, 'id'));
    if (id === undefined || this.#replies.has(id)) return;
    const made = new ModelResponse(id, time);
    if (read(response, 'conversation_id') === null) {
      this.#outOfBand.set(id, made);
      if (this.#outOfBand.size > MAX_RESPONSES)
        this.#outOfBand.delete(this.#outOfBand.keys().next().value ?? '');
      return;
    }
    const question = this.#options.question();
    const isAnswer = this.#awaited !== undefined;
    const reply = this.#replyFor(time);
    if (reply.results.length > 0) made.prompt.push(...reply.results);
    else if (isAnswer && question !== '') made.prompt.push({ role: 'user', content: question });
    reply.results = [];
    reply.responses.push(made);
    this.#replies.set(id, { reply, response: made });
    if (this.#replies.size > MAX_RESPONSES) this.#replies.delete(this.#replies.keys().next().value ?? '');
  }

  audio(event: unknown, time: number): void {
    const found = this.#of(event);
    const delta = asText(read(event, 'delta'));
    if (found === undefined || delta === undefined) return;
    const { reply, response } = found;
    response.output(time);
    if (reply.finished) return;
    const ms = base64Bytes(delta) / this.#options.facts.outputBytesPerMs;
    this.#playout.audio(reply.speechId, itemOf(event), ms, time);
  }

  audioDone(event: unknown, time: number): void {
    const reply = this.#of(event)?.reply;
    if (reply === undefined) return;
    this.#playout.complete(reply.speechId, itemOf(event));
    this.advance(time);
  }

  text(event: unknown, time: number): void {
    const response = this.#of(event)?.response;
    response?.output(time);
    response?.said(itemOf(event), asText(read(event, 'delta')) ?? '');
  }

  textDone(event: unknown): void {
    const text = asText(read(event, 'transcript')) ?? asText(read(event, 'text'));
    if (text !== undefined) this.#of(event)?.response.saidWhole(itemOf(event), text);
  }

  /** Anything else that came out of the model. */
  output(event: unknown, time: number): void {
    this.#of(event)?.response.output(time);
  }

  done(response: unknown, time: number): void {
    const id = asText(read(response, 'id')) ?? '';
    const aside = this.#outOfBand.get(id);
    if (aside !== undefined) return this.#asideDone(aside, response, time);
    const found = this.#replies.get(id);
    if (found === undefined || found.response.doneAt !== undefined) return;
    const { reply, response: known } = found;
    known.doneAt = time;
    const { emit, facts, hints } = this.#options;
    const stage = known.toStage(response, facts, hints);
    emit({ type: 'stage_finished', time, stage, speechId: reply.speechId });
    this.#playout.complete(reply.speechId);
    if (reply.finished) return;
    if (read(response, 'status') === 'cancelled') return this.#cancelled(reply, time);
    this.#playout.advance(time);
    this.#settle(reply, time);
  }

  // --- what is heard

  /** The client says how much of an item was played when it stopped, or the server confirms it. */
  truncated(event: unknown, time: number): void {
    const heardMs = read(event, 'audio_end_ms');
    if (typeof heardMs !== 'number') return;
    const cut = this.#playout.cut(itemOf(event), heardMs, time);
    const reply = cut === undefined ? undefined : this.#named(cut.speechId);
    if (cut !== undefined && reply?.finished === false) this.#finish(reply, true, cut.time);
  }

  /** The server plays the audio of a response from now on. */
  playing(event: unknown, time: number): void {
    const reply = this.#of(event)?.reply;
    if (reply !== undefined && !reply.finished) this.#playout.toldStarted(reply.speechId, time);
  }

  /** The server plays nothing any more: all was played, or the rest was thrown away. */
  played(time: number, cleared: boolean): void {
    const speechId = this.#playout.toldStopped(time);
    const reply = speechId === undefined ? undefined : this.#named(speechId);
    if (reply === undefined || reply.finished) return;
    if (cleared) this.#finish(reply, true, time);
    else this.#settle(reply, time);
  }

  // --- tools

  /** An item of a response is complete. */
  itemDone(event: unknown, time: number): void {
    const item = read(event, 'item');
    const type = read(item, 'type');
    const reply = this.#of(event)?.reply;
    if (type === 'function_call') {
      const callId = this.#tools.asked(item, reply?.speechId, time);
      if (callId !== undefined) reply?.openTools.add(callId);
    }
    if (type === 'mcp_call') {
      this.#tools.asked(item, reply?.speechId, time);
      const id = asText(read(item, 'id'));
      this.#toolEnded(this.#tools.ended(id, time, read(item, 'output'), read(item, 'error')), time);
    }
  }

  /** The server runs a tool by itself. */
  serverToolRuns(item: unknown, event: unknown, time: number): void {
    this.#tools.asked(item, this.#of(event)?.reply.speechId, time);
  }

  toolStarted(callId: string | undefined, time: number): void {
    this.#tools.started(callId, time);
  }

  toolEnded(callId: string | undefined, result: unknown, time: number): void {
    const ended = this.#tools.ended(callId, time, result);
    if (ended === undefined || callId === undefined) return;
    this.#toolEnded(ended, time);
    const reply = this.#current;
    if (reply?.openTools.delete(callId) !== true) return;
    reply.results.push({ role: 'tool', content: ended.result ?? '' });
  }

  #toolEnded(ended: FinishedTool | undefined, time: number): void {
    if (ended === undefined) return;
    const { stage, speechId } = ended;
    this.#options.emit({
      type: 'stage_finished',
      time,
      stage,
      ...(speechId === undefined ? {} : { speechId }),
    });
  }

  // --- replies

  /** The reply that a new response goes on with: after its tools, the same one. */
  #replyFor(time: number): Reply {
    const before = this.#current;
    const goesOn =
      before !== undefined && !before.finished && this.#awaited === undefined && before.awaitsModel;
    if (goesOn) return before;
    if (before?.cancelledAt !== undefined && !before.finished) this.#finish(before, true, before.cancelledAt);
    if (before !== undefined && !before.finished && !this.#playout.holds(before.speechId))
      this.#finish(before, !before.heard && before.text === '', time);
    const origin = this.#awaited === undefined ? 'prompted' : 'reply';
    const reply = new Reply(this.#awaited ?? this.#newId());
    this.#awaited = undefined;
    this.#current = reply;
    this.#options.emit({ type: 'speech_created', time, speechId: reply.speechId, origin });
    return reply;
  }

  #newId(): string {
    this.#count += 1;
    return `reply_${this.#count}`;
  }

  #asideDone(response: ModelResponse, done: unknown, time: number): void {
    this.#outOfBand.delete(response.id);
    response.doneAt = time;
    const { emit, facts, hints } = this.#options;
    emit({ type: 'stage_finished', time, stage: response.toStage(done, facts, hints), speaker: 'user' });
  }

  #cancelled(reply: Reply, time: number): void {
    if (!reply.heard) return this.#finish(reply, true, time);
    // What is still to be said of it is how much was heard.
    reply.cancelledAt ??= time;
  }

  /** Finishes the reply if nothing of it is under way. */
  #settle(reply: Reply, time: number): void {
    if (reply.finished || reply.generating || reply.awaitsModel || reply.responses.length === 0) return;
    if (reply.cancelledAt !== undefined || this.#playout.holds(reply.speechId)) return;
    this.#finish(reply, false, reply.lastAudio ?? time);
  }

  #finish(reply: Reply, interrupted: boolean, time: number): void {
    reply.finished = true;
    const { speechId, text } = reply;
    const { emit } = this.#options;
    if (text !== '' && (reply.heard || !interrupted))
      emit({ type: 'agent_transcript', time, speechId, text, whole: true });
    emit({ type: 'speech_done', time, speechId, interrupted });
  }

  #audioStarted(speechId: string, time: number): void {
    const reply = this.#named(speechId);
    if (reply !== undefined) reply.heard = true;
    this.#options.emit({ type: 'agent_audio_started', time, speechId });
  }

  #audioStopped(speechId: string, time: number): void {
    const reply = this.#named(speechId);
    if (reply !== undefined) reply.lastAudio = time;
    this.#options.emit({ type: 'agent_audio_stopped', time, speechId });
    if (reply !== undefined && reply !== this.#current) this.#settle(reply, time);
  }

  #named(speechId: string): Reply | undefined {
    if (this.#current?.speechId === speechId) return this.#current;
    return [...this.#replies.values()].find(({ reply }) => reply.speechId === speechId)?.reply;
  }

  #of(event: unknown): { readonly reply: Reply; readonly response: ModelResponse } | undefined {
    return this.#replies.get(asText(read(event, 'response_id')) ?? '');
  }
}

function itemOf(event: unknown): string {
  return asText(read(event, 'item_id')) ?? '';
}
