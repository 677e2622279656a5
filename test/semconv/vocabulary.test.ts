import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import * as generated from '../../src/semconv/generated.js';
import { SPAN_DEFINITIONS } from '../../src/semconv/generated-spans.js';
import { VERSION } from '../../src/semconv/version.js';

const { ATTRIBUTE_DEFINITIONS, CONTENT_ATTRIBUTES, METRIC_DEFINITIONS, TECHNICAL_ATTRIBUTES } = generated;

type Row = readonly [key: string, type: string, unit?: string];

/** The tables of DESIGN, section 4, and of the payloads in section 3, copied by hand. */
const TECHNICAL: readonly Row[] = [
  ['voice.session.id', 'string'],
  ['session.id', 'string'],
  ['gen_ai.conversation.id', 'string'],
  ['gen_ai.agent.name', 'string'],
  ['gen_ai.agent.version', 'string'],
  ['voice.session.transport', 'string'],
  ['voice.session.external_id', 'string'],
  ['voice.tenant.id', 'string'],
  ['voice.room.id', 'string'],
  ['user.id', 'string'],
  ['voice.turn.id', 'string'],
  ['voice.turn.index', 'int'],
  ['voice.turn.speaker', 'string'],
  ['voice.turn.speech_end_offset', 'double', 's'],
  ['voice.turn.announced_end_offset', 'double', 's'],
  ['voice.turn.first_audio_offset', 'double', 's'],
  ['voice.turn.last_audio_offset', 'double', 's'],
  ['voice.turn.reply_to.id', 'string'],
  ['voice.turn.end_reason', 'string'],
  ['voice.turn.agent.name', 'string'],
  ['voice.turn.time_to_first_audio', 'double', 's'],
  ['voice.turn.response_latency', 'double', 's'],
  ['voice.turn.latency_source', 'string'],
  ['voice.turn.interrupted_turn.id', 'string'],
  ['voice.turn.interruption_latency', 'double', 's'],
  ['voice.stage.type', 'string'],
  ['voice.stage.id', 'string'],
  ['voice.stage.end_reason', 'string'],
  ['voice.stage.mode', 'string'],
  ['voice.stage.time_to_first_output', 'double', 's'],
  ['voice.cost.amount', 'double'],
  ['voice.cost.currency', 'string'],
  ['voice.cost.source', 'string'],
  ['voice.cost.estimated', 'boolean'],
  ['voice.cost.price_date', 'string'],
  ['voice.cost.missing_reason', 'string'],
  ['voice.turn.cost.total', 'double'],
  ['voice.turn.cost.stt', 'double'],
  ['voice.turn.cost.llm', 'double'],
  ['voice.turn.cost.tts', 'double'],
  ['voice.turn.cost.other', 'double'],
  ['voice.turn.cost.discarded', 'double'],
  ['voice.turn.cost.missing_count', 'int', '{stage}'],
  ['voice.session.cost.total', 'double'],
  ['voice.session.cost.stt', 'double'],
  ['voice.session.cost.llm', 'double'],
  ['voice.session.cost.tts', 'double'],
  ['voice.session.cost.other', 'double'],
  ['voice.session.cost.discarded', 'double'],
  ['voice.session.cost.missing_count', 'int', '{stage}'],
  ['voice.session.turn_count', 'int', '{turn}'],
  ['voice.session.user_turn_count', 'int', '{turn}'],
  ['voice.session.agent_turn_count', 'int', '{turn}'],
  ['voice.session.interruption_count', 'int', '{interruption}'],
  ['voice.session.time_to_first_audio.p50', 'double', 's'],
  ['voice.session.time_to_first_audio.p95', 'double', 's'],
  ['voice.session.response_latency.p50', 'double', 's'],
  ['voice.session.response_latency.p95', 'double', 's'],
  ['voice.session.interruption_latency.p50', 'double', 's'],
  ['voice.session.interruption_latency.p95', 'double', 's'],
  ['voice.session.end_reason', 'string'],
  ['voice.transport.mos', 'double', '1'],
  ['voice.transport.packet_loss', 'double', '1'],
  ['voice.transport.jitter', 'double', 's'],
  ['voice.recording.url', 'string'],
  ['voice.recording.codec', 'string'],
  ['voice.recording.duration', 'double', 's'],
  ['voice.turn.recording_offset', 'double', 's'],
  ['voice.masked.count', 'int', '{value}'],
  ['voice.stt.audio_duration', 'double', 's'],
  ['voice.stt.request_duration', 'double', 's'],
  ['voice.stt.confidence', 'double', '1'],
  ['voice.stt.language', 'string'],
  ['voice.llm.tokens_per_second', 'double', '{token}/s'],
  ['voice.tts.characters', 'int', '{character}'],
  ['voice.tts.audio_bytes', 'int', 'By'],
  ['voice.tts.audio_duration', 'double', 's'],
  ['voice.tts.voice.id', 'string'],
  ['voice.vad.speech_started_at', 'string'],
  ['voice.vad.speech_ended_at', 'string'],
  ['voice.vad.confidence_series', 'string'],
  ['voice.nlu.intent_confidence', 'double', '1'],
  ['voice.dialogue_management.policy_name', 'string'],
  ['voice.api_call.request_duration', 'double', 's'],
  ['voice.usage.token_type', 'string'],
  ['gen_ai.operation.name', 'string'],
  ['gen_ai.provider.name', 'string'],
  ['gen_ai.request.model', 'string'],
  ['gen_ai.response.model', 'string'],
  ['gen_ai.response.id', 'string'],
  ['gen_ai.response.finish_reasons', 'string[]'],
  ['gen_ai.response.time_to_first_chunk', 'double', 's'],
  ['gen_ai.output.type', 'string'],
  ['gen_ai.token.modality', 'string'],
  ['gen_ai.usage.input_tokens', 'int', '{token}'],
  ['gen_ai.usage.output_tokens', 'int', '{token}'],
  ['gen_ai.usage.cache_read.input_tokens', 'int', '{token}'],
  ['gen_ai.usage.cache_write.input_tokens', 'int', '{token}'],
  ['gen_ai.usage.reasoning.output_tokens', 'int', '{token}'],
  ['gen_ai.usage.text.input_tokens', 'int', '{token}'],
  ['gen_ai.usage.audio.input_tokens', 'int', '{token}'],
  ['gen_ai.usage.image.input_tokens', 'int', '{token}'],
  ['gen_ai.usage.text.output_tokens', 'int', '{token}'],
  ['gen_ai.usage.audio.output_tokens', 'int', '{token}'],
  ['gen_ai.usage.text.cache_read.input_tokens', 'int', '{token}'],
  ['gen_ai.usage.audio.cache_read.input_tokens', 'int', '{token}'],
  ['gen_ai.usage.image.cache_read.input_tokens', 'int', '{token}'],
  ['gen_ai.tool.name', 'string'],
  ['gen_ai.tool.call.id', 'string'],
  ['error.type', 'string'],
  ['exception.type', 'string'],
  ['http.request.method', 'string'],
  ['http.response.status_code', 'int'],
  ['http.request.body.size', 'int', 'By'],
  ['http.response.body.size', 'int', 'By'],
];

const CONTENT: readonly Row[] = [
  ['voice.session.metadata', 'string'],
  ['voice.session.end_detail', 'string'],
  ['voice.turn.transcript', 'string'],
  ['voice.turn.generated_transcript', 'string'],
  ['voice.event.payload', 'string'],
  ['voice.stt.partials', 'string'],
  ['voice.stt.transcript', 'string'],
  ['voice.tts.text', 'string'],
  ['voice.nlu.intent', 'string'],
  ['voice.nlu.entities', 'string'],
  ['voice.dialogue_management.state_before', 'string'],
  ['voice.dialogue_management.state_after', 'string'],
  ['voice.dialogue_management.action_selected', 'string'],
  ['gen_ai.input.messages', 'any'],
  ['gen_ai.output.messages', 'any'],
  ['gen_ai.system_instructions', 'any'],
  ['gen_ai.tool.definitions', 'any'],
  ['gen_ai.tool.call.arguments', 'any'],
  ['gen_ai.tool.call.result', 'any'],
  ['exception.message', 'string'],
  ['exception.stacktrace', 'string'],
  ['url.path', 'string'],
];

const keys = (rows: readonly Row[]): string[] => rows.map(([key]) => key).sort();

describe('attributes', () => {
  test('are those of the design, and no others', () => {
    expect(Object.keys(ATTRIBUTE_DEFINITIONS).sort()).toEqual(keys([...TECHNICAL, ...CONTENT]));
    expect([...CONTENT_ATTRIBUTES].sort()).toEqual(keys(CONTENT));
    expect([...TECHNICAL_ATTRIBUTES].sort()).toEqual(keys(TECHNICAL));
  });

  for (const [key, type, unit] of [...TECHNICAL, ...CONTENT]) {
    test(`${key} is a ${type}, unit ${unit ?? 'none'}`, () => {
      expect(ATTRIBUTE_DEFINITIONS[key]?.type).toBe(type);
      expect(ATTRIBUTE_DEFINITIONS[key]?.unit).toBe(unit);
    });
  }

  test('each has a constant named after its key', () => {
    const constants = new Map<string, unknown>(Object.entries(generated));
    for (const key of keys([...TECHNICAL, ...CONTENT])) {
      expect(constants.get(`ATTR_${key.toUpperCase().replaceAll('.', '_')}`)).toBe(key);
    }
  });

  test.each<[key: string, values: readonly string[]]>([
    ['voice.turn.speaker', ['user', 'agent']],
    ['voice.turn.end_reason', ['completed', 'interrupted', 'cancelled', 'session_closed', 'error']],
    ['voice.turn.latency_source', ['measured', 'derived', 'estimated']],
    ['voice.stage.type', ['stt', 'llm', 'tts', 'vad', 'nlu', 'dialogue_management', 'api_call', 'tool']],
    ['voice.stage.end_reason', ['completed', 'discarded', 'error']],
    ['voice.stage.mode', ['stream', 'batch']],
    ['voice.session.end_reason', ['user_left', 'agent_left', 'timeout', 'error']],
    ['voice.cost.source', ['caller', 'user_table', 'price_table']],
    ['voice.cost.missing_reason', ['unknown_model', 'unknown_provider', 'no_usage', 'invalid_usage']],
    ['voice.usage.token_type', ['input', 'output']],
  ])('%s is closed', (key, values) => {
    expect(ATTRIBUTE_DEFINITIONS[key]?.values).toEqual(values);
    expect(ATTRIBUTE_DEFINITIONS[key]?.closed).toBe(true);
    const constants = new Map<string, unknown>(Object.entries(generated));
    for (const value of values) {
      const name = `${key}_VALUE_${value}`.toUpperCase().replaceAll('.', '_');
      expect(constants.get(name)).toBe(value);
    }
  });

  test('provider, transport and operation are open', () => {
    for (const key of ['gen_ai.provider.name', 'voice.session.transport', 'gen_ai.operation.name']) {
      expect(ATTRIBUTE_DEFINITIONS[key]?.values?.length).toBeGreaterThan(2);
      expect(ATTRIBUTE_DEFINITIONS[key]?.closed).toBeUndefined();
    }
  });
});

describe('spans', () => {
  const OPERATION_MODEL = '{gen_ai.operation.name} {gen_ai.request.model}';
  test.each<
    [
      type: string,
      name: string,
      fallback: string | undefined,
      kind: string,
      operations: readonly string[] | undefined,
    ]
  >([
    ['voice.internal.session', 'voice.session', undefined, 'internal', ['invoke_workflow']],
    ['voice.internal.user_turn', 'voice.user_turn', undefined, 'internal', ['user_speech']],
    ['voice.internal.agent_turn', 'voice.agent_turn', undefined, 'internal', ['invoke_agent']],
    ['voice.client.stt', OPERATION_MODEL, '{gen_ai.operation.name}', 'client', ['speech_to_text']],
    ['voice.client.llm', OPERATION_MODEL, '{gen_ai.operation.name}', 'client', ['chat', 'generate_content']],
    ['voice.client.tts', OPERATION_MODEL, '{gen_ai.operation.name}', 'client', ['text_to_speech']],
    [
      'voice.internal.tool',
      '{gen_ai.operation.name} {gen_ai.tool.name}',
      '{gen_ai.operation.name}',
      'internal',
      ['execute_tool'],
    ],
    ['voice.client.api_call', '{http.request.method}', 'HTTP', 'client', undefined],
    ['voice.internal.vad', 'voice.vad', undefined, 'internal', undefined],
    ['voice.internal.nlu', 'voice.nlu', undefined, 'internal', undefined],
    ['voice.internal.dialogue_management', 'voice.dialogue_management', undefined, 'internal', undefined],
  ])('%s', (type, name, fallback, kind, operations) => {
    const definition = SPAN_DEFINITIONS[type];
    expect(definition?.name).toBe(name);
    expect(definition?.fallback).toBe(fallback);
    expect(definition?.kind).toBe(kind);
    expect(definition?.operations).toEqual(operations);
  });

  test('there are eleven', () => expect(Object.keys(SPAN_DEFINITIONS)).toHaveLength(11));

  test('require what every implementation can supply', () => {
    const required = (type: string): string[] =>
      Object.entries(SPAN_DEFINITIONS[type]?.attributes ?? {})
        .filter(([, level]) => level === 'required')
        .map(([key]) => key)
        .sort();
    const everywhere = ['gen_ai.agent.name', 'gen_ai.conversation.id', 'session.id', 'voice.session.id'];
    const turn = [...everywhere, 'voice.turn.id', 'voice.turn.index', 'voice.turn.speaker'].sort();
    const stage = [...everywhere, 'voice.stage.id', 'voice.stage.type'].sort();
    for (const type of Object.keys(SPAN_DEFINITIONS)) {
      if (type === 'voice.internal.session') expect(required(type)).toEqual(everywhere);
      else expect(required(type)).toEqual(type.endsWith('_turn') ? turn : stage);
    }
  });

  test('carry no usage, model or amount on sessions and turns', () => {
    for (const type of ['voice.internal.session', 'voice.internal.user_turn', 'voice.internal.agent_turn']) {
      const found = Object.keys(SPAN_DEFINITIONS[type]?.attributes ?? {}).filter((key) =>
        /^gen_ai\.usage\.|\.model$|^voice\.cost\.amount$/.test(key),
      );
      expect(found).toEqual([]);
    }
  });
});

describe('events', () => {
  test.each([
    ['EVENT_USER_SPEECH_START', 'user_speech_start'],
    ['EVENT_USER_SPEECH_END', 'user_speech_end'],
    ['EVENT_AGENT_SPEECH_START', 'agent_speech_start'],
    ['EVENT_AGENT_SPEECH_END', 'agent_speech_end'],
    ['EVENT_BARGE_IN', 'barge_in'],
    ['EVENT_FAILED_INTERRUPT', 'failed_interrupt'],
  ])('%s is %s', (constant, name) => {
    expect(new Map<string, unknown>(Object.entries(generated)).get(constant)).toBe(name);
  });
});

describe('metrics', () => {
  const latencies = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
  const durations = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];
  test.each<[name: string, instrument: string, unit: string, buckets: readonly number[] | undefined]>([
    ['voice.turn.time_to_first_audio', 'histogram', 's', latencies],
    ['voice.turn.response_latency', 'histogram', 's', latencies],
    ['voice.turn.interruption_latency', 'histogram', 's', latencies],
    ['voice.stage.duration', 'histogram', 's', latencies],
    ['voice.stage.time_to_first_output', 'histogram', 's', latencies],
    ['voice.session.duration', 'histogram', 's', durations],
    ['voice.cost', 'counter', '{currency}', undefined],
    ['voice.usage.tokens', 'counter', '{token}', undefined],
    ['voice.usage.audio', 'counter', 's', undefined],
    ['voice.usage.characters', 'counter', '{character}', undefined],
    ['voice.export.dropped_spans', 'counter', '{span}', undefined],
  ])('%s', (name, instrument, unit, buckets) => {
    const definition = METRIC_DEFINITIONS[name];
    expect(definition?.name).toBe(name);
    expect(definition?.instrument).toBe(instrument);
    expect(definition?.unit).toBe(unit);
    expect(definition?.buckets).toEqual(buckets);
  });

  test('there are eleven, and none has an id, an index or content for an attribute', () => {
    expect(Object.keys(METRIC_DEFINITIONS)).toHaveLength(11);
    const attributes = Object.values(METRIC_DEFINITIONS).flatMap((metric) => metric.attributes);
    expect(
      attributes.filter((key) => /(?:\.|_)(?:id|index)$/.test(key) || CONTENT_ATTRIBUTES.has(key)),
    ).toEqual([]);
  });
});

test('the tables cannot be changed', () => {
  expect(Object.isFrozen(ATTRIBUTE_DEFINITIONS)).toBe(true);
  expect(Object.isFrozen(ATTRIBUTE_DEFINITIONS['voice.turn.speaker']?.values)).toBe(true);
  expect(Object.isFrozen(SPAN_DEFINITIONS['voice.internal.session']?.attributes)).toBe(true);
  expect(Object.isFrozen(METRIC_DEFINITIONS['voice.stage.duration']?.buckets)).toBe(true);
});

test('scope and schema', () => {
  expect(generated.SCOPE_NAME).toBe('voice-otel');
  expect(generated.SCHEMA_URL).toMatch(/^https:\/\/[^/]+\/schemas\/voice-dev\/0\.1\.0-dev$/);
  expect(VERSION).toBe(packageJson.version);
});
