import {
  EVENT_AGENT_SPEECH_END,
  EVENT_AGENT_SPEECH_START,
  EVENT_BARGE_IN,
  EVENT_FAILED_INTERRUPT,
  EVENT_USER_SPEECH_END,
  EVENT_USER_SPEECH_START,
  VOICE_STAGE_END_REASON_VALUE_DISCARDED,
  VOICE_TURN_END_REASON_VALUE_COMPLETED,
  VOICE_TURN_END_REASON_VALUE_INTERRUPTED,
} from '../../semconv/generated.js';
import { isUnanswered, isUnheard, nextUserTurn } from '../answers.js';
import type { EventReport, SessionReport, StageReport, TurnReport } from '../model.js';
import { announcedEndMs, lastAudioMs, speechEndMs } from '../moments.js';
import { drawChart } from './chart.js';
import { formatAmount, formatClock, formatCount, formatLatency } from './format.js';
import { headline } from './headline.js';
import { INDENT } from './layout.js';
import type { Paint, Theme } from './theme.js';
import { truncate, wrap, wrapParts } from './width.js';
import type { TurnWindow } from './window.js';
import { failureText, SHARE_NAMES, shareSums, stageName, turnName } from './words.js';

/** Lines of a transcript printed; beyond, the number of characters left out is said. */
const MAX_TRANSCRIPT_LINES = 40;
/** Characters of a transcript looked at, so that a text of megabytes costs no more than one of pages. */
const MAX_TRANSCRIPT_LENGTH = 20_000;
/** Lines of what an agent had generated beyond what was heard. */
const MAX_GENERATED_LINES = 3;

/** Events that the chart, the marks and the failures say already. */
const SAID_OTHERWISE: ReadonlySet<string> = new Set([
  EVENT_USER_SPEECH_START,
  EVENT_USER_SPEECH_END,
  EVENT_AGENT_SPEECH_START,
  EVENT_AGENT_SPEECH_END,
  EVENT_BARGE_IN,
  EVENT_FAILED_INTERRUPT,
  'exception',
]);

/** One turn: its line of figures, what was said, what stands out, and its chart. */
export function turnBlock(
  turn: TurnReport,
  window: TurnWindow | undefined,
  session: SessionReport,
  theme: Theme,
): string[] {
  return [
    ...headline(turn, theme),
    ...transcript(turn, theme),
    ...marks(turn, session, theme).map(({ sign, text, paint }) => markLine(sign, text, paint, theme)),
    ...(window === undefined ? [] : [...drawChart(window, theme), ...budgetLines(window, theme)]),
  ];
}

function transcript(turn: TurnReport, theme: Theme): string[] {
  const width = theme.width - INDENT;
  const said =
    turn.transcript === undefined ? [] : wrapped(turn.transcript, width, MAX_TRANSCRIPT_LINES, theme);
  const unheard =
    turn.generatedTranscript === undefined
      ? []
      : wrapped(unheardText(turn.generatedTranscript, turn.transcript), width, MAX_GENERATED_LINES, theme);
  return [...said, ...unheard.map((line) => theme.paint('dim', line))].map(
    (line) => ' '.repeat(INDENT) + line,
  );
}

function unheardText(generated: string, heard: string | undefined): string {
  if (heard === undefined || !generated.startsWith(heard)) return `generated: ${generated}`;
  return `not heard: ${generated.slice(heard.length)}`;
}

function wrapped(raw: string, width: number, maxLines: number, theme: Theme): string[] {
  const { lines, rest } = wrap(theme.text(raw.slice(0, MAX_TRANSCRIPT_LENGTH)), width, maxLines);
  const leftOut = rest.length + Math.max(0, raw.length - MAX_TRANSCRIPT_LENGTH);
  return leftOut === 0
    ? lines
    : [...lines, theme.text(`(${formatCount(leftOut, 'character', 'characters')} more)`)];
}

/** Something that stands out, with the sign it goes by. */
export interface Mark {
  readonly sign: string;
  readonly text: string;
  readonly paint: Paint | undefined;
}

/** What stands out: barge-ins, failures, discarded generations, unusual ends, the application's own events. */
function marks(turn: TurnReport, session: SessionReport, theme: Theme): Mark[] {
  const name = (turnId: string): string => {
    const other = session.turns.find((candidate) => candidate.turnId === turnId);
    return other === undefined ? turnId : turnName(other);
  };
  const found: Mark[] = [];
  const add = (sign: string, text: string, paint?: Paint): void => {
    found.push({ sign, text, paint });
  };
  if (turn.interruptedTurnId !== undefined) {
    const silent = turn.interruptionLatencyMs;
    const after = silent === undefined ? '' : `, which fell silent after ${formatLatency(silent)}`;
    add('!', `barge-in: cut off ${name(turn.interruptedTurnId)}${after}`, 'yellow');
  } else if (turn.events.some((event) => event.name === EVENT_BARGE_IN)) {
    add('!', 'barge-in', 'yellow');
  }
  if (turn.interruptedByTurnId !== undefined) {
    const silent = lastAudioMs(turn);
    const when = silent === undefined ? '' : ` at ${formatClock(silent)}`;
    add('!', `cut off by ${name(turn.interruptedByTurnId)}${when}`, 'yellow');
  } else if (turn.endReason === VOICE_TURN_END_REASON_VALUE_INTERRUPTED) add('!', 'cut off', 'yellow');
  for (const event of turn.events.filter((candidate) => candidate.name === EVENT_FAILED_INTERRUPT)) {
    add('?', `failed interrupt at ${formatClock(event.timeMs)}: the agent went on`, 'yellow');
  }
  if (isUnanswered(turn, session)) add('!', `no answer ${unansweredUntil(turn, session)}`, 'red');
  if (isUnheard(turn, session)) add(theme.glyphs.bullet, 'nothing of it was heard', 'yellow');
  if (turn.error !== undefined) add(theme.glyphs.failed, failureText('turn', turn.error), 'red');
  for (const stage of turn.stages) found.push(...stageMarks(stage, theme));
  const { endReason } = turn;
  const usual = [undefined, VOICE_TURN_END_REASON_VALUE_COMPLETED, VOICE_TURN_END_REASON_VALUE_INTERRUPTED];
  if (!usual.some((reason) => reason === endReason)) add(theme.glyphs.bullet, `ended: ${endReason}`, 'dim');
  if (!turn.complete)
    add(theme.glyphs.bullet, 'the turn has no span: it is still open, or its span was lost', 'dim');
  for (const event of turn.events) {
    if (!SAID_OTHERWISE.has(event.name)) add(theme.glyphs.bullet, eventText(event), 'dim');
  }
  return found;
}

function unansweredUntil(turn: TurnReport, session: SessionReport): string {
  const since = speechEndMs(turn) ?? announcedEndMs(turn);
  const next = nextUserTurn(turn, session);
  const waited = formatLatency((next?.startMs ?? session.durationMs) - since);
  if (next !== undefined) return `before ${turnName(next)}, ${waited} later`;
  return session.complete ? `before the call ended, ${waited} later` : `so far, after ${waited}`;
}

/** What stands out of a stage. */
export function stageMarks(stage: StageReport, theme: Theme): Mark[] {
  const found: Mark[] = [];
  if (stage.error !== undefined) {
    found.push({ sign: theme.glyphs.failed, text: failureText(stageName(stage), stage.error), paint: 'red' });
  }
  if (stage.endReason === VOICE_STAGE_END_REASON_VALUE_DISCARDED) {
    const { cost } = stage;
    const amount =
      cost !== undefined && 'amount' in cost ? `, ${formatAmount(cost.amount, cost.currency)}` : '';
    found.push({ sign: theme.glyphs.bullet, text: `${stageName(stage)}: discarded${amount}`, paint: 'dim' });
  }
  return found;
}

/** An event on one line. */
export function eventText(event: EventReport): string {
  return `${formatClock(event.timeMs)} ${event.name}${event.payload === undefined ? '' : ` ${event.payload}`}`;
}

/** A mark on a line of its own, cut to it. */
export function markLine(sign: string, text: string, paint: Paint | undefined, theme: Theme): string {
  const cut = truncate(theme.text(text), theme.width - INDENT - 2, theme.glyphs.ellipsis);
  return `${' '.repeat(INDENT)}${theme.paint(paint, `${sign} ${cut}`)}`;
}

/** Where the latency went, as one sum. */
function budgetLines(window: TurnWindow, theme: Theme): string[] {
  const { budget } = window;
  if (budget === undefined) return [];
  const name = budget.from === 'speech_end' ? 'response' : 'TTFA';
  const parts = [
    `${name} ${Math.round(budget.endMs - budget.startMs)} ms`,
    ...shareSums(budget).map(
      ({ share, ms }, i) => `${i === 0 ? '=' : '+'} ${SHARE_NAMES[share]} ${Math.round(ms)}`,
    ),
  ];
  return wrapParts(parts, theme.width - INDENT).map((line) => ' '.repeat(INDENT) + theme.paint('dim', line));
}
