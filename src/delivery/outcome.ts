import { errorText } from '../otel/diagnostics.js';

/**
 * How an export ended.
 * `delivered`: the exporter said so.
 * `refused`: the back end looked at the batch and will never take it as it is.
 * `failed`: a failure that passes, or that says nothing of its kind; the batch is kept.
 * `abandoned`: no answer within the time limit; the batch is kept.
 */
export type ExportOutcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'abandoned' };

/** Bad request, content too large, unprocessable content: sending the same again cannot help. */
const REFUSED_STATUSES: ReadonlySet<number> = new Set([400, 413, 422]);
/** Where errors of HTTP clients carry the status; `code` is that of the official OTLP exporters. */
const STATUS_PROPERTIES = ['code', 'httpStatus', 'status', 'statusCode'] as const;
const MAX_REASON_LENGTH = 200;

/** Reads what an exporter passed to its result callback, whatever that is. Code 0 is success. */
export function outcomeOfResult(result: unknown): ExportOutcome {
  return property(result, 'code') === 0 ? { kind: 'delivered' } : outcomeOfError(property(result, 'error'));
}

/** Reads an error that an exporter answered with, threw or rejected with. */
export function outcomeOfError(error: unknown): ExportOutcome {
  const status = httpStatus(error);
  const reason = describe(error, status);
  if (status !== undefined && REFUSED_STATUSES.has(status)) return { kind: 'refused', reason };
  const retryAfterMs = property(error, 'retryAfterMs');
  return {
    kind: 'failed',
    reason,
    retryAfterMs:
      typeof retryAfterMs === 'number' && Number.isFinite(retryAfterMs) ? retryAfterMs : undefined,
  };
}

/** The HTTP status an error carries. gRPC codes (0 to 16) and `ECONNREFUSED` and the like are none. */
function httpStatus(error: unknown): number | undefined {
  for (const name of STATUS_PROPERTIES) {
    const value = property(error, name);
    if (typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 599) return value;
  }
  return undefined;
}

function describe(error: unknown, status: number | undefined): string {
  const text = error === undefined ? 'no reason given' : errorText(error).slice(0, MAX_REASON_LENGTH);
  return status === undefined ? text : `HTTP ${status}, ${text}`;
}

/** A property of anything, `undefined` where there is none or reading it throws. */
function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}
