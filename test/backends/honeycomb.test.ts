/**
 * Honeycomb's Agent Timeline. Source: docs.honeycomb.io, "Agent Timeline", read 2026-11: it groups spans of any traces by
 * `gen_ai.conversation.id`, needs `gen_ai.agent.name` and `gen_ai.operation.name`, and counts by the latter.
 */
import { describe, expect, it } from 'vitest';
import { converse, type ReceivedSpan } from './conversation.js';

const NEEDED = ['gen_ai.conversation.id', 'gen_ai.agent.name', 'gen_ai.operation.name'];
const MODEL_CALLS: readonly unknown[] = ['chat', 'generate_content', 'text_completion'];
const TOOL_CALLS: readonly unknown[] = ['execute_tool'];

function isOnTimeline({ attributes }: ReceivedSpan): boolean {
  return NEEDED.every((key) => typeof attributes[key] === 'string' && attributes[key] !== '');
}

function operations(spans: readonly ReceivedSpan[]): unknown[] {
  return spans.map(({ attributes }) => attributes['gen_ai.operation.name']);
}

describe('Honeycomb', () => {
  it('has on its timeline all of a call but the stages that the conventions have no operation for', () => {
    const missing = converse().filter((span) => !isOnTimeline(span));
    expect(missing.map(({ name }) => name).sort()).toEqual([
      'GET',
      'voice.dialogue_management',
      'voice.nlu',
      'voice.vad',
    ]);
    for (const { attributes } of missing) {
      expect(attributes).toMatchObject({
        'gen_ai.conversation.id': 's_backend',
        'gen_ai.agent.name': 'order-line',
      });
    }
  });

  it('groups the call as one conversation, also where every turn has a trace of its own', () => {
    for (const traceScope of ['session', 'turn'] as const) {
      const conversations = converse({ traceScope }).map(
        ({ attributes }) => attributes['gen_ai.conversation.id'],
      );
      expect(new Set(conversations)).toEqual(new Set(['s_backend']));
    }
  });

  it('counts three model calls and one tool call', () => {
    const named = operations(converse());
    expect(named.filter((operation) => MODEL_CALLS.includes(operation))).toHaveLength(3);
    expect(named.filter((operation) => TOOL_CALLS.includes(operation))).toHaveLength(1);
  });
});
