import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { initializeLogger, llm } from '@livekit/agents';
import { dispose } from '@livekit/rtc-node';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { encodeTraceRequest } from '../../../../src/exporters/otlp-json.js';
import { now, sleep } from '../../../instrumentation/livekit/fakes/audio.js';
import { Call } from '../../../instrumentation/livekit/fakes/call.js';
import { answers, STORY } from '../../../instrumentation/livekit/fakes/replies.js';

// Records LiveKit's own spans of one call on a real AgentSession, with what microphone and loudspeaker noted:
// npx tsx test/gateway/normalise/livekit/record.ts
const ended: ReadableSpan[] = [];
const keep = {
  onStart: () => undefined,
  onEnd: (span: ReadableSpan) => void ended.push(span),
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
};
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [keep] }));
initializeLogger({ pretty: false, level: 'silent' });

const order = llm.tool({
  name: 'get_order_status',
  description: 'Status of an order',
  parameters: { type: 'object', properties: { id: { type: 'string' } } },
  execute: async () => {
    await sleep(100);
    return 'shipped';
  },
});

const call = new Call({
  attach: null,
  hears: ['I cannot log in', 'Tell me a story', 'Please stop', 'Where is my order', 'This breaks'],
  tools: [order],
  speaker: { heardText: () => 'Once upon a time' },
  replies: answers(
    [/story/, { text: STORY }],
    [/stop/, { text: 'Okay I stopped.' }],
    [/^tool:/, { text: 'It has shipped.' }],
    [/order/, { tool: { name: 'get_order_status', args: { id: 'A1' } } }],
    [/breaks/, { error: new Error('the model is down') }],
  ),
});
await call.start();
const offset = Date.now() - now();
await call.session.say('Hello there how can I help').waitForPlayout();
await call.exchange(800);
await call.microphone.say(700);
await call.agentIs('speaking');
await sleep(600);
await call.microphone.say(800);
await call.agentIs('listening');
await call.agentIs('speaking');
await call.agentIs('listening');
await call.exchange(700);
await call.microphone.say(600);
await sleep(2000);
await call.session.close();
call.microphone.stop();
const at = (time: number): number => Math.round((time + offset) * 1000) / 1000;
const recording = {
  utterances: call.microphone.utterances.map(({ onset, stop }) => ({ onset: at(onset), stop: at(stop) })),
  playbacks: call.speaker.playbacks.map(({ startedAt, heardUntil, cut }) => ({
    startedAt: at(startedAt),
    heardUntil: at(heardUntil),
    cut,
  })),
  requests: ended.map((span) => encodeTraceRequest([span])),
};
// Nothing names the machine: not the paths in stack traces, nor that of the executable.
const text = JSON.stringify(recording, undefined, 1)
  .replaceAll(fileURLToPath(new URL('../../../../', import.meta.url)), '')
  .replaceAll(`unknown_service:${process.execPath}`, 'voice-agent');
writeFileSync(
  fileURLToPath(new URL('../../../fixtures/livekit-spans/recording.json', import.meta.url)),
  `${text}\n`,
);
await dispose();
process.exit(0);
