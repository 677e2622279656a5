import { join, resolve } from 'node:path';
import { VoiceTracer } from '../conversation/tracer.js';
import { OtlpFileExporter } from '../exporters/otlp-file/exporter.js';
import { debug, errorText, warn } from '../otel/diagnostics.js';
import { environmentVariable } from '../otel/environment.js';
import { hasGlobalTracerProvider } from '../otel/registration.js';
import type { SpanExporterLike } from '../otel/types.js';
import { VoiceSpanProcessor } from '../processor/voice-span-processor.js';
import { otlpExporter, privateProvider } from './sdk.js';

/** A tracer with what stands behind it. */
export interface Pipeline {
  readonly tracer: VoiceTracer;
  /** Where spans go, for people: a URL, a file, or a description. */
  readonly destination: string;
  /** Sends what waits. Never rejects. */
  forceFlush(): Promise<void>;
  /** Sends what waits and closes what is ours; a provider of the application's stays open. Never rejects. */
  shutdown(options?: { drainTimeoutMs?: number }): Promise<void>;
}

const nothingToDo = async (): Promise<void> => {};

/** A pipeline over a tracer that somebody else looks after. */
export function pipelineOf(tracer: VoiceTracer, destination: string): Pipeline {
  return { tracer, destination, forceFlush: nothingToDo, shutdown: nothingToDo };
}

/**
 * The pipeline of a preset that was given nothing: the application's global tracer provider if it registered one,
 * else a private one that sends to `OTEL_EXPORTER_OTLP_ENDPOINT` over OTLP/HTTP and writes OTLP JSON lines to
 * `VOICE_OTEL_FILE`, as far as these are set; where neither is, to `traces/<time>-<process id>.otlp.jsonl`. Never
 * throws: where nothing can be had, it says so and records nothing.
 */
export function defaultPipeline(): Pipeline {
  if (hasGlobalTracerProvider()) {
    return pipelineOf(new VoiceTracer(), "the application's global tracer provider");
  }
  try {
    return privatePipeline();
  } catch (error) {
    warn('no-pipeline', `nothing is recorded: ${errorText(error)}`);
    return pipelineOf(new VoiceTracer(), `nowhere: ${errorText(error)}`);
  }
}

interface Destination {
  readonly exporter: SpanExporterLike;
  readonly name: string;
}

function privatePipeline(): Pipeline {
  const destinations = [overOtlp(), toFile()].filter((one) => one !== undefined);
  const processor = new VoiceSpanProcessor({ exporter: destinations.map(({ exporter }) => exporter) });
  const tracerProvider = privateProvider([processor], 'voice-agent');
  const destination = destinations.map(({ name }) => name).join(' and ');
  debug(`no global tracer provider is registered; spans go to ${destination}`);
  return {
    tracer: new VoiceTracer({ tracerProvider }),
    destination,
    forceFlush: () => processor.forceFlush(),
    shutdown: (options) => processor.shutdown(options),
  };
}

/** A variable that is set to something; an empty one is not set. */
function variable(name: string): string | undefined {
  return environmentVariable(name) || undefined;
}

function endpoint(): string | undefined {
  return variable('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? variable('OTEL_EXPORTER_OTLP_ENDPOINT');
}

function overOtlp(): Destination | undefined {
  const name = endpoint();
  if (name === undefined) return undefined;
  const protocol = variable('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? variable('OTEL_EXPORTER_OTLP_PROTOCOL');
  return { exporter: otlpExporter(protocol), name };
}

function toFile(): Destination | undefined {
  const given = variable('VOICE_OTEL_FILE');
  if (given === undefined && endpoint() !== undefined) return undefined;
  const time = new Date().toISOString().replace(/[:.]/g, '-');
  const path = resolve(given ?? join('traces', `${time}-${process.pid}.otlp.jsonl`));
  return { exporter: new OtlpFileExporter({ path }), name: path };
}
