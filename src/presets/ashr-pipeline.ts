import { ProxyTracerProvider } from '@opentelemetry/api';
import { VoiceTracer } from '../conversation/tracer.js';
import type { LiveKitRecorder } from '../instrumentation/livekit/recording/call-audio.js';
import { errorText, warn } from '../otel/diagnostics.js';
import { environmentVariable } from '../otel/environment.js';
import { Client } from './ashr-client.js';
import { ashrRecorder } from './ashr-recorder.js';
import { type Pipeline, pipelineOf, spoolOfEnvironment } from './pipeline.js';

/** That of `Client`. */
const DRAIN_TIMEOUT_MS = 5000;

/** Where a preset sends to when it was given a key of Ashr's. */
export interface AshrDestination {
  /** An ingest key, `vo_…`. */
  apiKey: string;
  /** Default: `ASHR_VOICE_OBS_BASE_URL`, else `https://api.ashr.io`. */
  baseUrl?: string | undefined;
  /** Whether calls are recorded and uploaded. */
  recordCalls: boolean;
}

/** A pipeline to Ashr. */
export interface AshrPipeline extends Pipeline {
  /** Uploads recordings to Ashr; `undefined` where calls are not recorded. */
  readonly recorder: LiveKitRecorder | undefined;
}

/**
 * The pipeline of a preset with a key of Ashr's. A key that is there but empty (a variable that is not set) or a set-up
 * that cannot work is said in one loud line, and nothing is recorded: an agent does not go down for it, and nothing is
 * sent elsewhere instead.
 *
 * @throws TypeError when an option is of the wrong type
 */
export function ashrPipeline({ apiKey, baseUrl, recordCalls }: AshrDestination): AshrPipeline {
  if (typeof apiKey !== 'string') throw new TypeError('apiKey must be a string');
  if (apiKey.trim() === '') return nowhere('the API key for Ashr is empty');
  try {
    const spool = spoolOfEnvironment();
    const client = new Client({
      apiKey,
      ...(baseUrl === undefined ? {} : { baseUrl }),
      ...(spool === undefined ? {} : { spool }),
    });
    const place = baseUrl ?? environmentVariable('ASHR_VOICE_OBS_BASE_URL') ?? '';
    const recording = recordCalls ? ashrRecorder(client, [place, apiKey]) : undefined;
    return {
      tracer: client.tracer,
      recorder: recording?.recorder,
      destination: `Ashr${baseUrl === undefined ? '' : ` at ${baseUrl}`}`,
      forceFlush: () => client.forceFlush(),
      shutdown: (options) =>
        recording === undefined
          ? client.shutdown(options)
          : recording.shutdown(options?.drainTimeoutMs ?? DRAIN_TIMEOUT_MS),
      // The client sees to the end of the process itself.
      remainders: () => [],
    };
  } catch (error) {
    if (error instanceof TypeError) throw error;
    return nowhere(errorText(error));
  }
}

function nowhere(reason: string): AshrPipeline {
  warn('ashr:nothing', `NOTHING IS RECORDED: ${reason}`);
  // A provider without a delegate records nothing, whatever the application has registered globally.
  const tracerProvider = new ProxyTracerProvider();
  const pipeline = pipelineOf(new VoiceTracer({ tracerProvider }), `nowhere: ${reason}`);
  return { ...pipeline, recorder: undefined };
}
