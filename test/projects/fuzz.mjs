// Random span trees with secrets in every place that can hold text, through the official OTLP/HTTP exporters, JSON and
// protobuf: the bytes that leave contain none of them. FUZZ_SEED repeats a run, FUZZ_TREES makes it longer.
import { createServer } from 'node:http';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as Json } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as Protobuf } from '@opentelemetry/exporter-trace-otlp-proto';
import { VoiceSpanProcessor, VoiceTracer } from 'voice-otel';
import { check, line } from './otel.mjs';

const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_007);
const trees = Number(process.env.FUZZ_TREES ?? 60);
console.log(`seed ${seed}`);

let state = seed >>> 0;
/** mulberry32 */
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];
const digits = (n) => Array.from({ length: n }, () => below(10)).join('');
const letters = (n) => Array.from({ length: n }, () => 'bcdfghjklmnpqrstvwxz'[below(20)]).join('');

const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const say = (number) => [...number].map((digit) => WORDS[Number(digit)]).join(' ');
const luhn = (body) => {
  const sum = [...body].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return body + ((10 - (sum % 10)) % 10);
};

/** A secret as it is written, and what of it must not be found in what leaves. */
const SECRETS = {
  email: () => {
    const local = `${letters(5)}.${letters(7)}`;
    return { text: `${local}@example.com`, needle: local };
  },
  spokenEmail: () => {
    const [first, last] = [letters(6), letters(8)];
    return { text: `${first} dot ${last} at gmail dot com`, needle: `${first} dot ${last}` };
  },
  phone: () => {
    const number = [`${pick([212, 312, 415, 646])}`, `${pick([223, 555, 777])}`, digits(4)];
    return {
      text: pick([number.join('-'), `(${number[0]}) ${number[1]}-${number[2]}`]),
      needle: number.slice(1).join('-'),
    };
  },
  spokenPhone: () => {
    const number = `${pick([212, 312, 415, 646])}${pick([223, 555, 777])}${digits(4)}`;
    return { text: say(number), needle: say(number.slice(3)) };
  },
  card: () => {
    const number = luhn(`4${digits(14)}`);
    const groups = number.match(/\d{4}/g);
    return pick([
      { text: number, needle: number },
      { text: groups.join(' '), needle: groups.slice(1).join(' ') },
    ]);
  },
  ssn: () => {
    const number = [`${100 + below(500)}`, `${10 + below(89)}`, `${1000 + below(8999)}`];
    return { text: `my ssn is ${number.join('-')}`, needle: number.join('-') };
  },
};

const TALK = ['so ', 'right, it is ', 'please note: ', '', 'the caller said '];
const TAILS = ['', ' thanks', '.', ', okay?', '\nand then'];

/** What was planted: a place and the bytes that must not leave. */
let planted = [];
function plant(place, make = pick(Object.values(SECRETS))) {
  const { text, needle } = make();
  planted.push({ place, needle: Buffer.from(needle) });
  return pick(TALK) + text + pick(TAILS);
}
/** Without words around it, where the value stands alone. */
function plantBare(place, make = pick([SECRETS.email, SECRETS.phone, SECRETS.card])) {
  const { text, needle } = make();
  planted.push({ place, needle: Buffer.from(needle) });
  return text;
}
/** A card as a number; in protobuf it is a varint, little groups of seven bits first. */
function plantNumber(place) {
  const number = luhn(`4${digits(14)}`);
  let rest = BigInt(number);
  const varint = [];
  for (; rest > 127n; rest >>= 7n) varint.push(Number(rest & 127n) | 128);
  varint.push(Number(rest));
  planted.push({ place, needle: Buffer.from(number) }, { place, needle: Buffer.from(varint) });
  return Number(number);
}

const KEYS = [
  'app.note',
  'gen_ai.input.messages',
  'gen_ai.prompt.0.content',
  'lk.user_transcript',
  'langfuse.observation.input',
  'llm.prompts.0.content',
  'input.value',
  'traceloop.entity.output',
  'custom',
];
let keys = 0;
/** A key of its own on each span: the last one of a name would win. */
const key = () => {
  keys += 1;
  return `${pick(KEYS)}.${keys}`;
};

const PLACES = {
  attribute: (span) => span.setAttribute(pick(KEYS), plant('attribute')),
  array: (span) => span.setAttribute(key(), ['ok', plant('array'), 'fine']),
  'spread over an array': (span) => {
    const { text, needle } = SECRETS.spokenPhone();
    planted.push({
      place: 'spread over an array',
      needle: Buffer.from(needle.split(' ').slice(3).join(' ')),
    });
    const words = text.split(' ');
    span.setAttribute(
      key(),
      [words.slice(0, 3), words.slice(3, 6), words.slice(6)].map((part) => part.join(' ')),
    );
  },
  json: (span) =>
    span.setAttribute(
      key(),
      JSON.stringify([
        { role: 'user', parts: [{ type: 'text', content: plant('json') }] },
        { role: 'tool', id: 7 },
      ]),
    ),
  'json in json': (span) =>
    span.setAttribute(
      key(),
      JSON.stringify({ arguments: JSON.stringify({ to: plant('json in json'), note: 'a\n"b"' }) }),
    ),
  'number in json': (span) =>
    span.setAttribute(key(), JSON.stringify({ card: plantNumber('number in json'), n: 12 })),
  'key in json': (span) => span.setAttribute(key(), JSON.stringify({ [plantBare('key in json')]: 1 })),
  'cut json': (span) => span.setAttribute(key(), `{"a":[{"content":"${plantBare('cut json')} and the`),
  number: (span) => span.setAttribute(key(), plantNumber('number')),
  'attribute key': (span) => span.setAttribute(plantBare('attribute key'), true),
  'event name': (span) => span.addEvent(plant('event name')),
  'event attribute': (span) => span.addEvent('message', { [key()]: plant('event attribute') }),
  exception: (span) => span.recordException(new Error(plant('exception'))),
  status: (span) => span.setStatus({ code: SpanStatusCode.ERROR, message: plant('status') }),
  name: (span) => span.updateName(plant('name')),
  link: (span) => {
    const context = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
    span.addLink({ context, attributes: { [key()]: plant('link') } });
  },
  ...(line === 3
    ? {
        'nested object': (span) =>
          span.setAttribute(key(), {
            deep: { list: [plant('nested object'), { [plantBare('nested key')]: 'x' }] },
          }),
        'mixed array': (span) =>
          span.setAttribute(key(), [1, true, plant('mixed array'), { a: [plant('mixed array')] }]),
        bytes: (span) => span.setAttribute(key(), new TextEncoder().encode(plant('bytes'))),
      }
    : {}),
};

async function sdk(spanProcessors, spanLimits) {
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const resource = resourceFromAttributes({
    'service.name': 'fuzz',
    'process.command_line': `agent --mail=${plantBare('resource', SECRETS.email)}`,
  });
  const options = { spanProcessors, resource, ...(spanLimits === undefined ? {} : { spanLimits }) };
  if (line === 3) return new (await import('@opentelemetry/sdk-trace')).TracerProvider(options);
  return new (await import('@opentelemetry/sdk-trace-base')).BasicTracerProvider(options);
}

/** A span with some secrets and children of its own. */
function grow(tracer, parent, depth) {
  const span = tracer.startSpan(pick(['chat', 'tool', 'turn', 'GET /']), {}, parent);
  for (let i = 1 + below(4); i > 0; i -= 1) pick(Object.values(PLACES))(span);
  const context = trace.setSpan(parent, span);
  if (depth > 0) for (let i = below(3); i > 0; i -= 1) grow(tracer, context, depth - 1);
  span.end();
}

/** A conversation in our own words, with a number read out over three turns. */
function converse(tracerProvider) {
  const session = new VoiceTracer({ tracerProvider }).startSession({
    agentId: 'a',
    metadata: { note: plant('session metadata') },
  });
  const number = `${pick([212, 312, 415, 646])}${pick([223, 777])}${digits(4)}`;
  const groups = [number.slice(0, 3), number.slice(3, 6), number.slice(6)].map(say);
  planted.push({ place: 'dictated', needle: Buffer.from(groups[2]) });
  const history = [];
  for (const words of [plant('transcript'), ...groups]) {
    history.push({ role: 'user', content: words });
    session.userTurn((turn) => {
      turn.stage('stt', {}, (stage) =>
        stage.setPayload({ finalTranscript: words, partials: [{ text: words }] }),
      );
      turn.event('heard', { words });
      turn.setTranscript(words);
    });
    session.agentTurn((turn) => {
      turn.stage('llm', {}, (stage) =>
        stage.setPayload({ prompt: history, completion: plant('completion') }),
      );
      turn.stage('tool', {}, (stage) =>
        stage.setPayload({
          name: 'lookup',
          arguments: { q: plant('tool arguments') },
          result: [plant('tool result')],
        }),
      );
      turn.stage('tts', {}, (stage) => stage.setPayload({ textInput: plant('spoken text') }));
      turn.setTranscript('go on');
    });
  }
  grow(tracerProvider.getTracer('other'), session.context, 1);
  session.end();
}

let received = [];
const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    received.push(Buffer.concat(parts));
    response.writeHead(200, { 'content-type': request.headers['content-type'] });
    response.end(request.headers['content-type']?.includes('json') ? '{}' : '');
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}/v1/traces`;

const { ROOT_CONTEXT } = await import('@opentelemetry/api');
for (const [encoding, Exporter] of Object.entries({ json: Json, protobuf: Protobuf })) {
  for (let tree = 0; tree < trees; tree += 1) {
    planted = [];
    received = [];
    const processor = new VoiceSpanProcessor({ exporter: new Exporter({ url }) });
    const tracerProvider = await sdk([processor]);
    grow(tracerProvider.getTracer('fuzz'), ROOT_CONTEXT, 3);
    if (tree % 3 === 0) converse(tracerProvider);
    await processor.forceFlush();
    await tracerProvider.shutdown();
    const bytes = Buffer.concat(received);
    const left = planted.filter(({ needle }) => bytes.includes(needle));
    check(bytes.length > 0, `${encoding}: nothing arrived`);
    check(
      left.length === 0,
      `${encoding}, tree ${tree}: ${left.map(({ place, needle }) => `${place} (${needle})`).join(', ')}`,
    );
    // Nothing is found because nothing is there: the same without a masker leaves secrets, or the check is blind.
    if (tree === 0) {
      const [kept, own] = [planted, received];
      [planted, received] = [[], []];
      const open = new VoiceSpanProcessor({ exporter: new Exporter({ url }), masker: false });
      const raw = await sdk([open]);
      for (let i = 0; i < 5; i += 1) grow(raw.getTracer('fuzz'), ROOT_CONTEXT, 3);
      await open.forceFlush();
      await raw.shutdown();
      const all = Buffer.concat(received);
      check(
        planted.some(({ needle }) => all.includes(needle)),
        `${encoding}: the check finds no secret at all`,
      );
      [planted, received] = [kept, own];
    }
  }
  // The SDK cuts values when they are set, in the middle of whatever is there.
  for (let tree = 0; tree < trees; tree += 1) {
    received = [];
    const { text } = pick([SECRETS.card, SECRETS.email, SECRETS.spokenPhone])();
    const limit = 24 + below(text.length);
    const start = `${'word '.repeat(5)} `.slice(0, 24);
    const processor = new VoiceSpanProcessor({ exporter: new Exporter({ url }) });
    const tracerProvider = await sdk([processor], { attributeValueLengthLimit: limit });
    const span = tracerProvider.getTracer('fuzz').startSpan('cut');
    span.setAttribute('app.note', `${start}${text}`);
    span.end();
    await processor.forceFlush();
    await tracerProvider.shutdown();
    const cut = text.slice(0, limit - 24);
    const tail = cut.slice(0, Math.max(9, cut.length));
    check(
      tail.length < 9 || !Buffer.concat(received).includes(Buffer.from(tail)),
      `${encoding}: cut after "${tail}"`,
    );
  }
}
server.close();
check.end(`fuzz, SDK ${line}.x, seed ${seed}`);
