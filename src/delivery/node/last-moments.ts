import { warn } from '../../otel/diagnostics.js';
import { guard } from '../../otel/guard.js';
import { untraced } from '../../otel/suppress.js';
import type { PreparedRequest, Remainder } from '../last-moments.js';
import { sendNow } from './send-now.js';

interface Rest {
  readonly remainder: Remainder;
  /** Whether the spool has it. */
  readonly kept: boolean;
  readonly requests: readonly PreparedRequest[];
  /** Written at once, by an exporter that can. */
  readonly written: boolean;
}

/**
 * Delivers what queues still hold, synchronously: into the spool first, where there is one, then to the back end through
 * exporters that can still send; what arrived leaves the spool again. Blocks for about `timeoutMs` (ms) at most. Never
 * throws.
 */
export function deliverNow(remainders: readonly Remainder[], timeoutMs: number): void {
  const rests = remainders.flatMap((remainder) =>
    guard('the last spans of a process', [], () => untraced(() => [restOf(remainder)])),
  );
  const taken = sendNow(
    rests.map(({ requests }) => requests),
    timeoutMs,
  );
  rests.forEach(({ remainder, kept, requests, written }, index) => {
    const arrived = written || (requests.length > 0 && taken[index] === true);
    guard('the last spans of a process', undefined, () =>
      arrived ? remainder.delivered() : remainder.left(kept),
    );
    if (arrived || requests.length === 0 || remainder.spans.length > 0) return;
    const { exporterName } = remainder;
    warn(
      `exit:${exporterName}`,
      `${exporterName}: not everything could be delivered before the process ends`,
    );
  });
}

function restOf(remainder: Remainder): Rest {
  const { exporter, spans } = remainder;
  const kept = remainder.keep();
  const requests =
    guard('preparing the last requests', undefined, () => exporter.pendingRequests?.(spans)) ?? [];
  const written =
    spans.length > 0 && guard('writing the last spans', false, () => exporter.exportSync?.(spans) === true);
  return { remainder, kept, requests, written };
}
