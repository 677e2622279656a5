/**
 * Hosted agents by their events: `npx tsx examples/agent-events/main.ts`. A call on Vapi, with the preset, and one on a
 * library of one's own, with a table; both libraries are stand-ins that emit what the real ones do.
 */
import { EventEmitter } from 'node:events';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { VoiceSpanProcessor, VoiceTracer } from 'voice-otel';
import { type EventMap, observeEvents, vapiEvents } from 'voice-otel/events';
import { TreeExporter } from '../hand-written-loop/tree-exporter.js';
import { MY_CALL, play, VAPI_CALL } from './calls.js';

const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
const exporter = endpoint === undefined ? new TreeExporter() : new OTLPTraceExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new VoiceSpanProcessor({ exporter })] });
const tracer = new VoiceTracer({ tracerProvider });

console.log('Two calls of a few seconds are on the line …\n');

const vapi = new EventEmitter();
const observed = observeEvents(vapi, vapiEvents(), { agentId: 'bank', transport: 'webrtc', tracer });
await play(vapi, VAPI_CALL);
observed.stop();

/** What the events of my library say. */
const myEvents: EventMap = {
  events: {
    listening: () => ({ type: 'user_speech_started' }),
    heard: (text: string) => [{ type: 'user_speech_stopped' }, { type: 'transcript', text, final: true }],
    speaking: (said: { text: string }) => [
      { type: 'agent_speech_started' },
      { type: 'spoken_text', text: said.text },
    ],
    silent: () => ({ type: 'agent_speech_stopped' }),
  },
};
const mine = new EventEmitter();
const alsoObserved = observeEvents(mine, myEvents, { agentId: 'weather', tracer });
await play(mine, MY_CALL);
alsoObserved.stop();

await tracerProvider.shutdown();
if (endpoint !== undefined) console.log(`Their spans went to ${endpoint}`);
