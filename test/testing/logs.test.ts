import { expect, test } from 'vitest';
import { checkConformance, type LogRecordLike } from '../../src/testing/index.js';

function found(record: LogRecordLike, captureContent?: boolean): string[] {
  return checkConformance([], { logRecords: [record], captureContent }).map(({ id, key }) => `${id} ${key}`);
}

const OURS = { name: 'voice-otel' };

test('a record of ours', () => {
  const attributes = { 'voice.session.id': 's_1', 'voice.event.payload': '{}', 'app.key': 1 };
  expect(found({ eventName: 'barge_in', instrumentationScope: OURS, attributes })).toEqual([]);
  expect(found({ instrumentationScope: OURS })).toEqual([]);
});

test('unknown keys of our namespace, whoever wrote them', () => {
  expect(found({ instrumentationScope: OURS, attributes: { 'voice.mood': 'calm' } })).toEqual([
    'missing_attribute voice.mood',
  ]);
  expect(found({ instrumentationScope: { name: 'app' }, attributes: { 'voice.mood': 'calm' } })).toEqual([
    'missing_attribute voice.mood',
  ]);
});

test('values', () => {
  const attributes = { 'voice.turn.index': 0.5, 'voice.turn.speaker': 'caller' };
  expect(found({ attributes })).toEqual([
    'type_mismatch voice.turn.index',
    'undefined_enum_variant voice.turn.speaker',
  ]);
});

test('content, where it is not captured', () => {
  const attributes = { 'voice.turn.transcript': 'Hello.', 'gen_ai.input.messages': '[]' };
  expect(found({ instrumentationScope: OURS, attributes }, false)).toEqual([
    'content_captured voice.turn.transcript',
    'content_captured gen_ai.input.messages',
  ]);
  expect(found({ instrumentationScope: OURS, attributes }, true)).toEqual([]);
  expect(found({ instrumentationScope: { name: 'openai' }, attributes }, false)).toEqual([
    'content_captured voice.turn.transcript',
  ]);
});

test('a finding says which record', () => {
  expect(
    checkConformance([], { logRecords: [{ eventName: 'barge_in', attributes: { 'voice.mood': 'calm' } }] }),
  ).toEqual([
    {
      id: 'missing_attribute',
      level: 'failure',
      message: "log record 'barge_in': 'voice.mood' is not in the registry",
      key: 'voice.mood',
    },
  ]);
});
