import type { StageRecord, StopSource, UserTurnCommitted } from './signal.js';
import type { Speech } from './speech.js';
import type { EventRecord, TurnRecord } from './writer.js';

/**
 * A source's own onset is believed when it lies this close to the onset that was announced. LiveKit's goes back to
 * a noise long before, when that noise was no speech.
 */
const ONSET_TOLERANCE_MS = 1000;

/** Speech without a word recognised, over for this long, was none; what starts next is a new turn. */
const UNHEARD_MS = 2000;

/** Events kept of one turn. */
const MAX_EVENTS = 64;

/** What is known of the user's turn in the making. It becomes a turn when it is committed. */
export class UserSpeech {
  readonly turnId: string;
  readonly turnIndex: number;
  events: EventRecord[] = [];
  readonly stages: StageRecord[] = [];
  /** The agent's speech that was audible when this one began. */
  over: Speech | undefined;
  /** When that speech fell silent. */
  agentSilentAt: number | undefined;
  /** Onset of the stretch of speech under which it fell silent; absent where no detector heard one. */
  #silencedFrom: number | undefined;
  /** How the true end of speech is known. */
  stopSource: StopSource | undefined;
  /** It cut `over` off. */
  isBargeIn = false;
  #onset: number;
  readonly #detected: boolean;
  #speaking = false;
  /** Onset of the latest stretch of speech. */
  #stretch: number | undefined;
  #stop: number | undefined;
  #announced: number | undefined;
  #heard = false;
  #finals: string[] = [];
  #interim = '';

  /** @param detected whether a detector announced the speech; else a transcript is the first that is known of it */
  constructor(turnId: string, turnIndex: number, onset: number, detected: boolean) {
    this.turnId = turnId;
    this.turnIndex = turnIndex;
    this.#onset = onset;
    this.#detected = detected;
  }

  get onset(): number {
    return this.#onset;
  }

  /** A recogniser made out words. */
  get heard(): boolean {
    return this.#heard;
  }

  /** A final transcript is there. */
  get understood(): boolean {
    return this.#finals.length > 0;
  }

  /** Whether the detector hears it just now. */
  get speaking(): boolean {
    return this.#speaking;
  }

  get transcript(): string | undefined {
    const words = this.#finals.length > 0 ? this.#finals.join(' ') : this.#interim;
    return words === '' ? undefined : words;
  }

  /** Whether speech that starts at `time` is a new turn rather than this one going on. */
  isOver(time: number): boolean {
    return (
      !this.#heard && !this.#speaking && this.#announced !== undefined && time - this.#announced > UNHEARD_MS
    );
  }

  /** @param onset `undefined` where no detector heard it */
  started(time: number, onset: number | undefined): void {
    this.#speaking = true;
    this.#stretch = onset;
    // Whoever goes on speaking has not stopped: where the stretch before ended is no end of the turn.
    this.#stop = undefined;
    this.#announced = undefined;
    this.#event({ name: 'user_speech_start', time: Math.min(time, onset ?? time) });
  }

  stopped(time: number, stop: number | undefined): void {
    this.#speaking = false;
    this.#announced = time;
    this.#stop = stop;
    this.#event({ name: 'user_speech_end', time: stop ?? time });
  }

  /** The agent's speech fell silent under this one. */
  silenced(time: number): void {
    this.agentSilentAt = time;
    this.#silencedFrom = this.#stretch;
  }

  /** The agent was stopped for nothing and goes on. */
  unsilenced(): void {
    this.over = undefined;
    this.agentSilentAt = undefined;
  }

  words(text: string, final: boolean): void {
    if (text.trim() === '') return;
    this.#heard = true;
    if (!final) this.#interim = text;
    else this.#finals.push(text.trim());
  }

  commit(signal: UserTurnCommitted): void {
    if (signal.transcript !== undefined && signal.transcript.trim() !== '')
      this.#finals = [signal.transcript];
    if (this.#speaking || this.#announced === undefined) this.#announced = signal.time;
    const { onset, stop } = signal;
    const near = onset !== undefined && Math.abs(onset - this.#onset) <= ONSET_TOLERANCE_MS;
    if (onset !== undefined && onset <= signal.time && (near || !this.#detected)) this.#moveOnset(onset);
    if (stop === undefined || stop < this.#onset || stop > signal.time) return;
    this.#moveStop(stop);
    this.stopSource = signal.stopSource;
  }

  toRecord(endReason: TurnRecord['endReason'], now: number): TurnRecord {
    const transcript = this.transcript;
    const announcedEnd = this.#announced;
    const endTime = Math.max(this.#onset, this.#stop ?? announcedEnd ?? now);
    return {
      turnId: this.turnId,
      turnIndex: this.turnIndex,
      speaker: 'user',
      startTime: this.#onset,
      endTime,
      endReason,
      ...(transcript === undefined ? {} : { transcript }),
      ...(this.#stop === undefined ? {} : { speechEnd: this.#stop }),
      ...(announcedEnd === undefined ? {} : { announcedEnd }),
      ...this.#interruption(),
      events: this.events,
      stages: this.stages,
    };
  }

  /** The delay of the detector, once it is known, is that of every stretch. */
  #moveOnset(onset: number): void {
    const shift = this.#detected ? onset - this.#onset : 0;
    this.#onset = onset;
    if (this.#stretch !== undefined) this.#stretch += shift;
    if (this.#silencedFrom !== undefined) this.#silencedFrom += shift;
    this.events = this.events.map((event) =>
      event.name === 'user_speech_start' ? { ...event, time: event.time + shift } : event,
    );
  }

  #moveStop(stop: number): void {
    this.#stop = stop;
    const last = this.events.findLastIndex(({ name }) => name === 'user_speech_end');
    this.events = this.events.map((event, index) => (index === last ? { ...event, time: stop } : event));
  }

  /** Noise without a word may go on for hours; the first event and the latest tell enough of it. */
  #event(event: EventRecord): void {
    this.events.push(event);
    if (this.events.length > MAX_EVENTS) this.events.splice(1, 1);
  }

  #interruption(): Pick<TurnRecord, 'interruption'> {
    if (!this.isBargeIn || this.over?.turnId === undefined) return {};
    const measured =
      this.agentSilentAt === undefined || this.#silencedFrom === undefined
        ? {}
        : { latencyMs: Math.max(0, this.agentSilentAt - this.#silencedFrom) };
    return { interruption: { agentTurnId: this.over.turnId, ...measured } };
  }
}
