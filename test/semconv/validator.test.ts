import { describe, expect, test } from 'vitest';
import { check } from '../../scripts/semconv/generate.js';
import { COMMITTED, type Edit, edited, problemIds } from './sources.js';

const REGISTRY = 'model/voice/registry.yaml';
const STAGES = 'model/voice/stages.yaml';
const SPANS = 'model/voice/spans.yaml';
const METRICS = 'model/voice/metrics.yaml';
const COMMON = 'model/voice/common.yaml';
const MANIFEST = 'model/manifest.yaml';

/** An attribute of ours, to be put before the others. */
function withAttribute(key: string, lines = 'type: string'): Edit {
  return {
    file: REGISTRY,
    from: 'attributes:\n',
    to: `attributes:
  - key: ${key}
    brief: Something.
    stability: development
    annotations:
      voice: { sensitivity: technical, upstream_candidate: none }
    ${lines}
`,
  };
}

test('the committed model has no problems', () => {
  expect(check(COMMITTED).problems).toEqual([]);
});

describe('shape', () => {
  const cases: readonly [what: string, ids: readonly string[], edit: Edit][] = [
    [
      'a field that does not exist',
      ['missing_field', 'unknown_field'],
      { file: REGISTRY, from: 'brief: Identifies one voice', to: 'breif: Identifies one voice' },
    ],
    ['a metric without a unit', ['missing_field'], { file: METRICS, from: '    unit: "s"\n', to: '' }],
    [
      'a stability that does not exist',
      ['invalid_value'],
      { file: REGISTRY, from: 'stability: development', to: 'stability: experimental' },
    ],
    [
      'a type that does not exist',
      ['invalid_value'],
      { file: REGISTRY, from: 'type: string', to: 'type: text' },
    ],
    [
      'an empty brief',
      ['invalid_value'],
      {
        file: REGISTRY,
        from: 'brief: Identifies one voice session (a call), from connecting to hanging up.',
        to: 'brief: ""',
      },
    ],
    [
      'an attribute without sensitivity',
      ['missing_field'],
      {
        file: REGISTRY,
        from: 'sensitivity: technical,',
        to: '',
      },
    ],
    [
      'an attribute without upstream candidate',
      ['missing_field'],
      { file: STAGES, from: ', upstream_candidate: none', to: '' },
    ],
    [
      'a list where a map belongs',
      ['invalid_value'],
      {
        file: REGISTRY,
        from: 'voice: { sensitivity: content, format: json, upstream_candidate: none }',
        to: 'voice: [content]',
      },
    ],
    [
      'text where a list belongs',
      ['invalid_value'],
      { file: REGISTRY, from: 'examples: [webrtc, sip]', to: 'examples: webrtc' },
    ],
    [
      'a number where text belongs',
      ['invalid_value'],
      { file: REGISTRY, from: 'key: voice.session.id', to: 'key: 7' },
    ],
    [
      'text where a flag belongs',
      ['invalid_value'],
      { file: SPANS, from: 'sampling_relevant: true', to: 'sampling_relevant: often' },
    ],
    ['text where a number belongs', ['invalid_value'], { file: METRICS, from: '[0.01,', to: '[low,' }],
    [
      'a condition of no known level',
      ['invalid_value', 'unknown_field'],
      { file: COMMON, from: '{ recommended: If it is known. }', to: '{ needed: If it is known. }' },
    ],
    [
      'a file of another format',
      ['invalid_value'],
      { file: METRICS, from: 'definition/2', to: 'definition/1' },
    ],
    ['a file that is no YAML', ['invalid_yaml'], { file: METRICS, from: 'metrics:', to: 'metrics: [' }],
  ];
  test.each(cases)('%s', (_what, ids, edit) => {
    expect(problemIds(edit)).toEqual([...ids].sort());
    expect(check(edited(edit)).resolved).toBeUndefined();
  });

  test('says where', () => {
    const { problems } = check(edited({ file: METRICS, from: '    unit: "s"\n', to: '' }));
    expect(problems).toEqual([
      {
        id: 'missing_field',
        where: 'model/voice/metrics.yaml.metrics[0] (voice.turn.time_to_first_audio)',
        message: "'unit' is missing",
      },
    ]);
  });

  test('a missing file', () => {
    const sources = new Map(COMMITTED);
    sources.delete('upstream.yaml');
    expect(check(sources).problems).toEqual([
      { id: 'missing_file', where: 'upstream.yaml', message: 'the file is missing' },
    ]);
  });
});

describe('references', () => {
  const cases: readonly [what: string, ids: readonly string[], edit: Edit][] = [
    [
      'an attribute that is nowhere',
      ['unresolved_attribute_ref'],
      { file: COMMON, from: 'ref: user.id', to: 'ref: user.name' },
    ],
    [
      'a group that is nowhere',
      ['unresolved_group_ref'],
      { file: METRICS, from: 'ref_group: voice.metric.common', to: 'ref_group: voice.metric.all' },
    ],
    [
      'an attribute named twice',
      ['duplicate_attribute_ref'],
      {
        file: METRICS,
        from: '      - ref: voice.turn.latency_source\n',
        to: '      - ref: voice.turn.end_reason\n',
      },
    ],
    [
      'a reference to nothing',
      ['invalid_value'],
      {
        file: METRICS,
        from: '      - ref: voice.turn.latency_source\n        requirement_level',
        to: '      - requirement_level',
      },
    ],
  ];
  test.each(cases)('%s', (_what, ids, edit) => expect(problemIds(edit)).toEqual(ids));
});

describe('policies', () => {
  const cases: readonly [what: string, ids: readonly string[], edit: Edit][] = [
    [
      'an upper-case key',
      ['naming_convention_attr_has_namespace', 'voice_unused_attribute'],
      withAttribute('voice.Session'),
    ],
    [
      'a key without namespace',
      ['naming_convention_attr_has_namespace', 'voice_unused_attribute'],
      withAttribute('loudness'),
    ],
    [
      'a key in a namespace of others',
      ['voice_namespace', 'voice_unused_attribute'],
      withAttribute('gen_ai.loudness'),
    ],
    [
      'a key with a unit',
      ['voice_unit_in_name', 'voice_unused_attribute'],
      withAttribute('voice.stage.duration_ms'),
    ],
    [
      'an attribute that is a namespace',
      ['naming_convention_attribute_namespace_collision', 'voice_unused_attribute'],
      withAttribute('voice.session'),
    ],
    [
      'keys with one constant',
      ['naming_convention_attribute_constant_collision', 'voice_unused_attribute'],
      withAttribute('voice.session_id'),
    ],
    ['an attribute that nothing references', ['voice_unused_attribute'], withAttribute('voice.session.mood')],
    ['an attribute defined twice', ['voice_duplicate_definition'], withAttribute('voice.session.id')],
    [
      'openness of what is no enumeration',
      ['voice_enum_openness'],
      {
        file: REGISTRY,
        from: 'sensitivity: content, format: json',
        to: 'sensitivity: content, values: open, format: json',
      },
    ],
    [
      'an enumeration that says nothing of it',
      ['voice_enum_openness'],
      { file: REGISTRY, from: ', values: closed', to: '' },
    ],
    [
      'an enum member twice',
      ['naming_convention_attribute_constant_collision', 'naming_convention_enum_member_collision'],
      { file: REGISTRY, from: '{ id: sip, value: sip, brief', to: '{ id: webrtc, value: sip, brief' },
    ],
    [
      'an enum member id in capitals',
      ['naming_convention_enum_id'],
      { file: REGISTRY, from: '{ id: sip, value: sip', to: '{ id: SIP, value: sip' },
    ],
    [
      'a duration in milliseconds',
      ['voice_duration_unit'],
      { file: STAGES, from: 'unit: s,', to: 'unit: ms,' },
    ],
    [
      'a duration as int',
      ['voice_duration_unit', 'voice_example_type'],
      {
        file: STAGES,
        from: 'key: voice.stt.audio_duration\n    type: double',
        to: 'key: voice.stt.audio_duration\n    type: int',
      },
    ],
    [
      'an example of another type',
      ['voice_example_type'],
      { file: REGISTRY, from: 'examples: [9]', to: 'examples: [nine]' },
    ],
    [
      'a rename to nothing',
      ['deprecation_attribute_renamed_to_invalid'],
      withAttribute(
        'voice.session.mood',
        'type: string\n    deprecated: { reason: renamed, renamed_to: voice.session.temper }',
      ),
    ],
    [
      'a rename to another type',
      ['deprecation_attribute_renamed_to_type_mismatch'],
      withAttribute(
        'voice.session.mood',
        'type: string\n    deprecated: { reason: renamed, renamed_to: voice.session.turn_count }',
      ),
    ],
    [
      'a span type in capitals',
      ['naming_convention_span_type'],
      { file: SPANS, from: 'type: voice.internal.vad', to: 'type: voice.internal.VAD' },
    ],
    [
      'an event name with a space',
      ['naming_convention_event_name'],
      { file: 'model/voice/events.yaml', from: 'name: barge_in', to: 'name: barge in' },
    ],
    [
      'a metric name in capitals',
      ['naming_convention_metric_name'],
      { file: METRICS, from: 'name: voice.usage.audio', to: 'name: voice.usage.Audio' },
    ],
    [
      'a metric name with a unit',
      ['voice_unit_in_name'],
      { file: METRICS, from: 'name: voice.usage.audio', to: 'name: voice.usage.audio_seconds' },
    ],
    [
      'a metric that is a namespace',
      ['naming_convention_metric_namespace_collision'],
      { file: METRICS, from: 'name: voice.usage.audio', to: 'name: voice.usage' },
    ],
    [
      'a metric brief without period',
      ['naming_convention_metric_brief_period'],
      { file: METRICS, from: 'brief: Duration of a session.', to: 'brief: Duration of a session' },
    ],
    [
      'a metric in milliseconds',
      ['voice_duration_unit'],
      { file: METRICS, from: 'unit: "s"', to: 'unit: "ms"' },
    ],
    [
      'a histogram without buckets',
      ['voice_histogram_buckets'],
      {
        file: METRICS,
        from: '        buckets: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]\n',
        to: '',
      },
    ],
    [
      'buckets that fall',
      ['voice_histogram_buckets'],
      { file: METRICS, from: '0.02, 0.04', to: '0.04, 0.02' },
    ],
    [
      'an id on a metric',
      ['voice_metric_cardinality'],
      { file: METRICS, from: 'ref: voice.session.end_reason', to: 'ref: voice.session.id' },
    ],
    [
      'content on a metric',
      ['voice_content_opt_in', 'voice_metric_cardinality'],
      { file: METRICS, from: 'ref: voice.session.end_reason', to: 'ref: voice.session.end_detail' },
    ],
    [
      'a structured value on a metric',
      [
        'naming_convention_attribute_complex_type_violation',
        'voice_content_opt_in',
        'voice_metric_cardinality',
      ],
      { file: METRICS, from: 'ref: voice.session.end_reason', to: 'ref: gen_ai.input.messages' },
    ],
    [
      'content that is not opt-in',
      ['voice_content_opt_in'],
      {
        file: COMMON,
        from: 'ref: voice.turn.transcript\n        requirement_level: opt_in',
        to: 'ref: voice.turn.transcript\n        requirement_level: recommended',
      },
    ],
    [
      'a condition that is no sentence',
      ['voice_condition_sentence'],
      { file: COMMON, from: 'If it is known.', to: 'if known' },
    ],
    [
      'a stable metric with attributes that are not',
      ['stability_metric_lower_stability_attribute'],
      {
        file: METRICS,
        from: 'brief: Duration of a session.\n    stability: development',
        to: 'brief: Duration of a session.\n    stability: stable',
      },
    ],
    [
      'a name of an attribute the span lacks',
      ['voice_span_name'],
      { file: SPANS, from: 'name: "{http.request.method}"', to: 'name: "{url.full}"' },
    ],
    [
      'a composed name without fallback',
      ['voice_span_name'],
      { file: SPANS, from: '        fallback: HTTP\n', to: '' },
    ],
    [
      'a discriminator the span lacks',
      ['voice_span_discriminator'],
      { file: SPANS, from: '{ voice.stage.type: vad }', to: '{ voice.stage.kind: vad }' },
    ],
    [
      'a discriminator of no known value',
      ['voice_span_discriminator'],
      { file: SPANS, from: '{ voice.stage.type: vad }', to: '{ voice.stage.type: vda }' },
    ],
    [
      'an operation of no known value',
      ['voice_span_operation'],
      { file: SPANS, from: 'operations: [text_to_speech]', to: 'operations: [tts]' },
    ],
    [
      'a parent that is no span type',
      ['voice_span_parent'],
      {
        file: SPANS,
        from: 'parents: [none, voice.internal.session]',
        to: 'parents: [none, voice.internal.call]',
      },
    ],
    [
      'a schema URL without version',
      ['voice_schema_url'],
      { file: MANIFEST, from: '/voice-dev/0.1.0-dev', to: '/voice-dev' },
    ],
    [
      'a development schema that does not say so',
      ['voice_schema_url'],
      { file: MANIFEST, from: '/voice-dev/0.1.0-dev', to: '/voice/0.1.0' },
    ],
    [
      'another upstream commit than upstream.yaml',
      ['voice_upstream_pin'],
      { file: MANIFEST, from: '@e07f4eb', to: '@0000000' },
    ],
  ];
  test.each(cases)('%s', (_what, ids, edit) => expect(problemIds(edit)).toEqual([...ids].sort()));
});
