/**
 * Jaeger: a tree by `parentSpanId` within a trace id, tags searched by equality.
 * Source: the OTLP data model, which Jaeger 2.x stores as it comes (jaegertracing.io, 2026-11).
 */
import { describe, expect, it } from 'vitest';
import { converse, named, OUTLINE, outline } from './conversation.js';

describe('Jaeger', () => {
  it('shows a call as one tree: session, turns, stages', () => {
    const spans = converse();
    expect(outline(spans)).toEqual(OUTLINE);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(spans.filter(({ parentSpanId = '' }) => parentSpanId === '').map(({ name }) => name)).toEqual([
      'voice.session',
    ]);
  });

  it('marks no span as failed because the caller interrupted', () => {
    expect(converse().filter(({ status }) => status.code !== 0)).toEqual([]);
  });

  it('finds every span of a call by its session id', () => {
    const spans = converse();
    expect(spans.filter(({ attributes }) => attributes['voice.session.id'] === 's_backend')).toEqual(spans);
  });

  it('with `traceScope: turn` has a trace a turn, joined by the session id', () => {
    const spans = converse({ traceScope: 'turn' });
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(5);
    expect(spans.every(({ attributes }) => attributes['voice.session.id'] === 's_backend')).toBe(true);
    const turns = [...named(spans, 'voice.user_turn'), ...named(spans, 'voice.agent_turn')];
    expect(turns.map(({ parentSpanId = '' }) => parentSpanId)).toEqual(['', '', '', '']);
  });
});
