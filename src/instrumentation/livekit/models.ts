import { providerName } from '../../semconv/provider-name.js';
import type { ModelMetadata } from './livekit-types.js';

/** What the application says about its models, as `provider/model` or a bare model. */
export interface ModelHints {
  readonly stt?: string | undefined;
  readonly llm?: string | undefined;
  readonly tts?: string | undefined;
}

/** Who did it, in the spelling of the GenAI conventions. */
export interface ModelIdentity {
  readonly provider?: string;
  readonly model?: string;
}

/**
 * The model behind a metric. LiveKit's own metadata wins; where it is missing, `unknown` (the default of LiveKit's
 * base classes) or only the plugin's label, the hint of the application stands in.
 */
export function modelIdentity(
  metadata: ModelMetadata | undefined,
  label: string | undefined,
  hint: string | undefined,
): ModelIdentity {
  const hinted = parseHint(hint);
  const provider = known(metadata?.modelProvider, label) ?? hinted.provider;
  const model = known(metadata?.modelName, label) ?? hinted.model;
  return {
    ...(provider === undefined ? {} : { provider: providerName(provider) }),
    ...(model === undefined ? {} : { model }),
  };
}

function known(value: unknown, label: string | undefined): string | undefined {
  if (typeof value !== 'string' || value === '' || value === label) return undefined;
  return value.toLowerCase() === 'unknown' ? undefined : value;
}

function parseHint(hint: string | undefined): ModelIdentity {
  if (typeof hint !== 'string' || hint === '') return {};
  const slash = hint.indexOf('/');
  if (slash < 0) return { model: hint };
  const provider = hint.slice(0, slash);
  const model = hint.slice(slash + 1);
  return { ...(provider === '' ? {} : { provider }), ...(model === '' ? {} : { model }) };
}
