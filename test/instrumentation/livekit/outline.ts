import { expect } from 'vitest';
import { hrTimeToMs } from '../../../src/otel/time.js';
import type { ReadableSpanLike } from '../../../src/otel/types.js';
import { checkConformance } from '../../../src/testing/index.js';
import { parentId, spanId } from '../../support/spans.js';

const startMs = (span: ReadableSpanLike): number => hrTimeToMs(span.startTime);

function text(span: ReadableSpanLike, key: string): string {
  return String(span.attributes[key] ?? '');
}

export function turnsOf(spans: readonly ReadableSpanLike[]): ReadableSpanLike[] {
  return spans
    .filter(({ name }) => name === 'voice.user_turn' || name === 'voice.agent_turn')
    .sort((a, b) => Number(a.attributes['voice.turn.index']) - Number(b.attributes['voice.turn.index']));
}

export function stagesOf(spans: readonly ReadableSpanLike[], parent: ReadableSpanLike): ReadableSpanLike[] {
  return spans
    .filter((span) => parentId(span) === spanId(parent) && span.attributes['voice.stage.type'] !== undefined)
    .sort((a, b) => startMs(a) - startMs(b));
}

/**
 * A call as lines: the session with its end, then a line a turn: index and speaker, transcript, end reason, what it
 * answers or cut off, events that are no speech, its stages with their fate. It also holds the whole tree against
 * the vocabulary.
 */
export function outlineOf(spans: readonly ReadableSpanLike[]): string[] {
  expectConformant(spans);
  const session = sessionOf(spans);
  const turns = turnsOf(spans);
  for (const turn of turns) expect(parentId(turn)).toBe(spanId(session));
  const indexOf = (id: string): string =>
    text(turns.find((turn) => turn.attributes['voice.turn.id'] === id) ?? session, 'voice.turn.index');
  const lines = turns.map((turn) => {
    const answers = text(turn, 'voice.turn.reply_to.id');
    const cut = text(turn, 'voice.turn.interrupted_turn.id');
    return [
      `${text(turn, 'voice.turn.index')} ${text(turn, 'voice.turn.speaker')}`,
      quoted(turn),
      text(turn, 'voice.turn.end_reason'),
      text(turn, 'voice.turn.agent.name'),
      answers === '' ? '' : `answers ${indexOf(answers)}`,
      cut === '' ? '' : `cuts ${indexOf(cut)}`,
      ...peopleEvents(turn),
      `[${stagesOf(spans, turn).map(stage).join(' ')}]`,
    ]
      .filter((part) => part !== '')
      .join(' ');
  });
  const loose = stagesOf(spans, session);
  const own = [
    `session ${text(session, 'voice.session.end_detail') || text(session, 'voice.session.end_reason')}`,
  ];
  const ownEvents = peopleEvents(session);
  if (ownEvents.length > 0) own.push(ownEvents.join(' '));
  if (loose.length > 0) own.push(`[${loose.map(stage).join(' ')}]`);
  return [own.join(' '), ...lines];
}

/** Holds spans against the vocabulary. */
export function expectConformant(spans: readonly ReadableSpanLike[]): void {
  expect(checkConformance(spans)).toEqual([]);
}

export function sessionOf(spans: readonly ReadableSpanLike[]): ReadableSpanLike {
  const sessions = spans.filter(({ name }) => name === 'voice.session');
  expect(sessions).toHaveLength(1);
  const [session] = sessions;
  if (session === undefined) throw new Error('there is no session');
  return session;
}

function quoted(turn: ReadableSpanLike): string {
  const transcript = text(turn, 'voice.turn.transcript');
  return transcript === '' ? '' : `"${transcript}"`;
}

function peopleEvents(span: ReadableSpanLike): string[] {
  return span.events.map(({ name }) => name).filter((name) => !/_speech_(start|end)$/.test(name));
}

function stage(span: ReadableSpanLike): string {
  const fate = text(span, 'voice.stage.end_reason');
  const error = text(span, 'error.type');
  return `${text(span, 'voice.stage.type')}${fate === 'completed' ? '' : `:${fate}`}${error === '' ? '' : `:${error}`}`;
}

/** In milliseconds. */
export function durationOf(span: ReadableSpanLike): number {
  return hrTimeToMs(span.duration);
}

/** A number of a turn in milliseconds. */
export function ms(spans: readonly ReadableSpanLike[], turnIndex: number, key: string): number {
  const turn = turnsOf(spans).find((one) => one.attributes['voice.turn.index'] === turnIndex);
  const seconds = turn?.attributes[key];
  if (typeof seconds !== 'number') throw new Error(`turn ${turnIndex} has no ${key}`);
  return seconds * 1000;
}

/**
 * What every latency has to keep: within 30 ms of what the fakes saw themselves, on an event loop that keeps its
 * time.
 *
 * @param stallMs by how much this run's event loop did not
 */
export function expectNear(measured: number, truth: number, stallMs: number): void {
  const distance = Math.abs(measured - truth);
  expect(distance, `measured ${measured} ms, truly ${truth} ms`).toBeLessThanOrEqual(30 + stallMs);
}
