/** A body that is no OTLP request; the message says why and never quotes the body. */
export class BadDataError extends Error {
  override readonly name = 'BadDataError';
}

/** A body that holds more than is allowed once it is unpacked. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}
