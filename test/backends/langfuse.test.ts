/**
 * Langfuse. Source: its server, 4.16.0 (commit 6275144 of 2026-08-22), packages/shared/src/server/otel:
 * ObservationTypeMapper.ts for the type, OtelIngestionProcessor.ts for model, usage, cost, session and user. The rules
 * are written down anew here, as far as they concern spans that are not of an SDK of Langfuse's own or of the Vercel AI SDK.
 */
import { describe, expect, it } from 'vitest';
import { converse, named, type ReceivedSpan, speechToSpeech, sum } from './conversation.js';

const OPERATIONS: Readonly<Record<string, string>> = {
  chat: 'GENERATION',
  completion: 'GENERATION',
  text_completion: 'GENERATION',
  generate_content: 'GENERATION',
  generate: 'GENERATION',
  embeddings: 'EMBEDDING',
  invoke_agent: 'AGENT',
  create_agent: 'AGENT',
  execute_tool: 'TOOL',
};
const KINDS: Readonly<Record<string, string>> = {
  LLM: 'GENERATION',
  AGENT: 'AGENT',
  CHAIN: 'CHAIN',
  TOOL: 'TOOL',
};
const MODEL_KEYS = [
  'langfuse.observation.model.name',
  'gen_ai.response.model',
  'gen_ai.request.model',
  'llm.model_name',
  'model',
];
/** Parts of the input or the output that are taken out of it. */
const INPUT_PARTS = ['cache_read.input_tokens', 'cache_creation.input_tokens'];
const OUTPUT_PARTS = ['reasoning.output_tokens', 'completion_details.reasoning', 'completion_details.audio'];

/** The first rule with an answer. */
function observationType({ attributes }: ReceivedSpan): string {
  const text = (key: string) => String(attributes[key] ?? '');
  const type = text('langfuse.observation.type');
  if (type !== '') return type.toUpperCase();
  const byRule = KINDS[text('openinference.span.kind')] ?? OPERATIONS[text('gen_ai.operation.name')];
  if (byRule !== undefined) return byRule;
  if (text('gen_ai.tool.name') !== '' || text('gen_ai.tool.call.id') !== '') return 'TOOL';
  return MODEL_KEYS.some((key) => text(key) !== '') ? 'GENERATION' : 'SPAN';
}

/** On agent spans model, usage and cost are not looked at: their children carry them. */
function isAgentOperation({ attributes }: ReceivedSpan): boolean {
  return ['invoke_agent', 'agent_step'].includes(String(attributes['gen_ai.operation.name']));
}

function model(span: ReceivedSpan): unknown {
  if (isAgentOperation(span)) return undefined;
  return MODEL_KEYS.map((key) => span.attributes[key]).find((name) => name !== undefined);
}

/** Tokens by kind. A kind that is not known is kept beside the others and counts in the total. */
function usage(span: ReceivedSpan): Record<string, number> {
  if (isAgentOperation(span)) return {};
  const raw: Record<string, number> = {};
  for (const [key, value] of Object.entries(span.attributes)) {
    if (key.startsWith('gen_ai.usage.') && key !== 'gen_ai.usage.cost' && !Number.isNaN(Number(value))) {
      raw[key.replace('gen_ai.usage.', '')] = Number(value);
    }
  }
  const { input_tokens: input = 0, output_tokens: output = 0, ...parts } = raw;
  const taken = (keys: readonly string[]) => sum(keys.map((key) => parts[key] ?? 0));
  const details = { input: input - taken(INPUT_PARTS), output: output - taken(OUTPUT_PARTS), ...parts };
  return Object.fromEntries(Object.entries(details).filter(([, tokens]) => tokens > 0));
}

/** `undefined`: worked out from the model and the tokens, by Langfuse's own prices. */
function cost(span: ReceivedSpan): unknown {
  return isAgentOperation(span) ? undefined : span.attributes['gen_ai.usage.cost'];
}

function sessionId({ attributes }: ReceivedSpan): unknown {
  return (
    attributes['langfuse.session.id'] ?? attributes['session.id'] ?? attributes['gen_ai.conversation.id']
  );
}

function userId({ attributes }: ReceivedSpan): unknown {
  return attributes['langfuse.user.id'] ?? attributes['user.id'];
}

describe('Langfuse', () => {
  const spans = converse();

  it('makes generations of model calls, recognisers and synthesisers, and of nothing else', () => {
    const types = Object.fromEntries(spans.map((span) => [span.name, observationType(span)]));
    expect(types).toEqual({
      'voice.session': 'SPAN',
      'voice.user_turn': 'SPAN',
      'voice.agent_turn': 'AGENT',
      'speech_to_text nova-3': 'GENERATION',
      'chat gpt-4.1-mini': 'GENERATION',
      'text_to_speech sonic-2': 'GENERATION',
      'execute_tool find_order': 'TOOL',
      'voice.vad': 'SPAN',
      'voice.nlu': 'SPAN',
      'voice.dialogue_management': 'SPAN',
      GET: 'SPAN',
    });
  });

  it('finds model and provider where there is a generation, and nowhere else', () => {
    for (const span of spans) {
      expect(model(span) !== undefined, span.name).toBe(observationType(span) === 'GENERATION');
    }
  });

  it('counts every token once', () => {
    const [first, second, discarded] = named(spans, 'chat gpt-4.1-mini').map(usage);
    expect(first).toEqual({
      input: 300,
      'cache_read.input_tokens': 100,
      output: 20,
      'reasoning.output_tokens': 10,
    });
    expect(second).toEqual({ input: 450, output: 20 });
    expect(discarded).toEqual({ input: 500, output: 5 });
    const total = sum(spans.map((span) => sum(Object.values(usage(span)))));
    expect(total).toBe(400 + 30 + 450 + 20 + 500 + 5);
  });

  it('gets no cost, model or usage of sessions and turns, which would be counted a second time', () => {
    for (const name of ['voice.session', 'voice.user_turn', 'voice.agent_turn']) {
      for (const { attributes } of named(spans, name)) {
        const keys = Object.keys(attributes);
        expect(keys.filter((key) => /^gen_ai\.(usage|request|response)\.|^llm\.|^model$/.test(key))).toEqual(
          [],
        );
      }
    }
    expect(spans.map(cost).filter((amount) => amount !== undefined)).toEqual([]);
  });

  it('puts the whole call into one session of one user', () => {
    expect(new Set(spans.map(sessionId))).toEqual(new Set(['s_backend']));
    expect(new Set(spans.map(userId))).toEqual(new Set(['u_42']));
  });

  it('gets messages that it can read', () => {
    const [, second] = named(spans, 'chat gpt-4.1-mini');
    expect(JSON.parse(String(second?.attributes['gen_ai.input.messages']))).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'Where is order 4712?' }] },
    ]);
    const [tool] = named(spans, 'execute_tool find_order');
    expect(tool?.attributes).toMatchObject({
      'gen_ai.tool.call.arguments': '{"id":"4712"}',
      'gen_ai.tool.call.result': 'on its way',
    });
  });

  it('adds the breakdowns of a speech-to-speech model to its totals (a limit that docs/back-ends.md names)', () => {
    const [realtime] = named(speechToSpeech(), 'generate_content gpt-realtime').map(usage);
    expect(realtime).toMatchObject({ input: 1000, output: 300 });
    expect(sum(Object.values(realtime ?? {}))).toBe(2600);
  });
});
