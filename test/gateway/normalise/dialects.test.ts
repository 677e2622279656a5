import { describe, expect, it } from 'vitest';
import type { OtlpKeyValue, OtlpSpan, OtlpTraceRequest } from '../../../src/exporters/otlp-json.js';
import { normalizeSpans } from '../../../src/gateway/normalise/normalizer.js';
import { checkConformance } from '../../../src/testing/index.js';
import { readableSpans } from './readable.js';
import { bodiesOf, spansOf, turnsOf } from './support.js';

type Values = Readonly<Record<string, string | number | boolean>>;

const TRACE = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
/** 2026-11-24T18:00:00Z in milliseconds. */
const T0 = 1_795_543_200_000;

function keyValues(values: Values): OtlpKeyValue[] {
  return Object.entries(values).map(([key, value]) => {
    if (typeof value === 'string') return { key, value: { stringValue: value } };
    if (typeof value === 'boolean') return { key, value: { boolValue: value } };
    return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } };
  });
}

/** A span that began and ended so many milliseconds after T0. */
function span(
  name: string,
  ids: string,
  fromMs: number,
  toMs: number,
  values: Values,
  traceId = TRACE,
): OtlpSpan {
  const [spanId = '', parentSpanId = ''] = ids
    .split('<')
    .map((id) => (id === '' ? '' : id.padStart(16, '0')));
  return {
    traceId,
    spanId,
    ...(parentSpanId === '' ? {} : { parentSpanId }),
    flags: 256,
    name,
    kind: 1,
    startTimeUnixNano: `${T0 + fromMs}000000`,
    endTimeUnixNano: `${T0 + toMs}000000`,
    attributes: keyValues(values),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 0 },
  };
}

function body(scope: string, ...spans: OtlpSpan[]): OtlpTraceRequest {
  const resource = { attributes: keyValues({ 'service.name': 'bot' }), droppedAttributesCount: 0 };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: scope }, spans }] }] };
}

/** The bodies with the keys of older versions of Pipecat (facts: the changelog's renames). */
function withOldNames(bodies: readonly OtlpTraceRequest[]): OtlpTraceRequest[] {
  const renamed: Readonly<Record<string, string>> = {
    'gen_ai.provider.name': 'gen_ai.system',
    'gen_ai.system_instructions': 'system',
    'gen_ai.usage.cache_read.input_tokens': 'gen_ai.usage.cache_read_input_tokens',
    'gen_ai.usage.cache_creation.input_tokens': 'gen_ai.usage.cache_creation_input_tokens',
    'gen_ai.usage.reasoning.output_tokens': 'gen_ai.usage.reasoning_tokens',
  };
  const old = ({ key, value }: OtlpKeyValue): OtlpKeyValue => {
    if (key === 'metrics.ttfb')
      return { key: 'metrics.ttfb_ms', value: { doubleValue: Number(value.doubleValue) * 1000 } };
    return { key: renamed[key] ?? key, value };
  };
  return bodies.map(({ resourceSpans }) => ({
    resourceSpans: resourceSpans.map((resource) => ({
      ...resource,
      scopeSpans: resource.scopeSpans.map((scope) => ({
        ...scope,
        spans: scope.scope.name.startsWith('pipecat')
          ? scope.spans.map((one) => ({ ...one, attributes: one.attributes.map(old) }))
          : scope.spans,
      })),
    })),
  }));
}

describe('older Pipecat', () => {
  it.each(['greeting-two-turns', 'barge-in', 'prompt-cache', 'tool-call'])(
    '%s: gives the same',
    (scenario) => {
      const bodies = bodiesOf(scenario);
      expect(normalizeSpans(withOldNames(bodies))).toEqual(normalizeSpans(bodies));
    },
  );

  it('without the latency on its turns gives an estimate, which says so', () => {
    const bodies = bodiesOf('barge-in').map((request) => ({
      resourceSpans: request.resourceSpans.map((resource) => ({
        ...resource,
        scopeSpans: resource.scopeSpans.map((scope) => ({
          ...scope,
          spans: scope.spans.map((one) => ({
            ...one,
            attributes: one.attributes.filter(
              ({ key }) => key !== 'turn.user_bot_latency_seconds' && key !== 'metrics.audio_seconds',
            ),
          })),
        })),
      })),
    }));
    const agents = turnsOf(spansOf(normalizeSpans(bodies))).filter(({ speaker }) => speaker === 'agent');
    expect(agents.map(({ span: { attributes } }) => attributes['voice.turn.latency_source'])).toEqual([
      'estimated',
      'estimated',
    ]);
    // Ground truth: 1194.5 and 1142.9 ms.
    expect(agents.map(({ responseLatencyMs }) => Math.round(responseLatencyMs ?? 0))).toEqual([1188, 1139]);
  });
});

describe('a recogniser without spans', () => {
  it('leaves the words in the prompts: the turns are the same', () => {
    const bodies = bodiesOf('barge-in');
    const silent = bodies.map((request) => ({
      resourceSpans: request.resourceSpans.map((resource) => ({
        ...resource,
        scopeSpans: resource.scopeSpans.map((scope) => ({
          ...scope,
          spans: scope.spans.filter(({ name }) => name !== 'stt'),
        })),
      })),
    }));
    const outline = (requests: readonly OtlpTraceRequest[]): unknown[] =>
      turnsOf(spansOf(normalizeSpans(requests))).map(
        ({ speaker, transcript, interrupted, replyTo, bargeInOn, responseLatencyMs }) => ({
          speaker,
          transcript,
          interrupted,
          replyTo,
          bargeInOn,
          responseLatencyMs,
        }),
      );
    expect(outline(silent)).toEqual(outline(bodies));
  });
});

describe('Gemini Live', () => {
  it('has a span a tool call: call and result are one stage', () => {
    const turn = {
      'turn.number': 2,
      'conversation.id': 'c-1',
      'turn.duration_seconds': 5.5,
      'turn.was_interrupted': true,
    };
    const names = { 'gen_ai.provider.name': 'gcp.gemini', 'gen_ai.request.model': 'gemini-live' };
    const call = { ...names, 'tool.function_name': 'lookup', 'tool.call_id': 'call-1' };
    const requests = [
      body(
        'pipecat',
        span('llm_response', '2<12', 900, 900, { ...names, output: 'Hello.' }),
        span('llm_tool_call', '3<13', 4000, 4001, { ...call, 'tool.arguments': '{"id":1}' }),
        span('llm_tool_result', '4<13', 4300, 4301, {
          ...call,
          'tool.result': 'found',
          'tool.result_status': 'completed',
        }),
        span('llm_response', '5<13', 5000, 5000, {
          ...names,
          output: 'It is found.',
          'tokens.prompt': 70,
          'tokens.completion': 9,
          'gen_ai.usage.reasoning_tokens': 4,
        }),
      ),
      body(
        'pipecat.turn',
        span('turn', '12<1', 0, 3000, {
          'turn.number': 1,
          'conversation.id': 'c-1',
          'turn.was_interrupted': false,
        }),
        span('turn', '13<1', 3000, 8500, turn),
        span('conversation', '1', 0, 9000, { 'conversation.id': 'c-1', 'conversation.type': 'voice' }),
      ),
    ];
    const out = normalizeSpans(requests);
    expect(checkConformance(readableSpans(out)).filter(({ level }) => level !== 'warning')).toEqual([]);
    const spans = spansOf(out);
    const [tool, ...others] = spans.filter(({ attributes }) => attributes['voice.stage.type'] === 'tool');
    expect(others).toEqual([]);
    expect(tool).toMatchObject({ name: 'execute_tool lookup', startTime: T0 + 4000, endTime: T0 + 4300 });
    expect(tool?.attributes).toMatchObject({
      'gen_ai.tool.call.id': 'call-1',
      'gen_ai.tool.call.arguments': '{"id":1}',
      'gen_ai.tool.call.result': 'found',
    });
    const answer = spans.find(({ spanId }) => spanId.endsWith('5'));
    expect(answer?.name).toBe('generate_content gemini-live');
    expect(answer?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 70,
      'gen_ai.usage.output_tokens': 9,
      'gen_ai.usage.reasoning.output_tokens': 4,
    });
    expect(turnsOf(spans).map(({ speaker, transcript }) => [speaker, transcript])).toEqual([
      ['agent', 'Hello.'],
      ['user', null],
      ['agent', 'It is found.'],
    ]);
  });
});

describe('OpenInference’s spans of Pipecat', () => {
  const KIND = 'openinference.span.kind';
  const one = '1'.repeat(32);
  const two = '2'.repeat(32);

  function turns(sessionId: string | undefined): OtlpTraceRequest[] {
    const session: Values = sessionId === undefined ? {} : { 'session.id': sessionId };
    return [
      body(
        'openinference.instrumentation.pipecat',
        span(
          'pipecat.stt',
          '11<10',
          500,
          2000,
          {
            [KIND]: 'CHAIN',
            'output.value': 'Hello',
            'llm.model_name': 'nova-3',
            'llm.provider': 'deepgram',
          },
          one,
        ),
        span(
          'pipecat.llm',
          '12<10',
          2100,
          2600,
          {
            [KIND]: 'LLM',
            'llm.model_name': 'gpt-4.1-mini',
            'llm.provider': 'openai',
            'llm.token_count.prompt': 46,
            'llm.token_count.completion': 19,
            'llm.input_messages.0.message.role': 'user',
            'llm.input_messages.0.message.content': 'Hello',
            'output.value': 'Hi, how can I help you today?',
            'service.ttfb_seconds': 0.3,
          },
          one,
        ),
        span(
          'pipecat.tts',
          '13<10',
          2600,
          3500,
          {
            [KIND]: 'CHAIN',
            'input.value': 'Hi, how can I help you today?',
            'tts.character_count': 29,
            'audio.voice_id': 'v1',
            'service.ttfb_seconds': 0.15,
          },
          one,
        ),
        span(
          'pipecat.conversation.turn',
          '10',
          300,
          4000,
          {
            [KIND]: 'CHAIN',
            ...session,
            'conversation.turn_number': 1,
            'conversation.user_to_bot_latency': 1.05,
            'conversation.was_interrupted': true,
          },
          one,
        ),
      ),
      body(
        'openinference.instrumentation.pipecat',
        span('pipecat.stt', '21<20', 3800, 5000, { [KIND]: 'CHAIN', 'output.value': 'Stop' }, two),
        span('pipecat.tool.hang_up', '24<20', 5150, 5200, { [KIND]: 'TOOL', 'output.value': 'ok' }, two),
        span(
          'pipecat.llm',
          '22<20',
          5100,
          5300,
          { [KIND]: 'LLM', 'llm.model_name': 'gpt-4.1-mini', 'output.value': 'Bye.' },
          two,
        ),
        span(
          'pipecat.tts',
          '23<20',
          5300,
          5700,
          { [KIND]: 'CHAIN', 'input.value': 'Bye.', 'service.ttfb_seconds': 0.1 },
          two,
        ),
        span(
          'pipecat.conversation.turn',
          '20',
          4000,
          9000,
          {
            [KIND]: 'CHAIN',
            ...session,
            'conversation.turn_number': 2,
            'conversation.user_to_bot_latency': 0.9,
            'conversation.was_interrupted': false,
            'conversation.turn_duration_seconds': 2.5,
          },
          two,
        ),
      ),
    ];
  }

  it('are one session where the application named it', () => {
    const out = normalizeSpans(turns('call-7'));
    expect(checkConformance(readableSpans(out)).filter(({ level }) => level !== 'warning')).toEqual([]);
    const spans = spansOf(out);
    expect(
      turnsOf(spans).map(({ speaker, transcript, interrupted, replyTo, bargeInOn }) => [
        speaker,
        transcript,
        interrupted,
        replyTo,
        bargeInOn,
      ]),
    ).toEqual([
      ['user', 'Hello', false, null, null],
      // It was cut off, and its prompts are not told in full: what was heard is not known.
      ['agent', null, true, 0, null],
      ['user', 'Stop', false, null, 1],
      ['agent', 'Bye.', false, 2, null],
    ]);
    expect(new Set(spans.map(({ attributes }) => attributes['voice.session.id']))).toEqual(
      new Set(['call-7']),
    );
    expect(spans.filter(({ name }) => name === 'voice.session')).toHaveLength(1);
    // Ids and traces stay; the first turn of a trace is the span that was the whole turn.
    expect(spans.filter(({ traceId }) => traceId === one).map(({ spanId }) => spanId)).toEqual(
      expect.arrayContaining(['10', '11', '12', '13'].map((id) => id.padStart(16, '0'))),
    );
    const model = spans.find(({ spanId }) => spanId.endsWith('12'));
    expect(model?.attributes).toMatchObject({
      'gen_ai.provider.name': 'openai',
      'gen_ai.usage.input_tokens': 46,
      'gen_ai.usage.output_tokens': 19,
      'voice.stage.time_to_first_output': 0.3,
    });
    expect(Object.keys(model?.attributes ?? {}).filter((key) => key.startsWith('llm.'))).toEqual([]);
    expect(turnsOf(spans).map(({ responseLatencyMs }) => responseLatencyMs)).toEqual([null, 1050, null, 900]);
  });

  it('have no session where nothing joins them', () => {
    const spans = spansOf(normalizeSpans(turns(undefined)));
    expect(spans.filter(({ name }) => name === 'voice.session')).toEqual([]);
    expect(turnsOf(spans)).toHaveLength(4);
  });

  it('are left alone, and their usage is not counted, where Pipecat’s own are there too', () => {
    const native = body(
      'pipecat.turn',
      span('turn', 'a2<a1', 0, 4000, { 'turn.number': 1, 'conversation.id': 'call-7' }, '3'.repeat(32)),
    );
    const spans = spansOf(normalizeSpans([native, ...turns('call-7')]));
    const theirs = spans.filter(({ name }) => name.startsWith('pipecat.'));
    expect(theirs).toHaveLength(9);
    const keys = theirs.flatMap(({ attributes }) => Object.keys(attributes));
    expect(keys.filter((key) => key.startsWith('llm.token_count'))).toEqual([]);
    expect(keys).toContain('llm.input_messages.0.message.content');
  });
});
