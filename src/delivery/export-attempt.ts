import { debug } from '../otel/diagnostics.js';
import type { ReadableSpanLike, SpanExporterLike } from '../otel/types.js';
import { apart } from './isolation.js';
import { type ExportOutcome, outcomeOfError, outcomeOfResult } from './outcome.js';
import { startTimer, yieldToEventLoop } from './timers.js';

/**
 * Runs one export and resolves with how it ended; never rejects. The first answer counts: the result callback, a
 * throw, or the rejection of a promise that `export` returned. Without an answer after `timeoutMs` (ms) the
 * export is abandoned; it cannot be cancelled, and when its answer comes after all, `onLateAnswer` is called
 * once and the answer itself is ignored.
 */
export function attemptExport(
  exporter: SpanExporterLike,
  spans: ReadableSpanLike[],
  timeoutMs: number,
  onLateAnswer: () => void,
): Promise<ExportOutcome> {
  return new Promise((resolve) => {
    let state: 'open' | 'answered' | 'abandoned' = 'open';
    const answer = (outcome: ExportOutcome): void => {
      if (state === 'answered') {
        debug('an exporter answered twice; the first answer counts');
        return;
      }
      const late = state === 'abandoned';
      state = 'answered';
      timer.clear();
      if (late) onLateAnswer();
      else resolve(outcome);
    };
    const abandon = (): void => {
      if (state !== 'open') return;
      state = 'abandoned';
      resolve({ kind: 'abandoned' });
    };
    // An answer that waits in a socket because something else held the event loop is read first.
    const timer = startTimer(() => void yieldToEventLoop().then(abandon), timeoutMs);
    try {
      const returned: unknown = apart(() =>
        exporter.export(spans, (result) => answer(outcomeOfResult(result))),
      );
      if (isThenable(returned)) returned.then(undefined, (error: unknown) => answer(outcomeOfError(error)));
    } catch (error) {
      answer(outcomeOfError(error));
    }
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
  } catch {
    return false;
  }
}
