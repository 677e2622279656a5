import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  callOf,
  DEMO_ID,
  DEMO_LINES,
  postSpans,
  sessionsOf,
  temporaryFolder,
  until,
  viewerWith,
} from './support.js';

interface RawSpan {
  name: string;
  spanId: string;
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: object }[];
}

/** The demo call, with its spans changed. */
function changed(change: (spans: RawSpan[]) => RawSpan[]): string {
  return DEMO_LINES.map((line) => {
    const request = JSON.parse(line);
    for (const { scopeSpans } of request.resourceSpans)
      for (const scope of scopeSpans) scope.spans = change(scope.spans);
    return JSON.stringify(request);
  }).join('\n');
}

const text = (key: string, stringValue: string): RawSpan['attributes'][number] => ({
  key,
  value: { stringValue },
});

const CASES: readonly (readonly [string, string])[] = [
  [
    '10,000 attributes',
    changed((spans) =>
      spans.map((span) => ({
        ...span,
        attributes: [
          ...span.attributes,
          ...Array.from({ length: span.name === 'voice.session' ? 10_000 : 0 }, (_value, index) =>
            text(`key.${index}`, 'x'),
          ),
        ],
      })),
    ),
  ],
  [
    'texts of a megabyte',
    changed((spans) =>
      spans.map((span) => ({
        ...span,
        attributes:
          span.name === 'voice.agent_turn'
            ? [...span.attributes, text('voice.turn.transcript', 'word '.repeat(200_000))]
            : span.attributes,
      })),
    ),
  ],
  [
    'keys of prototypes',
    changed((spans) =>
      spans.map((span) => ({
        ...span,
        attributes: [
          ...span.attributes,
          text('__proto__', 'x'),
          text('constructor', 'y'),
          text('toString', 'z'),
        ],
      })),
    ),
  ],
  ['no session span', changed((spans) => spans.filter(({ name }) => name !== 'voice.session'))],
  ['spans without an end', changed((spans) => spans.map((span) => ({ ...span, endTimeUnixNano: '0' })))],
  ['missing parents', changed((spans) => spans.filter(({ name }) => name !== 'voice.agent_turn'))],
  ['parents in a circle', changed((spans) => spans.map((span) => ({ ...span, parentSpanId: span.spanId })))],
  [
    'clocks that disagree',
    changed((spans) =>
      spans.map((span) =>
        span.name === 'voice.agent_turn'
          ? { ...span, startTimeUnixNano: '1', endTimeUnixNano: '18446744073709551615' }
          : span,
      ),
    ),
  ],
];

describe('strange spans', () => {
  it.each(CASES)('%s: in the list, whole, as text and as a page', async (_name, content) => {
    const file = join(temporaryFolder(), 'strange.jsonl');
    writeFileSync(file, content);
    const opened = await viewerWith({ files: [file] });
    const receiving = await viewerWith();
    for (const line of content.split('\n')) await postSpans(receiving, line);
    await until(
      () => sessionsOf(receiving),
      ({ sessions }) => sessions.length > 0,
    );
    for (const viewer of [opened, receiving]) {
      const { sessions } = await sessionsOf(viewer);
      expect(sessions.map(({ sessionId }) => sessionId)).toContain(DEMO_ID);
      expect((await callOf(viewer, DEMO_ID)).report.turns.length).toBeGreaterThan(0);
      for (const what of ['export.txt', 'export.html']) {
        expect((await fetch(`${viewer.url}/api/sessions/${DEMO_ID}/${what}`)).status).toBe(200);
      }
      expect((await fetch(`${viewer.url}/api/sessions.csv`)).status).toBe(200);
    }
  });

  it('spans that are not as OTLP has them do not end anything', async () => {
    const viewer = await viewerWith();
    const body = [
      'null',
      '[]',
      '"x"',
      '{"resourceSpans":5}',
      '{"resourceSpans":[null,{"scopeSpans":[{"spans":[null,1,{}]}]}]}',
    ];
    const response = await fetch(`${viewer.url}/api/files`, { method: 'POST', body: body.join('\n') });
    expect(response.status).toBe(200);
    for (const line of body) expect((await postSpans(viewer, line)).status).toBeLessThan(500);
    expect((await sessionsOf(viewer)).sessions).toEqual([]);
  });
});
