import { type MadeUpCall, madeUpCall } from './made-up-call.js';
import { Random } from './random.js';

/** Calls of some days: two agents, two versions each, of which the later waits longer for the end of a turn. */
export function* madeUpCalls(
  count: number,
  options: { readonly seed?: number; readonly endTime?: number; readonly exchanges?: number } = {},
): Generator<MadeUpCall> {
  const { seed = 1, endTime = Date.UTC(2026, 10, 24, 18), exchanges } = options;
  const random = new Random(seed);
  for (let call = 0; call < count; call += 1) {
    const later = random.chance(0.5);
    const booking = random.chance(0.25);
    yield madeUpCall({
      seed: seed * 100_003 + call,
      startTime: endTime - (count - call) * 50_000 - random.ms(0, 40_000),
      exchanges: exchanges ?? random.ms(5, 52) >> 2,
      agentName: booking ? 'booking-agent' : 'support-agent',
      agentVersion: booking ? (later ? '2.1.0' : '2.0.3') : later ? '1.5.0' : '1.4.0',
      transport: random.of(['webrtc', 'sip', 'websocket']),
      slowerByMs: later ? 280 : 0,
    });
  }
}

/** Two hours, 2,000 turns and the greeting. */
export function longCall(): MadeUpCall {
  return madeUpCall({ seed: 77, startTime: Date.UTC(2026, 10, 24, 8), exchanges: 1000, pauseMs: 3600 });
}
