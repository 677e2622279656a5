import type { VoiceSignal } from '../../src/signals/signal.js';
import { ConversationTracker } from '../../src/signals/tracker.js';
import type { ConversationWriter, EventRecord, TurnRecord } from '../../src/signals/writer.js';

/** What the tracker wrote, in order. */
export type Written =
  | { turn: TurnRecord }
  | { stage: string; model?: string | undefined; discarded?: boolean | undefined; on: string | undefined }
  | { event: EventRecord }
  | { end: string | undefined; time: number };

/** A writer that keeps what it is given, with readable turn ids. */
export class RecordingWriter implements ConversationWriter {
  readonly written: Written[] = [];

  turnId(speaker: 'user' | 'agent', turnIndex: number): string {
    return `${speaker}-${turnIndex}`;
  }

  turn(record: TurnRecord): void {
    this.written.push({ turn: record });
  }

  stage(stage: Parameters<ConversationWriter['stage']>[0], turnId: string | undefined): void {
    this.written.push({ stage: stage.kind, model: stage.model, discarded: stage.discarded, on: turnId });
  }

  event(event: EventRecord): void {
    this.written.push({ event });
  }

  end(reason: string | undefined, time: number): void {
    this.written.push({ end: reason, time });
  }
}

/** Feeds signals into a tracker; what it wrote up to `until` (default: everything that waited). */
export function track(signals: VoiceSignal[], until = Number.MAX_SAFE_INTEGER): RecordingWriter {
  const writer = new RecordingWriter();
  const tracker = new ConversationTracker(writer);
  for (const signal of signals) tracker.signal(signal);
  tracker.advance(until);
  return writer;
}

export function turns(writer: RecordingWriter): TurnRecord[] {
  return writer.written.flatMap((one) => ('turn' in one ? [one.turn] : []));
}
