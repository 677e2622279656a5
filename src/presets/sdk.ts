import { createRequire } from 'node:module';
import type { TracerProvider } from '@opentelemetry/api';
import { OtlpHttpExporter } from '../exporters/otlp-http/exporter.js';
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

const NO_SDK = `voice-otel needs an OpenTelemetry SDK here, and none is installed: ${INSTALL_SDK}`;

const NO_GRPC =
  'OTEL_EXPORTER_OTLP_PROTOCOL is grpc, which is not supported here: set it to http/protobuf and the endpoint to ' +
  'the port of OTLP over HTTP (4318), or register a tracer provider of your own';

const SDKS = ['@opentelemetry/sdk-trace-base', '@opentelemetry/sdk-trace'] as const;

/** Why `privateProvider` would fail: no SDK is installed. Loads nothing. */
export function sdkMissing(): string | undefined {
  return SDKS.some(isInstalled) ? undefined : NO_SDK;
}

/** Why `otlpExporter` would fail for this protocol. */
export function otlpExporterObstacle(protocol: string | undefined): string | undefined {
  return protocol === 'grpc' ? NO_GRPC : undefined;
}

/** Loads what `privateProvider` will need, so that it is not done beside a call that begins. */
export function loadAhead(): void {
  const wanted = [SDKS, ['@opentelemetry/resources']];
  for (const names of wanted) {
    const name = names.find(isInstalled);
    if (name !== undefined) optional(name);
  }
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

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
  const base = optional(SDKS[0]) as { BasicTracerProvider?: ProviderClass } | undefined;
  const next = optional(SDKS[1]) as { TracerProvider?: ProviderClass } | undefined;
  const Provider = base?.BasicTracerProvider ?? next?.TracerProvider;
  if (Provider === undefined) throw new Error(NO_SDK);
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

/**
 * Our OTLP/HTTP exporter, which reads the `OTEL_EXPORTER_OTLP_*` variables itself.
 *
 * @throws Error when the protocol is not one over HTTP
 * @throws TypeError when a variable is wrong
 */
export function otlpExporter(protocol: string | undefined): SpanExporterLike {
  if (protocol === 'grpc') throw new Error(NO_GRPC);
  return new OtlpHttpExporter();
}
