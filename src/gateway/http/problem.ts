/** A request that is answered with an error; the message goes to the client and never quotes its body. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** Too much at the moment (429): the client is asked to come again after so many seconds. */
export function tooMuch(message: string, retryAfterSeconds: number): HttpProblem {
  return new HttpProblem(429, message, { 'retry-after': String(retryAfterSeconds) });
}
