/** A pipeline of frames, observed: `npm run example:pipeline`. */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { VoiceSpanProcessor } from 'voice-otel';
import { observePipeline } from 'voice-otel/pipecat';
import { TreeExporter } from '../hand-written-loop/tree-exporter.js';
import { VoiceDetector } from './detector.js';
import { Microphone } from './microphone.js';
import { LanguageModel } from './model.js';
import { Pipeline } from './pipeline.js';
import { Recogniser } from './recogniser.js';
import { Speaker } from './speaker.js';
import { Synthesiser } from './synthesiser.js';

const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
const exporter = endpoint === undefined ? new TreeExporter() : new OTLPTraceExporter();
const sdk = new NodeSDK({
  serviceName: 'order-line',
  spanProcessors: [new VoiceSpanProcessor({ exporter })],
  metricReaders: [],
  logRecordProcessors: [],
});
sdk.start();

const microphone = new Microphone();
const pipeline = new Pipeline(
  microphone,
  new VoiceDetector(),
  new Recogniser(),
  new LanguageModel(),
  new Synthesiser(),
  new Speaker(),
);

// The one line.
const observation = observePipeline(pipeline, { agentId: 'order-line' });

console.log('A call of 9 seconds is on the line …\n');
const lines = [
  { at: 300, text: 'Where is my order?' },
  { at: 4300, text: 'Call me at 415-555-0132, please.' },
];
await microphone.call(lines, 9000);

observation.stop();
await sdk.shutdown();
if (endpoint !== undefined) console.log(`Its spans went to ${endpoint}`);
