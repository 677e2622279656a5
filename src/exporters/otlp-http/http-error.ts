/** Why a request was not taken: the back end's answer, or that there was none. `code` is what delivery reads. */
export class OtlpHttpError extends Error {
  override readonly name = 'OtlpHttpError';
  /** The HTTP status; absent where no answer came. */
  readonly code: number | undefined;
  /** How long the back end asked to be left alone, in ms. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, code?: number, retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * The wait that a `Retry-After` header asks for, in ms: whole seconds or an HTTP date (RFC 9110, section 10.2.3).
 * `undefined` where there is none, or it makes no sense.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
