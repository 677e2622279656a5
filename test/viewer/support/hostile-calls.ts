import { line, type OtlpSpan, otlpSpan, request, type SpanSpec, type Value } from './otlp-span.js';

const START = Date.UTC(2026, 10, 24, 12);

/** Texts that would do harm, or hide something, in a page that trusted them. */
export const HOSTILE_TEXTS = {
  script: '<script>window.hacked = 1</script>',
  image: '<img src=x onerror="window.hacked = 2">',
  attribute: '" onmouseover="window.hacked = 3" x="',
  link: 'javascript:window.hacked=4',
  end: '</script><script>window.hacked = 5</script><!--',
  /** Reads backwards from the sixth character on where nobody marks it. */
  bidi: 'Order \u202egnp.exe\u202c is ready \u2066now\u2069',
  zeroWidth: 'pass\u200bword\u2060 and\ufeff more',
  control: 'bell\u0007 escape\u001b[31m nul\u0000',
  marks: `z${'\u0300\u0301\u0302'.repeat(40)} tall`,
  surrogate: 'half \ud83d of a face',
  formula: '=HYPERLINK("http://evil.example","click")',
} as const;

/** A megabyte of words, with a word at its end that a reader can look for. */
export const LONG_TEXT: string = `${'all work and no play '.repeat(50_000)}THE-END`;

/** One call a fault; what is in them must be shown, whatever it is. */
export const HOSTILE_CALLS = {
  markup: call('hostile-markup', { agent: HOSTILE_TEXTS.image }, [
    ...Object.values(HOSTILE_TEXTS).map((transcript, index) => turn('hostile-markup', index, { transcript })),
  ]),
  longText: call('hostile-long-text', {}, [
    turn('hostile-long-text', 0, { transcript: 'Say it all.' }),
    turn('hostile-long-text', 1, { transcript: LONG_TEXT }),
  ]),
  manyAttributes: call('hostile-attributes', {}, [
    turn('hostile-attributes', 0, {
      transcript: 'Ten thousand attributes.',
      attributes: Object.fromEntries(
        Array.from({ length: 10_000 }, (_, index) => [
          `app.attribute.${String(index).padStart(5, '0')}`,
          index,
        ]),
      ),
    }),
  ]),
  prototypeKeys: call('hostile-prototype', {}, [
    turn('hostile-prototype', 0, {
      transcript: 'Keys of objects.',
      // As JSON has them: an own key, not the prototype.
      attributes: JSON.parse(
        '{"__proto__":"polluted","constructor":"x","toString":"y","hasOwnProperty":"z"}',
      ),
    }),
  ]),
  clockSkew: call('hostile-clock', { sessionStart: START + 5000 }, [
    turn('hostile-clock', 0, { transcript: 'Before the call began.' }),
    turn('hostile-clock', 1, { transcript: 'A turn that ends before it starts.', durationMs: -700 }),
  ]),
  missingParents: line([
    otlpSpan(stage('hostile-parents', 'missing-turn', 'No turn of mine was ever sent.')),
  ]),
  withoutEnd: line([
    otlpSpan(turn('hostile-no-end', 0, { transcript: 'Nobody hung up.' })),
    otlpSpan(turn('hostile-no-end', 1, { transcript: 'Still here.' })),
  ]),
  wrongTypes: `${JSON.stringify(wrongTypes())}\n`,
} as const;

/** Lines that are no export requests, between those that are. */
export const BROKEN_LINES =
  '{"resourceSpans":[{"scopeSpans"\nnot json at all\n[]\nnull\n"text"\n{"resourceSpans":"none"}\n';

/** Everything, with the broken lines in the middle. */
export function hostileFile(): string {
  const calls = Object.values(HOSTILE_CALLS);
  return [...calls.slice(0, 4), BROKEN_LINES, ...calls.slice(4)].join('');
}

interface TurnOptions {
  readonly transcript: string;
  readonly durationMs?: number;
  readonly attributes?: Readonly<Record<string, Value>>;
}

function call(
  sessionId: string,
  { agent, sessionStart = START }: { agent?: string; sessionStart?: number },
  turns: readonly SpanSpec[],
): string {
  const session: SpanSpec = {
    traceId: traceOf(sessionId),
    spanId: spanOf(sessionId, 'session'),
    name: 'voice.session',
    startTime: sessionStart,
    endTime: START + 30_000,
    attributes: { ...common(sessionId), ...(agent === undefined ? {} : { 'gen_ai.agent.name': agent }) },
  };
  return line([...turns, session].map(otlpSpan));
}

function turn(sessionId: string, index: number, options: TurnOptions): SpanSpec {
  const speaker = index % 2 === 0 ? 'user' : 'agent';
  const startTime = START + 1000 + index * 2000;
  return {
    traceId: traceOf(sessionId),
    spanId: spanOf(sessionId, `turn ${index}`),
    parentSpanId: spanOf(sessionId, 'session'),
    name: `voice.${speaker}_turn`,
    startTime,
    endTime: startTime + (options.durationMs ?? 1500),
    attributes: {
      ...common(sessionId),
      'voice.turn.id': `${sessionId}-turn-${index}`,
      'voice.turn.index': index,
      'voice.turn.speaker': speaker,
      'voice.turn.transcript': options.transcript,
      'voice.turn.end_reason': 'completed',
      ...(speaker === 'agent'
        ? { 'voice.turn.first_audio_offset': 0.2, 'voice.turn.response_latency': 0.9 }
        : {}),
      ...options.attributes,
    },
    events: [
      {
        name: options.transcript.slice(0, 60),
        time: startTime + 10,
        payload: options.transcript.slice(0, 200),
      },
    ],
  };
}

function stage(sessionId: string, turnId: string, transcript: string): SpanSpec {
  return {
    traceId: traceOf(sessionId),
    spanId: spanOf(sessionId, turnId),
    parentSpanId: spanOf(sessionId, 'never sent'),
    name: 'speech_to_text nova-3',
    startTime: START,
    endTime: START + 900,
    attributes: {
      ...common(sessionId),
      'voice.turn.id': turnId,
      'voice.stage.type': 'stt',
      'voice.stage.id': `${sessionId}-stage`,
      'voice.stt.transcript': transcript,
    },
  };
}

/** Numbers where texts belong, texts where numbers belong, and worse. */
function wrongTypes(): unknown {
  const strange: OtlpSpan = otlpSpan({
    ...turn('hostile-types', 1, { transcript: 'Wrong types.' }),
    attributes: {
      ...common('hostile-types'),
      'voice.turn.id': 'hostile-types-turn',
      'voice.turn.index': 'first',
      'voice.turn.speaker': 7,
      'voice.turn.transcript': ['an', 'array'],
      'voice.turn.first_audio_offset': 'soon',
      'voice.turn.response_latency': -3,
      'gen_ai.input.messages': '{"not":"an array',
    },
  });
  return request([
    strange,
    { ...strange, spanId: spanOf('hostile-types', 'x'), attributes: [null, 7, { key: 9 }] },
  ]);
}

function common(sessionId: string): Record<string, Value> {
  return {
    'voice.session.id': sessionId,
    'session.id': sessionId,
    'gen_ai.agent.name': 'support-agent',
    'gen_ai.agent.version': '1.4.0',
  };
}

function traceOf(sessionId: string): string {
  return hash(sessionId).repeat(4);
}

function spanOf(sessionId: string, part: string): string {
  return hash(`${sessionId}/${part}`) + hash(`${part}/${sessionId}`);
}

/** FNV-1a, eight hexadecimal digits. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return ((value | 1) >>> 0).toString(16).padStart(8, '0');
}
