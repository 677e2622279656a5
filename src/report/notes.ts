import { ATTR_VOICE_SESSION_TURN_COUNT } from '../semconv/generated.js';
import { amountOf } from './attributes.js';
import { costOfRollUp } from './cost.js';
import type { SessionParts } from './group.js';
import type { CostReport, TurnReport } from './model.js';
import type { AttributeRecord } from './otlp.js';

/** What the notes are taken from. */
export interface NoteSource {
  readonly parts: SessionParts;
  readonly turns: readonly TurnReport[];
  readonly origin: number;
  readonly cost: CostReport;
  readonly attributes: AttributeRecord;
}

/** Turns that start this much before their session are a sign of clocks that disagree. */
const SKEW_MS = 1000;
/** Sums that differ by less are the same but for rounding. */
const COST_TOLERANCE = 1e-9;

/** What a reader should know about the data of a session, in whole sentences. */
export function sessionNotes(source: NoteSource): string[] {
  const { parts, turns, origin, cost, attributes } = source;
  const notes: string[] = [];
  const sessionSpans = parts.sessionSpans.length;
  if (sessionSpans === 0)
    notes.push('There is no session span: the call is still running, or its span was lost.');
  if (sessionSpans > 1)
    notes.push(`${sessionSpans} session spans carry this session id; the first gives the times.`);

  const spanless = turns.filter((turn) => !turn.complete).length;
  if (spanless > 0) {
    notes.push(
      `${count(spanless, 'turn has', 'turns have')} no span (still open, or lost); only stages are known.`,
    );
  }
  const endless = parts.spans.filter((span) => span.endTime === undefined).length;
  if (endless > 0) {
    notes.push(
      `${count(endless, 'span has', 'spans have')} no end, or one before the start; shown without length.`,
    );
  }
  const early = parts.spans.filter((span) => span.startTime < origin - SKEW_MS).length;
  if (early > 0) {
    notes.push(`${count(early, 'span starts', 'spans start')} before the session: clocks disagree.`);
  }
  const turnCount = amountOf(attributes, ATTR_VOICE_SESSION_TURN_COUNT);
  if (turnCount !== undefined && turnCount !== turns.length) {
    notes.push(
      `The session span counts ${count(turnCount, 'turn', 'turns')}; here ${turns.length === 1 ? 'is' : 'are'} ${turns.length}.`,
    );
  }
  const recorded = costOfRollUp(attributes, 'voice.session.cost')?.sums[0];
  const found = cost.sums.find((sum) => sum.currency === recorded?.currency) ?? cost.sums[0];
  if (recorded && found && Math.abs(recorded.total - found.total) > COST_TOLERANCE) {
    notes.push(
      `The session span says the call cost ${recorded.total}; the stages here add up to ${found.total}.`,
    );
  }
  return notes;
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
