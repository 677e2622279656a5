/**
 * A voice loop of three plain functions, observed by wrapping them: `npx tsx examples/wrapped-stages/main.ts`.
 */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { VoiceSpanProcessor, VoiceTracer } from 'voice-otel';
import { wrapStages } from 'voice-otel/events';
import { TreeExporter } from '../hand-written-loop/tree-exporter.js';
import { complete, speak, transcribe } from './functions.js';

const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
const exporter = endpoint === undefined ? new TreeExporter() : new OTLPTraceExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new VoiceSpanProcessor({ exporter })] });

const { stt, llm, tts, stop } = wrapStages(
  { stt: transcribe, llm: complete, tts: speak },
  {
    agentId: 'forecast',
    sttModel: 'openai/whisper-1',
    llmModel: 'openai/gpt-4.1-mini',
    ttsModel: 'cartesia/sonic-2',
    // 16 bits at 24 kHz: 48 bytes a millisecond. With it, it is known how long the agent is heard.
    read: { tts: (audio) => ({ audioMs: (audio as Uint8Array).length / 48 }) },
    tracer: new VoiceTracer({ tracerProvider }),
  },
);

console.log('Two questions are asked …\n');
for (const utterance of ['Will it rain?', 'And tomorrow?']) {
  const { text } = await stt(utterance);
  let answer = '';
  for await (const chunk of llm([{ role: 'user', content: text }]))
    answer += chunk.choices[0]?.delta.content ?? '';
  const audio = await tts(answer);
  // Playing it takes as long as it is.
  await new Promise((resolve) => setTimeout(resolve, audio.length / 48));
}
stop('user_left');

await tracerProvider.shutdown();
if (endpoint !== undefined) console.log(`Their spans went to ${endpoint}`);
