import { missing, tableWords } from './catalogue.js';
import { INFRASTRUCTURE_JSON } from './data/generated.js';
import { providerKey } from './overrides.js';
import { type PackedService, unpackService } from './packed.js';
import { compilePrice, type Price, type ServiceRow } from './rows.js';
import type { MissingCost } from './types.js';

/** A service billed by the time that it is connected, beside the models: agent minutes, telephony. */
export interface ServiceUsage {
  /** In any spelling: `livekit`, `Twilio`. */
  provider: string;
  /** Such as `agent-session`, `us-local-inbound`; see `services()`. */
  service: string;
  /** Connected time in milliseconds. */
  durationMs: number;
  plan?: string | undefined;
}

/** A service found in the table. */
export interface FoundService {
  readonly named: { readonly provider: string; readonly model: string };
  readonly prices: readonly Price[];
}

let rows: readonly ServiceRow[] | undefined;

/** Every service of the table. */
export function services(): readonly ServiceRow[] {
  if (rows !== undefined) return rows;
  const packed: readonly PackedService[] = JSON.parse(INFRASTRUCTURE_JSON);
  rows = packed.map((row) => unpackService(row, tableWords()));
  return rows;
}

/** The prices of a service by its id or an alias. */
export function findService(usage: ServiceUsage): FoundService | MissingCost {
  const provider = providerKey(usage.provider);
  const service = usage.service.trim().toLowerCase();
  const offered = services().filter((row) => row.provider === provider);
  const row = offered.find((one) => one.service === service || one.aliases?.includes(service) === true);
  if (row !== undefined) {
    return {
      named: { provider, model: row.service },
      prices: row.prices.map((price) => compilePrice(price, `${provider}/${row.service}`)),
    };
  }
  return offered.length === 0
    ? missing('unknown_provider', `no services of ${JSON.stringify(usage.provider.slice(0, 100))}`)
    : missing('unknown_model', `no service ${JSON.stringify(service.slice(0, 100))} of ${provider}`);
}
