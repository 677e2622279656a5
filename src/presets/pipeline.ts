import { join, resolve } from 'node:path';
import { VoiceTracer } from '../conversation/tracer.js';
import type { Remainder } from '../delivery/last-moments.js';
import type { Spool } from '../delivery/spool.js';
import { OtlpFileExporter } from '../exporters/otlp-file/exporter.js';
import { fileSpool } from '../exporters/spool/file-spool.js';
import { debug, errorText, warn } from '../otel/diagnostics.js';
import { environmentVariable } from '../otel/environment.js';
import { guard } from '../otel/guard.js';
import { hasGlobalTracerProvider } from '../otel/registration.js';
import type { SpanExporterLike } from '../otel/types.js';
import { VoiceSpanProcessor } from '../processor/voice-span-processor.js';
import { loadAhead, otlpExporter, otlpExporterObstacle, privateProvider, sdkMissing } from './sdk.js';

/** A tracer with what stands behind it. */
export interface Pipeline {
  readonly tracer: VoiceTracer;
  /** Where spans go, for people: a URL, a file, or a description. */
  readonly destination: string;
  /** Sends what waits. Never rejects. */
  forceFlush(): Promise<void>;
  /** Sends what waits and closes what is ours; a provider of the application's stays open. Never rejects. */
  shutdown(options?: { drainTimeoutMs?: number }): Promise<void>;
  /** What still waits when the process ends. */
  remainders(): readonly Remainder[];
}

const GLOBAL_PROVIDER = "the application's global tracer provider";

const nothingToDo = async (): Promise<void> => {};

/** A pipeline over a tracer that somebody else looks after. */
export function pipelineOf(tracer: VoiceTracer, destination: string): Pipeline {
  return { tracer, destination, forceFlush: nothingToDo, shutdown: nothingToDo, remainders: () => [] };
}

/**
 * The pipeline of a preset that was given nothing: the application's global tracer provider if it registered one,
 * else a private one that sends to `OTEL_EXPORTER_OTLP_ENDPOINT` over OTLP/HTTP and writes OTLP JSON lines to
 * `VOICE_OTEL_FILE`, as far as these are set; where neither is, to `traces/<time>-<process id>.otlp.jsonl`. With
 * `OTEL_SDK_DISABLED=true` or `OTEL_TRACES_EXPORTER=none` it records nothing. Never throws: where nothing can be had, it
 * says so and records nothing.
 */
export function defaultPipeline(): Pipeline {
  if (hasGlobalTracerProvider()) return pipelineOf(new VoiceTracer(), GLOBAL_PROVIDER);
  const off = switchedOff();
  if (off !== undefined) {
    debug(`nothing is recorded: ${off}`);
    return pipelineOf(new VoiceTracer(), `nowhere: ${off}`);
  }
  try {
    return privatePipeline();
  } catch (error) {
    warn('no-pipeline', `nothing is recorded: ${errorText(error)}`);
    return pipelineOf(new VoiceTracer(), `nowhere: ${errorText(error)}`);
  }
}

/** Where `defaultPipeline` would send spans, without making anything. */
export interface Plan {
  /** A URL, files, or a description. */
  readonly destination: string;
  /** What is not installed or cannot work, each with what to do. */
  readonly missing: readonly string[];
}

/** What `defaultPipeline` would make by what is installed and set now. */
export function defaultPlan(): Plan {
  if (hasGlobalTracerProvider()) return { destination: GLOBAL_PROVIDER, missing: [] };
  const off = switchedOff();
  if (off !== undefined) return { destination: `nowhere: ${off}`, missing: [] };
  const url = endpoint();
  const path = variable('VOICE_OTEL_FILE');
  const file = path === undefined ? 'files under traces/, one a process' : resolve(path);
  const destinations = [
    ...(url === undefined ? [] : [url]),
    ...(url === undefined || path !== undefined ? [file] : []),
  ];
  const missing = [sdkMissing(), url === undefined ? undefined : otlpExporterObstacle(protocol())];
  return { destination: destinations.join(' and '), missing: missing.filter((one) => one !== undefined) };
}

/** Does now what of `defaultPipeline` takes time and can be done before it is known where spans go. */
export function prepareDefaultPipeline(): void {
  if (hasGlobalTracerProvider() || switchedOff() !== undefined) return;
  guard('loading the OpenTelemetry SDK', undefined, loadAhead);
}

interface Destination {
  readonly exporter: SpanExporterLike;
  readonly name: string;
}

function privatePipeline(): Pipeline {
  const destinations = [overOtlp(), toFile()].filter((one) => one !== undefined);
  const processor = new VoiceSpanProcessor({
    exporter: destinations.map(({ exporter }) => exporter),
    delivery: { spool: spoolOfEnvironment() },
  });
  const tracerProvider = privateProvider([processor], 'voice-agent');
  const destination = destinations.map(({ name }) => name).join(' and ');
  debug(`no global tracer provider is registered; spans go to ${destination}`);
  return {
    tracer: new VoiceTracer({ tracerProvider }),
    destination,
    forceFlush: () => processor.forceFlush(),
    shutdown: (options) => processor.shutdown(options),
    remainders: () => processor.remainders(),
  };
}

/** A variable that is set to something; an empty one is not set. */
function variable(name: string): string | undefined {
  return environmentVariable(name) || undefined;
}

/** Where what waits outlives the process, if `VOICE_OTEL_SPOOL_DIR` names a folder. */
export function spoolOfEnvironment(): Spool | undefined {
  const directory = variable('VOICE_OTEL_SPOOL_DIR');
  return directory === undefined ? undefined : fileSpool({ directory });
}

function endpoint(): string | undefined {
  return variable('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? variable('OTEL_EXPORTER_OTLP_ENDPOINT');
}

function overOtlp(): Destination | undefined {
  const name = endpoint();
  if (name === undefined) return undefined;
  return { exporter: otlpExporter(protocol()), name };
}

function protocol(): string | undefined {
  return variable('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? variable('OTEL_EXPORTER_OTLP_PROTOCOL');
}

/** The two switches of OpenTelemetry's own that say that there shall be no traces. */
function switchedOff(): string | undefined {
  if (variable('OTEL_SDK_DISABLED')?.trim().toLowerCase() === 'true') return 'OTEL_SDK_DISABLED is true';
  return variable('OTEL_TRACES_EXPORTER')?.trim().toLowerCase() === 'none'
    ? 'OTEL_TRACES_EXPORTER is none'
    : undefined;
}

function toFile(): Destination | undefined {
  const given = variable('VOICE_OTEL_FILE');
  if (given === undefined && endpoint() !== undefined) return undefined;
  const time = new Date().toISOString().replace(/[:.]/g, '-');
  const path = resolve(given ?? join('traces', `${time}-${process.pid}.otlp.jsonl`));
  return { exporter: new OtlpFileExporter({ path }), name: path };
}
