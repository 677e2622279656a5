import { SETTLE_MS } from '../../../signals/settling.js';
import type { VoiceSignal } from '../../../signals/signal.js';
import type { ConversationTracker } from '../../../signals/tracker.js';
import type { PromptMessage } from '../messages.js';
import type { RecordWriter } from '../record-writer.js';
import type { SpanStage } from '../span-stage.js';
import { type Exchange, exchangesOf, isActive, type Pipeline } from './exchange.js';
import { generatedText, heardText } from './heard.js';
import { isWithdrawn, type Outcome, outcomeOf, type UnitEnd } from './outcome.js';
import { soundless, stageOf, withoutFirstByte } from './stages.js';
import {
  type AgentTiming,
  agentTiming,
  type Before,
  commitTime,
  hasUser,
  type UserTiming,
  userTiming,
} from './timing.js';
import { toolStages } from './tools.js';
import type { Unit } from './unit.js';

/** An exchange with what came of it. */
interface Told {
  readonly exchange: Exchange;
  readonly outcome: Outcome;
  readonly next: Exchange | undefined;
  readonly speechId: string;
  /** Of the turn, where this exchange is the one that was heard. */
  readonly latencyMs: number | undefined;
}

/** Tells the tracker what happened in one unit after the other, as signals. */
export class Teller {
  readonly #tracker: ConversationTracker;
  readonly #writer: RecordWriter;
  #before: Before = { at: 0, first: true };
  /** The end of a speech that the user cut off: told once the onset of the user's speech was. */
  #tail: VoiceSignal[] = [];
  #latest = 0;

  constructor(tracker: ConversationTracker, writer: RecordWriter) {
    this.#tracker = tracker;
    this.#writer = writer;
  }

  /** The latest moment that was told of. */
  get latest(): number {
    return this.#latest;
  }

  /** @param next the turn after it, where it tells how this one ended */
  unit(unit: Unit, end: UnitEnd, next: Unit | undefined, pipeline: Pipeline): void {
    const exchanges = withUnfinished(exchangesOf(unit, pipeline, end.heard), end, next, pipeline);
    const lastActive = exchanges.findLastIndex(isActive);
    const following = next === undefined ? undefined : exchangesOf(next, pipeline, false)[0];
    let speechId: string | undefined;
    exchanges.forEach((exchange, index) => {
      const after = exchanges[index + 1] ?? following;
      const outcome = outcomeOf(exchange, end, index === lastActive, after);
      const told: Told = {
        exchange,
        outcome,
        next: after,
        speechId: `${unit.id}:${index}`,
        latencyMs: index === lastActive && outcome === 'heard' ? unit.turn?.latencyMs : undefined,
      };
      if (isActive(exchange)) speechId = told.speechId;
      this.#exchange(
        told,
        index === lastActive ? end : { ...end, lastAudio: undefined, cutAt: undefined },
        pipeline,
      );
    });
    this.#before = { at: this.#before.at, first: unit.loose && this.#before.first };
    unit.told(speechId);
    this.#tracker.advance(this.#latest + SETTLE_MS);
  }

  /** A span of a service that came after its unit was told. */
  late(stage: SpanStage, speechId: string | undefined): void {
    // What comes after the end is the session's.
    if (this.#tracker.ended) return this.#writer.stage(stage, undefined);
    const speaker = stage.kind === 'stt' ? 'user' : 'agent';
    this.#stage(stage, stage.kind === 'stt' ? undefined : speechId, speaker);
  }

  end(time: number): void {
    this.#flushTail();
    this.#tracker.signal({ type: 'session_ended', time: Math.max(time, this.#latest) });
  }

  #exchange(told: Told, end: UnitEnd, pipeline: Pipeline): void {
    const { speechToSpeech } = pipeline;
    const { exchange, outcome, latencyMs } = told;
    const answers = hasUser(exchange, pipeline, this.#before);
    const user = answers ? userTiming(exchange, speechToSpeech, this.#before, latencyMs) : undefined;
    const committed = user === undefined ? undefined : commitTime(exchange, user.onset, speechToSpeech);
    const agent = agentTiming(exchange, user, committed, user === undefined ? undefined : latencyMs, end);
    const byUser = end.cutAt !== undefined && isUserAhead(told, pipeline);
    this.#writer.enter({
      origin: exchange.unit.origin,
      onsetKnown: user?.measured === true,
      announcedEndKnown: !speechToSpeech,
      firstAudioKnown: agent.known,
      lastAudioKnown: end.lastAudio !== undefined,
      endKnown: outcome !== 'unknown',
      responseLatencyMs: agent.responseMs,
      latencySource: agent.source,
      events:
        end.cutAt === undefined || byUser
          ? []
          : [{ name: 'failed_interrupt', payload: { resumed: false }, time: end.cutAt }],
    });
    if (user !== undefined) this.#userTurn(told, user, committed ?? user.onset);
    this.#flushTail();
    if (user !== undefined) this.#commit(told, user, committed ?? user.onset);
    if (outcome !== 'silent') this.#reply(told, agent, committed, end, byUser);
    for (const aside of exchange.asides) this.#aside(stageOf(aside));
    this.#before = { ...this.#before, at: Math.max(this.#before.at, ...barriers(exchange, speechToSpeech)) };
  }

  #userTurn({ exchange }: Told, { onset, measured, stop }: UserTiming, committed: number): void {
    this.#signal({ type: 'user_speech_started', time: onset, measured });
    for (const { transcript, endTime } of exchange.stts) {
      if (transcript !== undefined)
        this.#signal({
          type: 'user_transcript',
          time: Math.max(onset, endTime),
          text: transcript,
          final: true,
        });
    }
    for (const stt of exchange.stts) {
      if (!isFolded(stt)) this.#stage(stageOf(stt), undefined, 'user');
    }
    for (const llm of withdrawnOf(exchange)) this.#stage(stageOf(llm, true), undefined, 'user');
    if (stop !== undefined) this.#signal({ type: 'user_speech_stopped', time: committed, stop });
  }

  #commit({ exchange, outcome, speechId }: Told, { stop }: UserTiming, committed: number): void {
    const said = exchange.stts.length > 0 ? undefined : exchange.llms[0]?.messages?.at(-1)?.text;
    const replied = outcome !== 'silent';
    if (replied) this.#signal({ type: 'speech_created', time: committed, speechId, origin: 'reply' });
    this.#signal({
      type: 'user_turn_committed',
      time: committed,
      ...(said === undefined || said === '' ? {} : { transcript: said }),
      ...(stop === undefined ? {} : { stop }),
      ...(replied ? { speechId } : {}),
    });
  }

  #reply(told: Told, agent: AgentTiming, committed: number | undefined, end: UnitEnd, byUser: boolean): void {
    const { exchange, outcome, next, speechId } = told;
    const { llms, ttss } = exchange;
    const begun =
      committed ?? Math.min(...[...llms, ...ttss].map(({ startTime }) => startTime), agent.firstAudio);
    if (committed === undefined)
      this.#signal({ type: 'speech_created', time: begun, speechId, origin: 'prompted' });
    for (const stage of replyStages(told)) this.#stage(stage, speechId, 'agent');
    const worked = Math.max(begun, ...[...llms, ...ttss].map(({ endTime }) => endTime));
    const generated = generatedText(exchange);
    if (outcome === 'unknown' && generated !== undefined)
      this.#signal({ type: 'agent_transcript', time: begun, speechId, text: '', generated });
    if (outcome !== 'heard') {
      this.#signal({ type: 'speech_done', time: worked, speechId, interrupted: outcome === 'discarded' });
      return;
    }
    const interrupted = end.cutAt !== undefined;
    this.#signal({ type: 'agent_audio_started', time: agent.firstAudio, speechId });
    if (generated !== undefined) {
      // Of a reply that was cut off the text is only what is known to have been heard.
      const text = interrupted ? (heardText(generated, nextMessages(next)) ?? '') : generated;
      this.#signal({ type: 'agent_transcript', time: agent.firstAudio, speechId, text, generated });
    }
    const over = Math.max(agent.firstAudio, end.lastAudio ?? worked);
    this.#tail = [
      { type: 'agent_audio_stopped', time: over, speechId },
      { type: 'speech_done', time: over, speechId, interrupted },
    ];
    if (!byUser) this.#flushTail();
  }

  #stage(stage: SpanStage, speechId: string | undefined, speaker: 'user' | 'agent'): void {
    const of = speechId === undefined ? { speaker } : { speechId };
    this.#tracker.signal({
      type: 'stage_finished',
      time: Math.min(stage.endTime, this.#latest),
      stage,
      ...of,
    });
  }

  /** What was said without taking the turn counts for the user's next turn. */
  #aside(stage: SpanStage): void {
    this.#tracker.signal({ type: 'stage_finished', time: stage.endTime, stage, speaker: 'user' });
  }

  #flushTail(): void {
    for (const signal of this.#tail.splice(0)) this.#signal(signal);
  }

  #signal(signal: VoiceSignal): void {
    this.#latest = Math.max(this.#latest, signal.time);
    this.#tracker.signal(signal);
  }
}

/** An exchange that the model called unfinished goes on in the next: one turn of the user. */
function withUnfinished(
  exchanges: readonly Exchange[],
  end: UnitEnd,
  next: Unit | undefined,
  pipeline: Pipeline,
): Exchange[] {
  const lastActive = exchanges.findLastIndex(isActive);
  const following = next === undefined ? undefined : exchangesOf(next, pipeline, false)[0];
  const merged: Exchange[] = [];
  let open: Exchange | undefined;
  exchanges.forEach((exchange, index) => {
    const after = exchanges[index + 1] ?? following;
    const whole: Exchange =
      open === undefined
        ? exchange
        : {
            ...exchange,
            stts: [...open.stts, ...exchange.stts],
            withdrawn: [...open.withdrawn, ...open.llms, ...exchange.withdrawn],
          };
    const goesOn =
      exchanges[index + 1] !== undefined &&
      outcomeOf(exchange, end, index === lastActive, after) === 'unfinished';
    open = goesOn ? whole : undefined;
    if (!goesOn) merged.push(whole);
  });
  return merged;
}

function withdrawnOf({ llms, withdrawn }: Exchange): Exchange['llms'] {
  return [...withdrawn, ...llms.filter((llm, index) => isWithdrawn(llm, llms[index + 1]))];
}

function replyStages({ exchange, outcome, next }: Told): SpanStage[] {
  const { llms, ttss, tools } = exchange;
  const withdrawn = new Set(withdrawnOf(exchange));
  const failedSilently = outcome === 'failed' && !llms.some(({ failed }) => failed);
  const syntheses = ttss.map((tts) => {
    if (failedSilently) return soundless(stageOf(tts));
    return outcome === 'unknown' ? withoutFirstByte(stageOf(tts)) : stageOf(tts);
  });
  return [
    ...llms.filter((llm) => !withdrawn.has(llm)).map((llm) => stageOf(llm)),
    ...tools.map((tool) => stageOf(tool)),
    ...toolStages(exchange, next),
    ...syntheses,
  ].sort((a, b) => a.startTime - b.startTime);
}

/** Whether what cut this reply off was a turn of the user, not noise. */
function isUserAhead({ next }: Told, pipeline: Pipeline): boolean {
  return next !== undefined && hasUser(next, pipeline, { at: 0, first: false });
}

function nextMessages(next: Exchange | undefined): readonly PromptMessage[] | undefined {
  return next?.llms.find(({ messages }) => messages !== undefined)?.messages;
}

/** The transcript of a speech-to-speech model: not a recogniser's work, and without times of its own. */
function isFolded({ origin }: Exchange['stts'][number]): boolean {
  return origin.span === undefined;
}

/** Before these moments nothing of a later exchange can have begun. */
function barriers({ stts, asides, llms, ttss }: Exchange, speechToSpeech: boolean): number[] {
  const begun = llms[0]?.startTime ?? ttss[0]?.startTime;
  // Of a speech-to-speech model the transcript stays open until the next turn has ended.
  const said = [...stts, ...asides].map(({ startTime, endTime }) => (speechToSpeech ? startTime : endTime));
  return [...said, ...(begun === undefined ? [] : [begun])];
}
