import { describe, expect, test } from 'vitest';
import type { StageReport } from '../../../src/report/model.js';
import { prettyJson, valueText } from '../../../src/viewer/page/call/json.js';
import { readMessages } from '../../../src/viewer/page/call/messages.js';
import { payloadBlocks } from '../../../src/viewer/page/call/payload.js';
import { demoCall, turnOf } from './demo.js';

const stages = turnOf(demoCall(), 5).stages;

function stage(kind: string): StageReport {
  const found = stages.find((candidate) => candidate.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} stage`);
  return found;
}

describe('payloads of the demo call', () => {
  test('a model: tokens, and the messages as a conversation', () => {
    expect(payloadBlocks(stage('llm'))).toEqual([
      {
        kind: 'fields',
        fields: [
          { label: 'Input tokens', value: '409' },
          { label: 'Output tokens', value: '15' },
          { label: 'Tokens per second', value: '35.4' },
        ],
      },
      {
        kind: 'messages',
        label: 'Input messages',
        messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Where is my order 4712?' }] }],
      },
      {
        kind: 'messages',
        label: 'Output messages',
        messages: [
          {
            role: 'assistant',
            parts: [{ kind: 'call', name: 'look_up_order', json: '{"orderNumber":"4712"}' }],
          },
          {
            role: 'tool',
            parts: [
              {
                kind: 'result',
                json: '{"orderNumber":"4712","status":"with the carrier","arrives":"tomorrow, 9:00 to 12:00"}',
              },
            ],
          },
        ],
      },
    ]);
  });

  test('a tool: its arguments and its result, indented', () => {
    expect(payloadBlocks(stage('tool'))).toEqual([
      { kind: 'fields', fields: [{ label: 'Call id', value: 'call-chatcmpl-2' }] },
      { kind: 'json', label: 'Arguments', text: '{\n  "orderNumber": "4712"\n}' },
      {
        kind: 'json',
        label: 'Result',
        text: '{\n  "orderNumber": "4712",\n  "status": "with the carrier",\n  "arrives": "tomorrow, 9:00 to 12:00"\n}',
      },
    ]);
  });

  test('a synthesiser: characters and length of its audio', () => {
    expect(payloadBlocks(stage('tts'))).toEqual([
      {
        kind: 'fields',
        fields: [
          { label: 'Characters', value: '125' },
          { label: 'Audio', value: '6,540 ms' },
        ],
      },
    ]);
  });
});

test('a stage of an unknown kind shows what is its own', () => {
  const attributes = {
    'voice.session.id': 's_1',
    'voice.stage.type': 'rerank',
    'app.query': 'decaf',
    'app.hits': '[{"id":1}]',
    'app.score': 0.25,
  };
  expect(payloadBlocks({ ...stage('tool'), kind: 'rerank', attributes })).toEqual([
    {
      kind: 'fields',
      fields: [
        { label: 'app.query', value: 'decaf' },
        { label: 'app.score', value: '0.25' },
      ],
    },
    { kind: 'json', label: 'app.hits', text: '[\n  {\n    "id": 1\n  }\n]' },
  ]);
});

test('a kind named like a method of objects is one of the unknown kinds', () => {
  expect(payloadBlocks({ ...stage('tool'), kind: 'constructor', attributes: {} })).toEqual([]);
});

describe('messages', () => {
  test('of the chat completions API are read as well', () => {
    const text = JSON.stringify([
      { role: 'system', content: 'Be brief.' },
      { role: 'assistant', content: null, tool_calls: [{ function: { name: 'f', arguments: '{"a":1}' } }] },
    ]);
    expect(readMessages(text)).toEqual([
      { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
      { role: 'assistant', parts: [{ kind: 'call', name: 'f', json: '{"a":1}' }] },
    ]);
  });

  test('parts of another kind are kept as they are', () => {
    const text = JSON.stringify([{ role: 'user', parts: [{ type: 'audio', seconds: 2 }] }]);
    expect(readMessages(text)).toEqual([
      {
        role: 'user',
        parts: [{ kind: 'other', type: 'audio', json: '{\n  "type": "audio",\n  "seconds": 2\n}' }],
      },
    ]);
  });

  test.each(['', 'null', '[]', '{"role":"user"}', '[1]', '[{"parts":[]}]', '[{"role":1}]', 'not json'])(
    '%j is none',
    (text) => {
      expect(readMessages(text)).toBeUndefined();
    },
  );
});

describe('JSON', () => {
  test('within JSON is opened', () => {
    expect(prettyJson('{"a":"{\\"b\\":1}"}')).toBe('{\n  "a": {\n    "b": 1\n  }\n}');
  });

  test('keys of objects stay keys', () => {
    expect(prettyJson('{"__proto__":{"x":1}}')).toBe('{\n  "__proto__": {\n    "x": 1\n  }\n}');
  });

  test.each(['plain', '12', '{"broken":', `[${'1,'.repeat(150_000)}1]`])(
    'what is none stays as it is',
    (text) => {
      expect(prettyJson(text)).toBe(text);
    },
  );

  test('nested a thousand deep it does not fail', () => {
    const text = `${'['.repeat(1000)}${']'.repeat(1000)}`;
    expect(JSON.parse(prettyJson(text))).toEqual(JSON.parse(text));
  });

  test('values of attributes as text', () => {
    expect([valueText('a'), valueText(1.5), valueText(true), valueText(null), valueText([1])]).toEqual([
      'a',
      '1.5',
      'true',
      'null',
      '[\n  1\n]',
    ]);
  });
});
