import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { VoiceTracer, type VoiceTracerOptions } from '../../src/conversation/tracer.js';
import type { VoiceSpanProcessorOptions } from '../../src/processor/options.js';
import { VoiceSpanProcessor } from '../../src/processor/voice-span-processor.js';
import { FakeClock } from '../support/clock.js';

/** A span as a back end gets it: OTLP JSON, its attributes as a plain object. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code: number };
}

interface TraceRequest {
  readonly resourceSpans: {
    readonly scopeSpans: {
      readonly spans: (Omit<ReceivedSpan, 'attributes'> & {
        readonly attributes: { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
      })[];
    }[];
  }[];
}

/** The whole of the conversation, by the names of the spans. */
export const OUTLINE: readonly string[] = [
  'voice.session',
  '  voice.agent_turn',
  '    text_to_speech sonic-2',
  '  voice.user_turn',
  '    voice.vad',
  '    speech_to_text nova-3',
  '    voice.nlu',
  '  voice.agent_turn',
  '    voice.dialogue_management',
  '    chat gpt-4.1-mini',
  '    execute_tool find_order',
  '    GET',
  '    chat gpt-4.1-mini',
  '    text_to_speech sonic-2',
  '  voice.user_turn',
  '    speech_to_text nova-3',
  '    chat gpt-4.1-mini',
];

/**
 * One conversation with a stage of every kind, a tool call, a barge-in and a discarded generation, through VoiceTracer,
 * VoiceSpanProcessor and the serialiser of the official exporter.
 */
export function converse(
  options: VoiceTracerOptions = {},
  processorOptions: VoiceSpanProcessorOptions = {},
): ReceivedSpan[] {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new VoiceSpanProcessor(processorOptions), new SimpleSpanProcessor(exporter)],
  });
  const clock = new FakeClock();
  const voice = new VoiceTracer({ tracerProvider, clock, ...options });
  const session = voice.startSession({
    agentId: 'order-line',
    agentVersion: '2.0.1',
    transport: 'webrtc',
    userId: 'u_42',
    sessionId: 's_backend',
  });

  const greeting = session.startAgentTurn();
  greeting.stage('tts', { provider: 'cartesia', model: 'sonic-2' }, (stage) => {
    clock.pass(150);
    stage.setPayload({ textInput: 'Hello!', audioDurationMs: 900 });
  });
  greeting.firstAudio();
  clock.pass(900);
  greeting.lastAudio();
  greeting.end();

  clock.pass(300);
  const question = session.startUserTurn();
  question.stage('vad', {}, () => clock.pass(1000));
  question.stage('stt', { provider: 'deepgram', model: 'nova-3' }, (stage) => {
    clock.pass(350);
    question.speechEnded(clock.wallMs() - 350);
    stage.setPayload({ audioDurationMs: 1350, finalTranscript: 'Where is order 4712?' });
  });
  question.stage('nlu', {}, (stage) => {
    clock.pass(10);
    stage.setPayload({ intent: 'order_status' });
  });
  question.setTranscript('Where is order 4712?');
  question.end();

  const answer = session.startAgentTurn();
  answer.stage('dialogue_management', {}, (stage) => {
    clock.pass(5);
    stage.setPayload({ actionSelected: 'look_up' });
  });
  answer.stage('llm', { provider: 'openai', model: 'gpt-4.1-mini' }, (stage) => {
    clock.pass(300);
    stage.firstOutput();
    stage.setPayload({ promptTokens: 400, cachedTokens: 100, completionTokens: 30, reasoningTokens: 10 });
  });
  answer.stage('tool', {}, (stage) => {
    clock.pass(20);
    stage.setPayload({
      name: 'find_order',
      callId: 'call_1',
      arguments: { id: '4712' },
      result: 'on its way',
    });
  });
  answer.stage('api_call', {}, (stage) => {
    clock.pass(20);
    stage.setPayload({ method: 'GET', urlPath: '/orders/4712', statusCode: 200 });
  });
  answer.stage('llm', { provider: 'openai', model: 'gpt-4.1-mini' }, (stage) => {
    clock.pass(200);
    stage.firstOutput();
    stage.setPayload({
      prompt: [{ role: 'user', content: 'Where is order 4712?' }],
      completion: 'It is on its way.',
      promptTokens: 450,
      completionTokens: 20,
    });
  });
  const speech = answer.startStage('tts', { provider: 'cartesia', model: 'sonic-2' });
  clock.pass(150);
  answer.firstAudio();
  speech.setPayload({ textInput: 'It is on its way.', audioDurationMs: 1500 });
  clock.pass(800);
  speech.end();

  const interjection = session.startUserTurn();
  clock.pass(180);
  answer.lastAudio();
  interjection.markInterrupted({ byTurnId: answer.turnId, interruptLatencyMs: 180 });
  answer.end();
  interjection.stage('stt', { provider: 'deepgram', model: 'nova-3' }, (stage) => {
    clock.pass(700);
    stage.setPayload({ audioDurationMs: 700 });
  });
  interjection.stage('llm', { provider: 'openai', model: 'gpt-4.1-mini' }, (stage) => {
    clock.pass(100);
    stage.setPayload({ promptTokens: 500, completionTokens: 5 });
    stage.discard();
  });
  interjection.end();
  session.end({ reason: 'user_left' });
  return received(exporter);
}

/** A turn of a speech-to-speech model, with the breakdowns of its tokens. */
export function speechToSpeech(): ReceivedSpan[] {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new VoiceSpanProcessor(), new SimpleSpanProcessor(exporter)],
  });
  const session = new VoiceTracer({ tracerProvider }).startSession({ agentId: 'order-line' });
  session.agentTurn((turn) =>
    turn.stage('llm', { provider: 'openai', model: 'gpt-realtime', operation: 'generate_content' }, (stage) =>
      stage.setPayload({
        promptTokens: 1000,
        promptTextTokens: 200,
        promptAudioTokens: 800,
        completionTokens: 300,
        completionTextTokens: 60,
        completionAudioTokens: 240,
      }),
    ),
  );
  session.end();
  return received(exporter);
}

function received(exporter: InMemorySpanExporter): ReceivedSpan[] {
  const bytes = JsonTraceSerializer.serializeRequest(exporter.getFinishedSpans());
  const request: TraceRequest = JSON.parse(new TextDecoder().decode(bytes));
  const spans = request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  return spans.map((span) => ({
    ...span,
    attributes: Object.fromEntries(span.attributes.map(({ key, value }) => [key, plain(value)])),
  }));
}

/** `{ intValue: 1 }` as 1. */
function plain(value: Readonly<Record<string, unknown>>): unknown {
  return 'intValue' in value ? Number(value.intValue) : Object.values(value)[0];
}

export function named(spans: readonly ReceivedSpan[], name: string): ReceivedSpan[] {
  return spans.filter((span) => span.name === name);
}

/** The trees of the spans, as indented lines, children by their start. */
export function outline(spans: readonly ReceivedSpan[]): string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const byStart = [...spans].sort((a, b) =>
    Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)),
  );
  const below = (isHere: (span: ReceivedSpan) => boolean, indent: string): string[] =>
    byStart
      .filter(isHere)
      .flatMap(({ name, spanId }) => [
        `${indent}${name}`,
        ...below(({ parentSpanId }) => parentSpanId === spanId, `${indent}  `),
      ]);
  return below(({ parentSpanId = '' }) => !ids.has(parentSpanId), '');
}

export function sum(values: readonly unknown[]): number {
  return values.reduce<number>((total, value) => total + Number(value), 0);
}
