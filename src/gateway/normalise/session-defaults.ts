import { type SessionIdentity, type SessionOptions, sessionIdentity } from '../../conversation/identity.js';
import type { InputSpan } from './input-span.js';

/** What is said of every session, where its spans do not say it. */
export type SessionDefaults = Partial<Omit<SessionOptions, 'sessionId' | 'externalSessionId'>>;

/** Who a session is. The agent's name is by default that of the service. */
export function identityOf(span: InputSpan, sessionId: string, defaults: SessionDefaults): SessionIdentity {
  return sessionIdentity({ agentId: serviceName(span), ...defaults, sessionId });
}

function serviceName({ envelope }: InputSpan): string | undefined {
  const entry = envelope.resource.resource?.attributes?.find(({ key }) => key === 'service.name');
  return entry?.value?.stringValue;
}
