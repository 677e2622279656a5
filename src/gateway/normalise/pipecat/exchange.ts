import type { LlmService, PipecatService, SttService, ToolService, TtsService } from './services.js';
import type { Unit } from './unit.js';

/** A transcript as long as this has no length: its provider owns the turns and gives it whole, after the model began. */
const INSTANT_MS = 50;

/** What the user says once and what comes of it; or what the agent says unasked. */
export interface Exchange {
  readonly unit: Unit;
  readonly stts: SttService[];
  readonly llms: LlmService[];
  readonly ttss: TtsService[];
  readonly tools: ToolService[];
  /** What the user said meanwhile without taking the turn. */
  readonly asides: SttService[];
  /** Generations that were thrown away before the turn of the user was over. */
  readonly withdrawn: LlmService[];
}

export function isInstant({ startTime, endTime }: SttService): boolean {
  return endTime - startTime < INSTANT_MS;
}

/** The role of the message that a model was to answer: `user`, `tool`, or the application's `developer` or `system`. */
export function askedBy(llm: LlmService): string | undefined {
  return llm.messages?.at(-1)?.role;
}

export function isPrompt(llm: LlmService): boolean {
  const role = askedBy(llm);
  return role === 'developer' || role === 'system';
}

/** What sort of pipeline a conversation's spans come from. */
export interface Pipeline {
  /** One model hears and speaks. */
  readonly speechToSpeech: boolean;
  /** The recogniser has no spans: what the user said is in the prompts only. */
  readonly silentStt: boolean;
}

/**
 * Takes the spans of a unit apart into exchanges. A transcript belongs to the generation that follows it, one that
 * no generation follows is an aside if the agent was heard, else a turn that nobody answered.
 *
 * @param heard the agent was heard in this unit
 */
export function exchangesOf(unit: Unit, pipeline: Pipeline, heard: boolean): Exchange[] {
  return new Splitter(unit, pipeline, heard).split(ordered(unit, pipeline.speechToSpeech));
}

class Splitter {
  readonly #unit: Unit;
  readonly #pipeline: Pipeline;
  readonly #heard: boolean;
  readonly #exchanges: Exchange[] = [];
  /** Transcripts whose generation has not been seen yet. */
  #pending: SttService[] = [];

  constructor(unit: Unit, pipeline: Pipeline, heard: boolean) {
    this.#unit = unit;
    this.#pipeline = pipeline;
    this.#heard = heard;
  }

  split(services: readonly PipecatService[]): Exchange[] {
    for (const service of services) {
      if (service.kind === 'stt') this.#stt(service);
      else if (service.kind === 'llm') this.#llm(service);
      else if (service.kind === 'tts') this.#current().ttss.push(service);
      else this.#current().tools.push(service);
    }
    const last = this.#exchanges.at(-1);
    if (this.#pending.length > 0) {
      if (last !== undefined && this.#heard && isActive(last)) last.asides.push(...this.#pending);
      else this.#begin(this.#pending);
    }
    return this.#exchanges;
  }

  #stt(stt: SttService): void {
    const last = this.#exchanges.at(-1);
    if (last === undefined) this.#begin([stt]);
    else if (!isActive(last)) last.stts.push(stt);
    else if (isInstant(stt)) this.#afterItsModel(stt, last);
    else this.#pending.push(stt);
  }

  /** A provider that owns the turns: the model began on a prediction, before the transcript was final. */
  #afterItsModel(stt: SttService, last: Exchange): void {
    if (last.stts.length === 0 && last.ttss.length === 0 && !last.llms.some(isPrompt)) {
      last.stts.push(stt);
      return;
    }
    const since = Math.max(last.stts.at(-1)?.endTime ?? 0, last.ttss.at(-1)?.startTime ?? 0);
    const ahead = last.llms.findIndex((llm) => llm.startTime > since && askedBy(llm) === 'user');
    if (ahead === -1) this.#pending.push(stt);
    else this.#begin([stt]).llms.push(...last.llms.splice(ahead));
  }

  #llm(llm: LlmService): void {
    const last = this.#exchanges.at(-1);
    const role = askedBy(llm);
    if (last === undefined) this.#begin([]).llms.push(llm);
    else if (isActive(last) && isPrompt(llm) && hasOutput(last)) {
      last.asides.push(...this.#pending.splice(0));
      this.#begin([]).llms.push(llm);
    } else if (this.#pending.length > 0 && role !== 'tool')
      this.#begin(this.#pending.splice(0)).llms.push(llm);
    else if (this.#pipeline.silentStt && saysMore(last, llm)) this.#begin([]).llms.push(llm);
    else last.llms.push(llm);
  }

  #current(): Exchange {
    return this.#exchanges.at(-1) ?? this.#begin([]);
  }

  #begin(stts: SttService[]): Exchange {
    const exchange: Exchange = {
      unit: this.#unit,
      stts: [...stts],
      llms: [],
      ttss: [],
      tools: [],
      asides: [],
      withdrawn: [],
    };
    this.#pending = [];
    this.#exchanges.push(exchange);
    return exchange;
  }
}

/** The agent has begun to do something. */
export function isActive({ llms, ttss, tools }: Exchange): boolean {
  return llms.length > 0 || ttss.length > 0 || tools.length > 0;
}

/** Whether the user has said something since the exchange, by the prompt alone. */
function saysMore({ llms }: Exchange, llm: LlmService): boolean {
  const before = llms.findLast(({ messages }) => messages !== undefined)?.messages;
  return askedBy(llm) === 'user' && before !== undefined && (llm.messages?.length ?? 0) > before.length;
}

function hasOutput({ llms, ttss }: Exchange): boolean {
  return ttss.length > 0 || llms.some(({ output }) => output !== undefined);
}

/** By what happened when: a transcript when it was final, the others when they began. */
function ordered({ services }: Unit, speechToSpeech: boolean): PipecatService[] {
  const at = (one: PipecatService): number =>
    one.kind === 'stt' && !speechToSpeech ? one.endTime : one.startTime;
  return [...services].sort((a, b) => at(a) - at(b) || a.origin.spanId.localeCompare(b.origin.spanId));
}
