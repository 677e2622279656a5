/** An environment variable, where the platform has an environment (Node, Deno, Bun). Never throws. */
export function environmentVariable(name: string): string | undefined {
  try {
    const host = globalThis as { process?: { env?: Record<string, string | undefined> } };
    return host.process?.env?.[name];
  } catch {
    return undefined;
  }
}

/**
 * Whether content (transcripts, prompts, tool arguments) may be written when the caller does not say.
 * Default true; `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` of the OpenTelemetry GenAI
 * instrumentations switches it off with `false`, `NO_CONTENT` or `EVENT_ONLY` (we write spans, no events).
 */
export function captureContentByDefault(): boolean {
  const wish = environmentVariable('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT')
    ?.trim()
    .toLowerCase();
  return wish !== 'false' && wish !== 'no_content' && wish !== 'event_only';
}
