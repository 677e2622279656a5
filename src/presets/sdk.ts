import { createRequire } from 'node:module';
import type { TracerProvider } from '@opentelemetry/api';
import type { ResourceLike, SpanExporterLike, SpanProcessorLike } from '../otel/types.js';

const require = createRequire(import.meta.url);

/** A tracer provider of ours, which is never registered as the global one. */
export interface PrivateProvider extends TracerProvider {
  shutdown(): Promise<void>;
}

interface ProviderClass {
  new (config: { resource?: ResourceLike; spanProcessors: SpanProcessorLike[] }): PrivateProvider;
}

interface Resource extends ResourceLike {
  merge(other: Resource): Resource;
}

interface ResourcesModule {
  defaultResource(): Resource;
  resourceFromAttributes(attributes: Record<string, string>): Resource;
  detectResources(config: { detectors: unknown[] }): Resource;
  envDetector: unknown;
}

/** The install lines that work: naming `@opentelemetry/api` alone would bring a version that SDK 2.x refuses. */
export const INSTALL_SDK = 'npm install @opentelemetry/sdk-trace-base@2 @opentelemetry/resources@2';

/** The module of this name as the application has installed it; `undefined` where it has not. */
function optional(name: string): unknown {
  try {
    return require(name);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/**
 * A private provider of whichever SDK line is installed: `sdk-trace-base` 2.x, else `sdk-trace` 3.x.
 *
 * @throws Error with the install line when there is none
 */
export function privateProvider(spanProcessors: SpanProcessorLike[], serviceName: string): PrivateProvider {
  const base = optional('@opentelemetry/sdk-trace-base') as
    | { BasicTracerProvider?: ProviderClass }
    | undefined;
  const next = optional('@opentelemetry/sdk-trace') as { TracerProvider?: ProviderClass } | undefined;
  const Provider = base?.BasicTracerProvider ?? next?.TracerProvider;
  if (Provider === undefined) {
    throw new Error(`voice-otel needs an OpenTelemetry SDK here, and none is installed: ${INSTALL_SDK}`);
  }
  const resource = ourResource(serviceName);
  return new Provider({ spanProcessors, ...(resource === undefined ? {} : { resource }) });
}

/** `service.name` and what `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` say, which wins. */
function ourResource(serviceName: string): ResourceLike | undefined {
  const resources = optional('@opentelemetry/resources') as ResourcesModule | undefined;
  if (resources === undefined) return undefined;
  return resources
    .defaultResource()
    .merge(resources.resourceFromAttributes({ 'service.name': serviceName }))
    .merge(resources.detectResources({ detectors: [resources.envDetector] }));
}

interface OtlpExporterClass {
  new (): SpanExporterLike;
}

/**
 * The official OTLP/HTTP exporter, which reads the `OTEL_EXPORTER_OTLP_*` variables itself: protobuf, or JSON where
 * `OTEL_EXPORTER_OTLP_PROTOCOL` says `http/json` or only that is installed.
 *
 * @throws Error when neither is installed, with the install line, or when the protocol is not one over HTTP
 */
export function otlpExporter(protocol: string | undefined): SpanExporterLike {
  if (protocol === 'grpc') {
    throw new Error(
      'OTEL_EXPORTER_OTLP_PROTOCOL is grpc, which is not supported here: set it to http/protobuf and the endpoint to ' +
        'the port of OTLP over HTTP (4318), or register a tracer provider of your own',
    );
  }
  const names = ['@opentelemetry/exporter-trace-otlp-proto', '@opentelemetry/exporter-trace-otlp-http'];
  if (protocol === 'http/json') names.reverse();
  for (const name of names) {
    const loaded = optional(name) as { OTLPTraceExporter?: OtlpExporterClass } | undefined;
    if (loaded?.OTLPTraceExporter !== undefined) return new loaded.OTLPTraceExporter();
  }
  throw new Error(
    'OTEL_EXPORTER_OTLP_ENDPOINT is set, but no OTLP exporter is installed: ' +
      'npm install @opentelemetry/exporter-trace-otlp-proto@0.223',
  );
}
