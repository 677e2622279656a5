import type { Message } from '../../conversation/payloads.js';
import type { StageRecord } from '../../signals/signal.js';
import { ModelCall } from './model-call.js';
import type { Services } from './services.js';
import { Synthesis } from './synthesis.js';
import { joinPieces, type TextPiece } from './text.js';
import type { ToolRun } from './tool-run.js';

/** Parts of one reply that are kept (calls, contexts, pieces of text); beyond, the oldest go. */
const MAX_PARTS = 2000;

/** What was said and heard, as far as the pipeline tells. */
export interface Said {
  readonly text: string;
  /** What had been generated, where less was heard. */
  readonly generated?: string;
}

/** What the agent says for one cause: model calls, tools between them, and syntheses, until it has been heard. */
export class Reply {
  readonly speechId: string;
  /** When the user's turn that it answers was committed. */
  committedAt: number | undefined;
  question = '';
  readonly calls: ModelCall[] = [];
  readonly syntheses: Synthesis[] = [];
  readonly openTools: Map<string, ToolRun> = new Map();
  /** Tools that the model asked for without naming an id. */
  unnamedTools = 0;
  /** A tool has given its result and the model has not gone on. */
  resultsUnanswered = false;
  /** Text was generated that has not been heard. */
  unspoken = false;
  audible = false;
  heard = false;
  /** It has reached the user as text, in a pipeline without a voice. */
  shown = false;
  failed = false;
  /** When it was interrupted while it was heard; whether it was cut off by that, its end shows. */
  interruptedAt: number | undefined;
  interrupted = false;
  /** It was begun before the user's turn that is under way. */
  outdated = false;
  finishedAt: number | undefined;
  /** Since when there is nothing to come and nothing to show for it. */
  emptySince: number | undefined;
  readonly #spoken: TextPiece[] = [];
  readonly #remembered: string[] = [];

  constructor(speechId: string) {
    this.speechId = speechId;
  }

  /** Something has been done for it. */
  get begun(): boolean {
    return this.calls.length > 0 || this.syntheses.length > 0 || this.openTools.size > 0;
  }

  /** Something is under way that ends by itself or is answered. */
  get busy(): boolean {
    return (
      this.resultsUnanswered ||
      this.openTools.size > 0 ||
      this.unnamedTools > 0 ||
      this.unspoken ||
      this.openCall !== undefined ||
      this.openSynthesis !== undefined
    );
  }

  get lastCall(): ModelCall | undefined {
    return this.calls.at(-1);
  }

  get openCall(): ModelCall | undefined {
    const call = this.lastCall;
    return call?.open === true ? call : undefined;
  }

  /** It failed, and nothing is left of it that could be heard. */
  get silentFailure(): boolean {
    const last = this.lastSynthesis;
    return last === undefined ? this.calls.every(({ text }) => text === '') : last.error !== undefined;
  }

  get lastSynthesis(): Synthesis | undefined {
    return this.syntheses.at(-1);
  }

  get openSynthesis(): Synthesis | undefined {
    return this.syntheses.findLast((synthesis) => synthesis.open);
  }

  call(startTime: number, started: boolean): ModelCall {
    const call = new ModelCall(startTime, started);
    add(this.calls, call);
    this.resultsUnanswered = false;
    this.emptySince = undefined;
    return call;
  }

  /** The open context of this id, or a new one. One that only its text or its charge has announced takes any id. */
  synthesis(contextId: string | undefined, time: number): Synthesis {
    const open = this.syntheses.findLast(
      (one) => one.open && (contextId === undefined || one.contextId === contextId),
    );
    if (open !== undefined) return open;
    const announced = this.openSynthesis;
    if (announced !== undefined && announced.contextId === undefined) {
      announced.contextId = contextId;
      return announced;
    }
    const synthesis = new Synthesis(contextId, time);
    add(this.syntheses, synthesis);
    return synthesis;
  }

  ended(contextId: string | undefined, time: number): void {
    const open = this.syntheses.findLast(
      (one) => one.open && (contextId === undefined || one.contextId === contextId),
    );
    if (open !== undefined) open.endTime = time;
  }

  /**
   * The latest synthesis that has begun and of which no first byte is known gave it.
   *
   * @param toleranceMs how well it has to fit the request, where that is doubtful
   */
  firstByte(ttfbMs: number, time: number, toleranceMs: number | undefined): void {
    const waiting = this.syntheses.findLast((one) => one.started && one.ttfbMs === undefined);
    waiting?.firstByte(ttfbMs, time, toleranceMs);
  }

  spoke(piece: TextPiece): void {
    add(this.#spoken, piece);
  }

  /** @returns whether it is new: some pipelines say it twice */
  remember(text: string): boolean {
    if (this.#remembered.at(-1) === text) return false;
    add(this.#remembered, text);
    return true;
  }

  /**
   * A reply that was cut off: what the pipeline remembers as heard, else what went by as spoken. A whole one: the text
   * that the synthesiser was given, which such memories repeat with slips.
   */
  said(): Said | undefined {
    const given = this.syntheses.flatMap(({ texts }) => texts).join(' ');
    const remembered = this.#remembered.join(' ');
    const spoken = joinPieces(this.#spoken);
    const generated =
      this.calls
        .map(({ text }) => text)
        .filter((text) => text !== '')
        .join(' ') || given;
    if (!this.heard && !this.shown) return generated === '' ? undefined : { text: '', generated };
    const heardSoFar = remembered || spoken;
    const text = this.interrupted ? heardSoFar : given || heardSoFar || generated;
    if (text === '' && generated === '') return undefined;
    return { text, ...(this.interrupted && generated !== '' ? { generated } : {}) };
  }

  /** What the pipeline says was heard so far, of a reply that was never finished. */
  saidSoFar(): Said | undefined {
    const text = this.#remembered.join(' ') || joinPieces(this.#spoken);
    return text === '' ? undefined : { text };
  }

  /** The stages that are known by now, in order of start; each is given once. */
  takeStages(services: Services, realtime: boolean, now: number, all: boolean): StageRecord[] {
    const prompt: Message[] = this.question === '' ? [] : [{ role: 'user', content: this.question }];
    const stages: StageRecord[] = [];
    const end = this.finishedAt ?? now;
    const calls = services.identity('llm');
    for (const call of this.calls) {
      if (!call.reported && (all || (!call.open && call.usage !== undefined))) {
        call.reported = true;
        stages.push(call.toStage(calls, prompt, realtime, end));
      }
      if (call.text !== '') prompt.push({ role: 'assistant', content: call.text });
      for (const { result } of call.toolCalls)
        if (result !== undefined) prompt.push({ role: 'tool', content: result });
    }
    const voice = services.identity('tts');
    for (const synthesis of realtime ? [] : this.syntheses) {
      if (synthesis.reported || (synthesis.open && !all)) continue;
      synthesis.reported = true;
      stages.push(synthesis.toStage(voice, this.heard, end));
    }
    return stages.sort((a, b) => a.startTime - b.startTime);
  }
}

function add<Item>(to: Item[], item: Item): void {
  to.push(item);
  if (to.length > MAX_PARTS) to.shift();
}
