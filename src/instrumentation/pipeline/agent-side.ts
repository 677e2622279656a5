import type { VoiceSignal } from '../../signals/signal.js';
import type { Dialect } from './dialect.js';
import type { EventOf } from './events.js';
import { Replies } from './replies.js';
import type { Reply } from './reply.js';
import type { Services } from './services.js';
import { ToolRun } from './tool-run.js';

/** Open timers are closed at an interruption and reported as if they had measured something, in milliseconds. */
const BOGUS_TTFB_MS = 20;
/** A first output belongs to the request that lies its time before it, to this many milliseconds. */
const REQUEST_TOLERANCE_MS = 100;
/** A time of which it is not said what it measured fits a request to this many milliseconds. */
const GUESS_TOLERANCE_MS = 20;
/** An error this shortly after a model or synthesiser has ended is theirs, in milliseconds. */
const ERROR_AFTER_MS = 50;
/** Tools that run, over all replies; beyond, the oldest are forgotten. */
const MAX_TOOLS = 256;

export interface AgentSideOptions {
  readonly emit: (signal: VoiceSignal) => void;
  readonly dialect: Dialect;
  readonly services: Services;
  /** The agent has begun to answer. */
  readonly onAnswer: (time: number) => void;
  /** The agent has fallen silent. */
  readonly onSilent: (time: number) => void;
}

/** The agent's side of a pipeline: model, tools, synthesiser and output, each event put to the reply it belongs to. */
export class AgentSide {
  readonly replies: Replies;
  readonly #emit: (signal: VoiceSignal) => void;
  readonly #dialect: Dialect;
  readonly #onAnswer: (time: number) => void;
  readonly #tools = new Map<string, Reply>();
  #requestedAt: number | undefined;
  /** An error while nothing but tools was at work. */
  #toolFailure: { readonly reason: unknown; readonly time: number } | undefined;

  constructor({ emit, dialect, services, onAnswer, onSilent }: AgentSideOptions) {
    this.replies = new Replies({ emit, dialect, services, onSilent });
    this.#emit = emit;
    this.#dialect = dialect;
    this.#onAnswer = onAnswer;
  }

  // --- the model

  llmRequested({ speculative }: EventOf<'llm_requested'>, time: number): void {
    this.#requestedAt = time;
    if (this.replies.current?.openCall?.started === false) this.replies.withdrawn(time);
    if (speculative === true) this.replies.open(time).call(time, false);
  }

  withdrawn(time: number): void {
    this.replies.withdrawn(time);
  }

  llmStarted(time: number): void {
    this.#requestedAt = undefined;
    const open = this.replies.current?.openCall;
    this.#onAnswer(time);
    if (open?.started === true && open.text === '') return;
    if (open?.started === false) {
      // It was answered ahead of time, and the answer held back until now.
      open.started = true;
      return;
    }
    open?.ended(time);
    this.replies.open(time).call(time, true);
  }

  llmText(text: string, time: number): void {
    if (this.replies.at(time)?.openCall === undefined && this.#isAftermath(time)) return;
    if (this.replies.at(time)?.openCall === undefined) this.llmStarted(time);
    const reply = this.replies.at(time);
    reply?.openCall?.said(text);
    if (reply !== undefined && text.trim() !== '') reply.unspoken = true;
  }

  llmEnded(time: number): void {
    this.#requestedAt = undefined;
    const reply = this.replies.at(time);
    reply?.openCall?.ended(time);
    if (reply !== undefined) this.replies.settle(reply, time);
  }

  usage({ usage }: EventOf<'llm_usage'>, time: number): void {
    const reply = this.replies.at(time) ?? this.replies.open(time);
    const waiting = reply.calls.findLast((call) => call.usage === undefined && !call.reported);
    // A model that answers with a tool alone may say no more of its answer than what it used.
    const call = waiting ?? reply.call(reply.committedAt ?? time, true);
    call.usage = usage;
    if (!call.started) call.usageAt = time;
  }

  /** Only what belongs to a request that is under way; others are left over from timers that were never stopped. */
  modelTtfb({ ttfbMs, guessed }: EventOf<'ttfb'>, time: number): void {
    if (time - this.replies.timersClosedAt <= BOGUS_TTFB_MS) return;
    const requested = time - ttfbMs;
    const call = this.replies.current?.openCall;
    if (call !== undefined) {
      if (call.ttfbMs !== undefined || call.usage !== undefined) return;
      if (guessed === true && Math.abs(requested - call.startTime) > GUESS_TOLERANCE_MS) return;
      call.ttfbMs = ttfbMs;
      if (this.#dialect.realtime === true) call.startTime = Math.min(call.startTime, requested);
    } else if (this.#requestedAt !== undefined) {
      if (Math.abs(requested - this.#requestedAt) > REQUEST_TOLERANCE_MS) return;
      this.replies.open(time).call(requested, false).ttfbMs = ttfbMs;
    }
  }

  // --- tools

  toolRequested({ id, name, arguments: args }: EventOf<'tool_requested'>, time: number): void {
    const reply = this.replies.at(time) ?? this.replies.open(time);
    if (id === undefined) reply.unnamedTools += 1;
    else if (!this.#tools.has(id)) this.#toolRun(reply, id, time).known({ name, arguments: args });
  }

  toolStarted({ id, name, arguments: args }: EventOf<'tool_started'>, time: number): void {
    const reply = this.#tools.get(id) ?? this.replies.at(time) ?? this.replies.open(time);
    const tool = reply.openTools.get(id) ?? this.#toolRun(reply, id, time);
    if (tool.started) return;
    tool.started = true;
    tool.startTime = time;
    tool.known({ name, arguments: args });
    reply.unnamedTools = Math.max(0, reply.unnamedTools - 1);
  }

  toolEnded(ended: EventOf<'tool_ended'>, time: number): void {
    const reply = this.#tools.get(ended.id);
    const tool = reply?.openTools.get(ended.id);
    if (reply === undefined || tool === undefined) return;
    this.#tools.delete(ended.id);
    reply.openTools.delete(ended.id);
    tool.known({ name: ended.name });
    const failure = this.#toolFailure;
    this.#toolFailure = undefined;
    const failed =
      failure !== undefined && time - failure.time <= ERROR_AFTER_MS ? failure.reason : undefined;
    const stage = tool.toStage({ ...ended, error: ended.error ?? failed }, time);
    this.#emit({ type: 'stage_finished', time, stage, speechId: reply.speechId });
    reply.resultsUnanswered = ended.cancelled !== true;
    this.replies.settle(reply, time);
  }

  // --- the synthesiser

  ttsText({ text, contextId }: EventOf<'tts_text'>, time: number): void {
    if (text.trim() === '') return;
    const reply = this.#speaking(time);
    reply.synthesis(contextId, time).texts.push(text.trim());
    reply.unspoken = true;
  }

  ttsStarted({ contextId }: EventOf<'tts_started'>, time: number): void {
    const reply = this.#speaking(time);
    reply.synthesis(contextId, time).started = true;
    reply.unspoken = true;
  }

  ttsEnded({ contextId }: EventOf<'tts_ended'>, time: number): void {
    const reply = this.replies.at(time);
    reply?.ended(contextId, time);
    // Where the output tells nothing, what was synthesised is all that is known of what was heard.
    if (!this.#dialect.tellsSpeaking) this.replies.silent(time);
    else if (reply !== undefined) this.replies.settle(reply, time);
  }

  charged({ characters }: EventOf<'tts_usage'>, time: number): void {
    if (characters > 0) this.#speaking(time).synthesis(undefined, time).charged(characters);
  }

  voiceTtfb({ ttfbMs, guessed }: EventOf<'ttfb'>, time: number): void {
    if (time - this.replies.timersClosedAt <= BOGUS_TTFB_MS) return;
    this.replies.at(time)?.firstByte(ttfbMs, time, guessed === true ? GUESS_TOLERANCE_MS : undefined);
  }

  spoken({ text, spaced }: EventOf<'spoken_text'>, time: number): void {
    const audible = this.replies.sound.audible ? this.replies.heardLatest : undefined;
    (audible ?? this.replies.at(time))?.spoke({ text, spaced: spaced === true });
  }

  remembered(text: string, time: number): void {
    const reply = this.replies.heardLatest;
    if (text.trim() === '' || reply?.remember(text.trim()) !== true) return;
    if (reply.finishedAt !== undefined) this.replies.say(reply, time);
  }

  // --- what is heard

  audio(time: number): void {
    this.#dialect.speaks = true;
    if (this.replies.sound.audio(time)) this.#heard(time);
  }

  speechStarted(time: number): void {
    this.#dialect.speaks = true;
    if (this.replies.sound.announced(time)) this.#heard(time);
  }

  // --- errors

  /** @returns whether it is the failure of a stage; a tool that fails says so in its result */
  failed(reason: unknown, stage: 'llm' | 'tts' | undefined, time: number): boolean {
    const reply = this.replies.at(time);
    if (reply === undefined) return false;
    if (reply.openTools.size > 0 && reply.openCall === undefined && stage !== 'tts') {
      this.#toolFailure = { reason, time };
      return false;
    }
    const call = reply.openCall ?? endedJustNow(reply.lastCall, time);
    const synthesis =
      stage === 'tts'
        ? reply.lastSynthesis
        : (reply.openSynthesis ?? endedJustNow(reply.lastSynthesis, time));
    if (stage !== 'tts' && call !== undefined && call.usage === undefined) call.error = reason;
    else if (stage !== 'llm' && synthesis !== undefined) {
      synthesis.error = reason;
      synthesis.endTime ??= time;
    } else return false;
    reply.failed = true;
    this.replies.settle(reply, time);
    return true;
  }

  #heard(time: number): void {
    this.#onAnswer(time);
    this.replies.audible(time);
  }

  #speaking(time: number): Reply {
    this.#dialect.speaks = true;
    if (this.replies.at(time) === undefined) this.#onAnswer(time);
    return this.replies.speaking(time);
  }

  #isAftermath(time: number): boolean {
    return this.replies.current === undefined && this.replies.at(time) !== undefined;
  }

  #toolRun(reply: Reply, id: string, time: number): ToolRun {
    const tool = new ToolRun(id, time);
    reply.openTools.set(id, tool);
    reply.lastCall?.toolCalls.push(tool.call);
    this.#tools.set(id, reply);
    if (this.#tools.size > MAX_TOOLS) this.#tools.delete(this.#tools.keys().next().value ?? '');
    return tool;
  }
}

/** A call or synthesis that has ended a moment ago. */
function endedJustNow<Part extends { endTime: number | undefined }>(
  part: Part | undefined,
  time: number,
): Part | undefined {
  return part?.endTime !== undefined && time - part.endTime <= ERROR_AFTER_MS ? part : undefined;
}
