import { PROVIDERS_JSON } from './data/generated.js';

/** A company (or gateway) that serves models, and how it is spelled. See `data/providers.json`. */
export interface Provider {
  id: string;
  name: string;
  aliases: readonly string[];
  hosts: readonly string[];
  /** Resells the models of others under `maker/model`; it has no prices of its own here. */
  gateway?: boolean | undefined;
  /** Its model names are the customer's deployment names of this maker's models. */
  deployments?: string | undefined;
}

/** Endings of framework class names: `DeepgramSTTService`, `openai.LLM`, `elevenlabsrealtime`. */
const CLASS_ENDINGS =
  /(?:realtime|live|http|websocket|ws|flux|timestamped)?(?:stt|tts|llm|realtimemodel)?(?:service)?$/;

/** What the Vercel AI SDK puts behind a provider: `openai.chat`, `anthropic.messages`, `google.generative-ai`. */
const SURFACE = /\.(?:chat|responses|messages|completion|generative-ai|speech|transcription)$/i;

interface ProviderIndex {
  /** Names without case, spaces and punctuation. */
  byName: Map<string, Provider>;
  byHost: Map<string, Provider>;
}

let list: readonly Provider[] | undefined;
let index: ProviderIndex | undefined;

function providerIndex(): ProviderIndex {
  if (index !== undefined) return index;
  const byName = new Map<string, Provider>();
  const byHost = new Map<string, Provider>();
  for (const provider of providers()) {
    for (const name of [provider.id, provider.name, ...provider.aliases]) byName.set(squash(name), provider);
    for (const host of provider.hosts) byHost.set(host, provider);
  }
  index = { byName, byHost };
  return index;
}

/** Every provider of the table. Parsed at first use. */
export function providers(): readonly Provider[] {
  list ??= JSON.parse(PROVIDERS_JSON) as readonly Provider[];
  return list;
}

/**
 * The provider that `text` names: an id, alias or display name in any case and punctuation, a URL or host at
 * or below one of its hosts, or the class name of a framework's service. Never a free substring.
 */
export function resolveProvider(text: string): Provider | undefined {
  const { byName, byHost } = providerIndex();
  const squashed = squash(text);
  const named = byName.get(squashed);
  if (named !== undefined) return named;
  if (text.includes('.')) {
    const host = hostOf(text);
    for (let rest = host; rest.includes('.'); rest = rest.slice(rest.indexOf('.') + 1)) {
      const found = byHost.get(rest);
      if (found !== undefined) return found;
    }
  }
  return byName.get(squashed.replace(CLASS_ENDINGS, '')) ?? byName.get(squash(text.replace(SURFACE, '')));
}

function squash(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '');
}

function hostOf(text: string): string {
  const authority = text
    .trim()
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '');
  return authority
    .replace(/[/?#].*$/s, '')
    .replace(/^.*@/, '')
    .replace(/:\d+$/, '');
}
