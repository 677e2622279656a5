import type { StageRecord, UserTurnCommitted, VoiceSignal } from '../../signals/signal.js';
import type { EouMetrics, LiveKitMessage, SttMetrics, UserInputTranscribedEvent } from './livekit-types.js';
import type { ModelHints } from './models.js';
import { Recogniser } from './recogniser.js';
import type { SourceClock } from './stages.js';

/**
 * A true end of speech lies before the recogniser or the detector says so. One that coincides with their word, to
 * this many milliseconds, is no more than that word: without a detector LiveKit takes the time of the transcript.
 */
const COINCIDENCE_MS = 5;

/** Ids of items that a realtime model transcribed, remembered. */
const MAX_TRANSCRIBED_ITEMS = 32;

/**
 * The user's side of a session. A turn of the pipeline is committed by two reports that come together: the
 * end-of-utterance metrics (the answering speech, the true end) and the user's item (the transcript, the true
 * bounds). Typed input has only an item. With a realtime model the server decides: what it generates by itself
 * answers the speech before, and the transcript may come long after.
 */
export class UserSide {
  readonly #emit: (signal: VoiceSignal) => void;
  readonly #clock: SourceClock;
  readonly #recogniser: Recogniser;
  readonly #asked: (speechId: string, question: string) => void;
  readonly #transcribedItems = new Set<string>();
  /** When speech was first announced since the last turn, and latest before a word of it was recognised. */
  #firstAnnounced: number | undefined;
  #heardAnnounced: number | undefined;
  #wordsSince = false;
  /** When the latest final transcript came, and when the end of speech was announced. */
  #lastFinal: number | undefined;
  #lastStopped: number | undefined;
  /** There is speech or words that no turn has taken. */
  #unclaimed = false;
  /** A turn was committed without a word. */
  #transcriptDue = false;
  #endOfUtterance: EouMetrics | undefined;
  /** The end of an utterance was said without its item, which may still come. */
  #itemDue = false;
  #typedFor: string | undefined;

  /** @param asked told which speech answers what */
  constructor(
    emit: (signal: VoiceSignal) => void,
    hints: ModelHints,
    clock: SourceClock,
    asked: (speechId: string, question: string) => void,
  ) {
    this.#emit = emit;
    this.#clock = clock;
    this.#recogniser = new Recogniser(hints, clock);
    this.#asked = asked;
  }

  speechStarted(time: number): void {
    this.flush();
    this.#unclaimed = true;
    this.#firstAnnounced ??= time;
    if (!this.#wordsSince) this.#heardAnnounced = time;
    this.#recogniser.speech(time);
    this.#emit({ type: 'user_speech_started', time });
  }

  speechStopped(time: number): void {
    this.#lastStopped = time;
    this.#emit({ type: 'user_speech_stopped', time });
  }

  transcribed(event: UserInputTranscribedEvent, time: number): void {
    if (event.transcript.trim() === '') return;
    this.flush();
    const byModel = typeof event.itemId === 'string';
    if (event.isFinal) this.#lastFinal = time;
    if (byModel) this.#remember(event.itemId);
    else this.#recogniser.words(event, time);
    if (byModel && this.#transcriptDue) this.#transcriptDue = !event.isFinal;
    else {
      this.#unclaimed = true;
      this.#wordsSince = true;
    }
    this.#emit({ type: 'user_transcript', time, text: event.transcript, final: event.isFinal });
  }

  usage(metrics: SttMetrics): void {
    this.#recogniser.usage(metrics);
  }

  /** The pipeline commits the user's turn; the item with its words follows at once. */
  endOfUtterance(metrics: EouMetrics): void {
    this.flush();
    this.#itemDue = false;
    this.#endOfUtterance = metrics;
  }

  /** The next typed input is answered by this speech. */
  typedFor(speechId: string): void {
    this.#typedFor = speechId;
  }

  /** A realtime model answers by its own turn detection. */
  answeredByServer(speechId: string, time: number): void {
    if (this.#unclaimed) this.#commit({ type: 'user_turn_committed', time, speechId });
  }

  /** A message of the user was added to the conversation. */
  message(item: LiveKitMessage, time: number, closing: boolean): void {
    if (this.#transcribedItems.delete(item.id)) return;
    const eou = this.#endOfUtterance;
    if (eou === undefined && this.#itemDue && this.#typedFor === undefined) {
      this.#itemDue = false;
      return;
    }
    if (closing && eou === undefined) return this.#cutShort(item, time);
    this.#endOfUtterance = undefined;
    this.#commitItem(item, eou, time);
  }

  /** The end of an utterance whose item did not follow, as with realtime models. */
  flush(): void {
    this.#typedFor = undefined;
    const eou = this.#endOfUtterance;
    if (eou === undefined) return;
    this.#endOfUtterance = undefined;
    this.#itemDue = true;
    this.#commitItem(undefined, eou, this.#clock.at(eou.timestamp));
  }

  /** The session is over: the recogniser's last usage is said. */
  finish(): void {
    const turn = { time: this.#clock.now() };
    const stage =
      (this.#unclaimed ? this.#recogniser.turnOver(turn) : undefined) ?? this.#recogniser.leftover();
    if (stage !== undefined) this.#stage(stage, turn.time);
  }

  /** Words that the session kept of a turn that its end cut off; the finals among them are known. */
  #cutShort(item: LiveKitMessage, time: number): void {
    const text = item.textContent ?? '';
    const finals = this.#recogniser.finals;
    const rest = text.startsWith(finals) ? text.slice(finals.length).trim() : text;
    if (rest !== '') this.#emit({ type: 'user_transcript', time, text: rest, final: true });
  }

  #commitItem(item: LiveKitMessage | undefined, eou: EouMetrics | undefined, itemTime: number): void {
    const time = eou === undefined ? itemTime : this.#clock.at(eou.timestamp);
    const transcript = item?.textContent;
    const speechId = eou?.speechId ?? this.#typedFor;
    this.#typedFor = undefined;
    const onset = this.#onset(item?.metrics?.startedSpeakingAt);
    const stop = this.#stop(item, eou);
    const stt = this.#unclaimed
      ? this.#recogniser.turnOver({
          onset,
          stop,
          time,
          transcriptionDelayMs: eou?.transcriptionDelayMs,
          confidence: item?.transcriptConfidence,
          transcript,
        })
      : undefined;
    if (stt !== undefined) this.#stage(stt, time);
    if (eou !== undefined && stop !== undefined) this.#endpointing(onset, stop, time);
    if (speechId !== undefined && transcript !== undefined) this.#asked(speechId, transcript);
    this.#commit({
      type: 'user_turn_committed',
      time,
      ...(transcript === undefined ? {} : { transcript }),
      ...(onset === undefined ? {} : { onset }),
      ...(stop === undefined ? {} : { stop }),
      ...(speechId === undefined ? {} : { speechId }),
    });
  }

  #commit(signal: UserTurnCommitted): void {
    this.#transcriptDue = !this.#wordsSince && signal.transcript === undefined;
    this.#unclaimed = false;
    this.#wordsSince = false;
    this.#firstAnnounced = undefined;
    this.#heardAnnounced = undefined;
    this.#lastFinal = undefined;
    this.#lastStopped = undefined;
    this.#emit(signal);
  }

  /**
   * The true onset. LiveKit's is that of the first speech since the last turn, which may have been a noise; the
   * detector's delay, which it shows, holds for the speech that was understood as well.
   */
  #onset(startedSpeakingAt: number | undefined): number | undefined {
    if (startedSpeakingAt === undefined) return undefined;
    const started = this.#clock.at(startedSpeakingAt * 1000);
    const first = this.#firstAnnounced;
    const heard = this.#heardAnnounced;
    return first === undefined || heard === undefined ? started : started + (heard - first);
  }

  #stop(item: LiveKitMessage | undefined, eou: EouMetrics | undefined): number | undefined {
    const ofItem = item?.metrics?.stoppedSpeakingAt;
    const wallMs = eou?.lastSpeakingTimeMs || (ofItem === undefined ? 0 : ofItem * 1000);
    if (!(wallMs > 0)) return undefined;
    const stop = this.#clock.at(wallMs);
    const merelySaid = [this.#lastFinal, this.#lastStopped].some(
      (said) => said !== undefined && Math.abs(said - stop) <= COINCIDENCE_MS,
    );
    return merelySaid ? undefined : stop;
  }

  /** From the onset of speech to the decision that the turn is over, where a detector heard its end. */
  #endpointing(onset: number | undefined, stop: number, time: number): void {
    const startTime = Math.min(onset ?? stop, time);
    const payload = { ...(onset === undefined ? {} : { speechStartedAt: onset }), speechEndedAt: stop };
    this.#stage({ kind: 'vad', startTime, endTime: time, payload }, time);
  }

  #stage(stage: StageRecord, time: number): void {
    this.#emit({ type: 'stage_finished', time, stage });
  }

  #remember(itemId: string | null | undefined): void {
    if (typeof itemId !== 'string') return;
    this.#transcribedItems.add(itemId);
    if (this.#transcribedItems.size > MAX_TRANSCRIBED_ITEMS) {
      const oldest = this.#transcribedItems.values().next().value;
      if (oldest !== undefined) this.#transcribedItems.delete(oldest);
    }
  }
}
