import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import type { ReadableSpanLike } from '../../src/otel/types.js';
import { checkConformance } from '../../src/testing/index.js';
import { CONVERSATION, changed, span, withAttributes } from './spans.js';

/** A finding without its sentence: level, id, key, span. */
function found(
  spans: readonly ReadableSpanLike[],
  options?: Parameters<typeof checkConformance>[1],
): string[] {
  return checkConformance(spans, options).map(({ level, id, key, span: where }) =>
    [level, id, key ?? '-', where?.replace(/ 0+(?=[0-9a-f]+$)/, '#') ?? '-'].join(' '),
  );
}

describe('a correct conversation', () => {
  test('has no findings', () => {
    expect(checkConformance(CONVERSATION.map(span))).toEqual([]);
  });

  test('in any order, and in parts', () => {
    const spans = CONVERSATION.map(span);
    expect(checkConformance([...spans].reverse())).toEqual([]);
    for (const sketch of CONVERSATION.filter(({ id }) => id !== 'd1')) {
      expect(checkConformance([span(sketch)])).toEqual([]);
    }
  });

  test('with one trace per turn', () => {
    const spans = CONVERSATION.map((sketch) => {
      if (!sketch.name.endsWith('_turn')) return span(sketch);
      const { parent: _, ...root } = sketch;
      return span(root);
    });
    expect(checkConformance(spans)).toEqual([]);
  });

  test('with stages of which nothing is known', () => {
    const nothing = CONVERSATION.filter(({ id }) => /^[bc]/.test(id)).map((sketch) => {
      const known = Object.entries(sketch.attributes).filter(([key]) =>
        /^(?:voice\.(?:session|turn|stage\.(?:id|type))|session|user|gen_ai\.(?:agent|conversation|operation))/.test(
          key,
        ),
      );
      const name = sketch.name === 'POST' ? 'HTTP' : (sketch.name.split(' ')[0] ?? '');
      return span({ ...sketch, name, status: SpanStatusCode.UNSET, attributes: Object.fromEntries(known) });
    });
    expect(nothing).toHaveLength(9);
    expect(checkConformance(nothing)).toEqual([]);
  });

  test('without content, where content is not captured', () => {
    const content =
      /transcript|messages|metadata|end_detail|partials|payload|tts\.text|nlu\.(?:intent$|entities)|state_|action_|call\.(?:arguments|result)|url\.path/;
    const spans = CONVERSATION.map((sketch) =>
      span({
        ...sketch,
        attributes: Object.fromEntries(
          Object.entries(sketch.attributes).filter(([key]) => !content.test(key)),
        ),
        events: (sketch.events ?? []).map(({ name }) => ({ name })),
      }),
    );
    expect(checkConformance(spans, { captureContent: false })).toEqual([]);
  });

  test('of no spans', () => expect(checkConformance([])).toEqual([]));
});

describe('attributes', () => {
  test('a voice key that the registry does not have', () => {
    expect(found(withAttributes('a1', { 'voice.turn.mood': 'calm' }))).toEqual([
      'failure missing_attribute voice.turn.mood voice.agent_turn#a1',
    ]);
  });

  test('a key of another namespace says nothing', () => {
    expect(found(withAttributes('a1', { 'app.mood': 'calm', 'gen_ai.mood': 'calm' }))).toEqual([]);
  });

  test.each([
    ['a string as a number', 'c3', 'voice.tts.text', 3],
    ['a double as a string', 'b1', 'voice.stt.confidence', '0.97'],
    ['an int with a fraction', 'c3', 'voice.tts.characters', 31.5],
    ['a boolean as a string', 'b1', 'voice.cost.estimated', 'false'],
    ['a list as a string', 'c1', 'gen_ai.response.finish_reasons', 'stop'],
    ['a list of numbers for strings', 'c1', 'gen_ai.response.finish_reasons', [1]],
  ])('%s', (_what, id, key, value) => {
    const where = `${CONVERSATION.find((sketch) => sketch.id === id)?.name}#${id}`;
    expect(found(withAttributes(id, { [key]: value }))).toEqual([`failure type_mismatch ${key} ${where}`]);
  });

  test('an int for a double', () => {
    expect(found(withAttributes('b1', { 'voice.stt.confidence': 1 }))).toEqual([]);
  });

  test('a value outside a closed enumeration fails', () => {
    expect(found(withAttributes('a1', { 'voice.turn.end_reason': 'done' }))).toEqual([
      'failure undefined_enum_variant voice.turn.end_reason voice.agent_turn#a1',
    ]);
  });

  test('a value outside an open enumeration is a warning', () => {
    expect(found(withAttributes('b1', { 'gen_ai.provider.name': 'acme' }))).toEqual([
      'warning undefined_enum_variant gen_ai.provider.name speech_to_text nova-3#b1',
    ]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%d', (value) => {
    expect(found(withAttributes('b1', { 'voice.stt.confidence': value }))).toEqual([
      'failure non_finite_number voice.stt.confidence speech_to_text nova-3#b1',
    ]);
    expect(found(withAttributes('c3', { 'voice.tts.characters': value }))).toEqual([
      'failure non_finite_number voice.tts.characters text_to_speech sonic-2#c3',
    ]);
  });

  test('a negative duration', () => {
    expect(found(withAttributes('a3', { 'voice.turn.response_latency': -0.1 }))).toEqual([
      'failure negative_duration voice.turn.response_latency voice.agent_turn#a3',
    ]);
  });

  test('a required key that is missing', () => {
    for (const key of ['voice.session.id', 'session.id', 'gen_ai.conversation.id', 'gen_ai.agent.name']) {
      expect(found(withAttributes('b2', { [key]: undefined }))).toEqual([
        `failure required_attribute_not_present ${key} voice.vad#b2`,
      ]);
    }
    expect(found(withAttributes('a1', { 'voice.turn.index': undefined }))).toEqual([
      'failure required_attribute_not_present voice.turn.index voice.agent_turn#a1',
    ]);
  });

  test('the turn of a stage, which only a stage under the session may lack', () => {
    expect(
      found(withAttributes('b2', { 'voice.turn.id': undefined, 'voice.turn.speaker': undefined })),
    ).toEqual([
      'failure conditionally_required_attribute_not_present voice.turn.id voice.vad#b2',
      'failure conditionally_required_attribute_not_present voice.turn.speaker voice.vad#b2',
    ]);
  });

  test('an amount without currency or source', () => {
    expect(found(withAttributes('b1', { 'voice.cost.currency': undefined }))).toEqual([
      'failure conditionally_required_attribute_not_present voice.cost.currency speech_to_text nova-3#b1',
    ]);
    expect(found(withAttributes('b1', { 'voice.cost.source': undefined }))).toEqual([
      'failure conditionally_required_attribute_not_present voice.cost.source speech_to_text nova-3#b1',
    ]);
    expect(found(withAttributes('a3', { 'voice.cost.currency': undefined }))).toEqual([
      'failure conditionally_required_attribute_not_present voice.cost.currency voice.agent_turn#a3',
    ]);
  });

  test('a key that belongs on another type of span is a warning', () => {
    expect(found(withAttributes('c3', { 'voice.stt.language': 'en' }))).toEqual([
      'warning unexpected_attribute voice.stt.language text_to_speech sonic-2#c3',
    ]);
  });

  test.each([
    ['gen_ai.usage.input_tokens', 420],
    ['gen_ai.request.model', 'gpt-4.1-mini'],
    ['gen_ai.response.model', 'gpt-4.1-mini'],
    ['voice.cost.amount', 0.1],
  ])('%s on a session or turn', (key, value) => {
    for (const [id, name] of [
      ['a0', 'voice.session'],
      ['a2', 'voice.user_turn'],
      ['a3', 'voice.agent_turn'],
    ] as const) {
      const findings = found(withAttributes(id, { [key]: value, 'voice.cost.source': undefined }));
      expect(findings).toContain(`failure forbidden_attribute ${key} ${name}#${id}`);
    }
  });

  test('in an event', () => {
    const spans = changed('a2', (sketch) => ({
      ...sketch,
      events: [{ name: 'own', attributes: { 'voice.event.text': 'x', 'voice.event.payload': 7 } }],
    }));
    expect(found(spans)).toEqual([
      'failure missing_attribute voice.event.text voice.user_turn#a2',
      'failure type_mismatch voice.event.payload voice.user_turn#a2',
    ]);
  });
});

describe('content that is not captured', () => {
  const only = (id: string): ReadableSpanLike[] => CONVERSATION.filter((one) => one.id === id).map(span);

  test('in attributes', () => {
    expect(found(only('c3'), { captureContent: false })).toEqual([
      'failure content_captured voice.tts.text text_to_speech sonic-2#c3',
    ]);
    expect(found(only('c5'), { captureContent: false })).toEqual([
      'failure content_captured url.path POST#c5',
    ]);
    expect(found(only('c3'), { captureContent: true })).toEqual([]);
  });

  test('in events', () => {
    const spans = changed('b2', (sketch) => ({
      ...sketch,
      events: [
        { name: 'exception', attributes: { 'exception.type': 'E', 'exception.message': 'Jane called' } },
      ],
    })).filter(({ name }) => name === 'voice.vad');
    expect(found(spans, { captureContent: false })).toEqual([
      'failure content_captured exception.message voice.vad#b2',
    ]);
    expect(found(spans)).toEqual([]);
  });
});

describe('names, kinds and operations', () => {
  test.each([
    ['a session', 'a0', 'voice.call'],
    ['a user turn', 'a2', 'voice.turn'],
    ['an agent turn', 'a3', 'agent_turn'],
    ['a stage without its model', 'b1', 'speech_to_text'],
    ['a stage with another model', 'c1', 'chat gpt-4.1'],
    ['a stage with a model that is not on it', 'c2', 'generate_content gemini-live'],
    ['a tool without its name', 'c4', 'execute_tool'],
    ['a call without its method', 'c5', 'HTTP'],
    ['a detector', 'b2', 'vad'],
  ])('%s by another name', (_what, id, name) => {
    expect(found(changed(id, (sketch) => ({ ...sketch, name })))).toEqual([
      `failure span_name_mismatch - ${name}#${id}`,
    ]);
  });

  test('a method that is none of the known ones', () => {
    const other = (name: string): ReadableSpanLike[] =>
      changed('c5', (sketch) => ({
        ...sketch,
        name,
        attributes: { ...sketch.attributes, 'http.request.method': '_OTHER' },
      }));
    expect(found(other('HTTP'))).toEqual([]);
    expect(found(other('_OTHER'))).toEqual(['failure span_name_mismatch - _OTHER#c5']);
  });

  test('a stage whose operation is not on it has one of its names', () => {
    const without = (name: string): ReadableSpanLike[] =>
      changed('c1', (sketch) => ({
        ...sketch,
        name,
        attributes: { ...sketch.attributes, 'gen_ai.operation.name': undefined },
      }));
    expect(found(without('chat gpt-4.1-mini'))).toEqual([]);
    expect(found(without('generate_content gpt-4.1-mini'))).toEqual([]);
    expect(found(without('answer gpt-4.1-mini'))).toEqual([
      'failure span_name_mismatch - answer gpt-4.1-mini#c1',
    ]);
  });

  test('another kind', () => {
    expect(found(changed('b1', (sketch) => ({ ...sketch, kind: SpanKind.INTERNAL })))).toEqual([
      'failure span_kind_mismatch - speech_to_text nova-3#b1',
    ]);
    expect(found(changed('a0', (sketch) => ({ ...sketch, kind: SpanKind.SERVER })))).toEqual([
      'failure span_kind_mismatch - voice.session#a0',
    ]);
  });

  test('another operation', () => {
    expect(found(withAttributes('a3', { 'gen_ai.operation.name': 'chat' }))).toEqual([
      'failure span_operation_mismatch gen_ai.operation.name voice.agent_turn#a3',
    ]);
  });

  test('a span of ours that is of no type', () => {
    const stray = span({ id: 'e1', name: 'voice.stage', attributes: {} });
    expect(found([stray])).toEqual(['failure undefined_span - voice.stage#e1']);
  });

  test('a stage of no known kind', () => {
    const spans = changed('b2', (sketch) => ({
      ...sketch,
      name: 'voice.asr',
      attributes: { ...sketch.attributes, 'voice.stage.type': 'asr' },
    }));
    expect(found(spans)).toEqual([
      'failure undefined_enum_variant voice.stage.type voice.asr#b2',
      'failure undefined_span - voice.asr#b2',
    ]);
  });
});

describe('status', () => {
  test('OK', () => {
    expect(found(changed('a1', (sketch) => ({ ...sketch, status: SpanStatusCode.OK })))).toEqual([
      'failure status_ok - voice.agent_turn#a1',
    ]);
  });

  test('error.type without Error', () => {
    expect(found(withAttributes('a1', { 'error.type': 'TypeError' }))).toEqual([
      'failure error_type_without_error_status error.type voice.agent_turn#a1',
    ]);
  });

  test('Error without error.type', () => {
    expect(found(changed('a1', (sketch) => ({ ...sketch, status: SpanStatusCode.ERROR })))).toEqual([
      'failure error_status_without_error_type error.type voice.agent_turn#a1',
    ]);
  });
});

describe('the tree', () => {
  const under = (id: string, parent: string): ReadableSpanLike[] =>
    changed(id, (sketch) => ({ ...sketch, parent }));

  test('a turn under a turn', () => {
    expect(found(under('a3', 'a2'))).toEqual(['failure unexpected_parent - voice.agent_turn#a3']);
  });

  test('a stage under a stage', () => {
    expect(found(under('c4', 'c1'))).toEqual(['failure unexpected_parent - execute_tool reset_password#c4']);
  });

  test('a turn under a span of somebody else', () => {
    const request = span({ id: 'f0', name: 'GET /call', scope: 'http', attributes: {} });
    expect(found([request, ...under('a1', 'f0')])).toEqual([
      'failure unexpected_parent - voice.agent_turn#a1',
    ]);
  });

  test('a session under anything', () => {
    const request = span({ id: 'f0', name: 'GET /call', scope: 'http', attributes: {} });
    expect(found([request, ...under('a0', 'f0')])).toEqual([]);
  });

  test('a parent that is not among the spans says nothing', () => {
    expect(found(under('a3', 'ff'))).toEqual([]);
  });

  test('a turn of another session, a stage of another turn', () => {
    expect(found(withAttributes('a4', { 'voice.session.id': 's_1' }))).toEqual([
      'failure identity_mismatch voice.session.id voice.user_turn#a4',
    ]);
    expect(found(withAttributes('b2', { 'voice.turn.id': 't_1' }))).toEqual([
      'failure identity_mismatch voice.turn.id voice.vad#b2',
    ]);
  });

  test('a span that ends before it starts', () => {
    expect(found(changed('b2', (sketch) => ({ ...sketch, from: 2, to: 1.5 })))).toEqual([
      'failure negative_duration - voice.vad#b2',
    ]);
  });
});

describe('spans of others', () => {
  const foreign = (name: string, attributes: Record<string, string | number>): ReadableSpanLike =>
    span({ id: 'f0', name, scope: 'http', status: SpanStatusCode.OK, attributes });

  test('are left alone', () => {
    expect(
      found([foreign('GET', { 'url.path': '/', 'error.type': '500' })], { captureContent: false }),
    ).toEqual([]);
    expect(found([foreign('GET', { 'voice.session.id': 's_1' })])).toEqual([]);
  });

  test('except for unknown keys of our namespace', () => {
    expect(found([foreign('GET', { 'voice.call': 'x' })])).toEqual([
      'failure missing_attribute voice.call GET#f0',
    ]);
  });

  test('are ours by their name or their stage type', () => {
    const others = CONVERSATION.map((sketch) => span({ ...sketch, scope: 'livekit' }));
    expect(found(others)).toEqual([]);
    const wrong = changed('c1', (sketch) => ({ ...sketch, scope: 'livekit', name: 'llm_node' }));
    expect(found(wrong)).toEqual(['failure span_name_mismatch - llm_node#c1']);
    const turn = changed('a1', (sketch) => ({ ...sketch, scope: 'livekit', status: SpanStatusCode.OK }));
    expect(found(turn)).toEqual(['failure status_ok - voice.agent_turn#a1']);
  });
});

test('a finding says what, where and what is expected', () => {
  expect(checkConformance(changed('b1', (sketch) => ({ ...sketch, kind: SpanKind.INTERNAL })))).toEqual([
    {
      id: 'span_kind_mismatch',
      level: 'failure',
      message: "span 'speech_to_text nova-3': the kind is INTERNAL, expected CLIENT",
      span: 'speech_to_text nova-3 00000000000000b1',
    },
  ]);
});
