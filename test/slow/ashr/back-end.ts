/** The stand-in in a process of its own, with faults: what it does costs the test's event loop nothing. */
import { type AshrMock, startAshrMock } from '../../../src/testing/ashr-mock/mock.js';
import { holdsBadRow, randomFault, seeded } from './faults.js';

/** What the test asks for. */
export type Wish = 'outage' | 'back' | 'report';

export interface Report {
  readonly turns: readonly Record<string, unknown>[];
  readonly stages: readonly Record<string, unknown>[];
  readonly events: number;
  readonly sessions: readonly { readonly id: string; readonly patch: Record<string, unknown> | undefined }[];
  readonly requests: number;
}

let outage = false;
let requests = 0;
const random = seeded(20_261_124);
const mock = await startAshrMock({ maxRequests: 1 });
mock.fault = (request) => {
  requests += 1;
  if (outage) return { kind: 'drop' };
  const fault = randomFault(random);
  if (fault?.kind === 'drop' && holdsBadRow(request)) return { kind: 'drop' };
  return fault ?? (holdsBadRow(request) ? { kind: 'refuse', status: 422 } : undefined);
};

function report({ store, sessions }: AshrMock): Report {
  return {
    turns: [...store.turns.values()],
    stages: [...store.stages.values()].map(({ payload, ...row }) => ({
      ...row,
      cost_usd: (payload as { cost_usd?: unknown }).cost_usd,
    })),
    events: store.turnEvents.size,
    sessions: [...sessions].map(([id, { patch }]) => ({ id, patch })),
    requests,
  };
}

process.on('message', (wish: Wish) => {
  if (wish === 'report') process.send?.(report(mock));
  else outage = wish === 'outage';
});
process.on('disconnect', () => process.exit());
process.send?.(mock.url);
