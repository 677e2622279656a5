/** What a back end says that took a request, but not all of it. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

/** Reads an `ExportTraceServiceResponse`, in JSON or protobuf by its content type. `undefined`: nothing was rejected. */
export function partialSuccess(contentType: string, body: Uint8Array): PartialSuccess | undefined {
  try {
    const found = contentType.includes('json') ? ofJson(body) : ofProtobuf(body);
    return found.rejected > 0 || found.message !== '' ? found : undefined;
  } catch {
    // A body that is none of OTLP's says nothing; the status said that the request was taken.
    return undefined;
  }
}

function ofJson(body: Uint8Array): PartialSuccess {
  const { partialSuccess: part } = JSON.parse(Buffer.from(body).toString('utf8')) as {
    partialSuccess?: { rejectedSpans?: string | number; errorMessage?: string };
  };
  return { rejected: Number(part?.rejectedSpans ?? 0), message: String(part?.errorMessage ?? '') };
}

/** Field 1 is the partial success; in it field 1 is a count, field 2 a text. */
function ofProtobuf(body: Uint8Array): PartialSuccess {
  let rejected = 0;
  let message = '';
  for (const outer of fields(body)) {
    if (outer.field !== 1) continue;
    for (const { field, number, bytes } of fields(outer.bytes)) {
      if (field === 1) rejected = number;
      if (field === 2) message = Buffer.from(bytes).toString('utf8');
    }
  }
  return { rejected, message };
}

interface Field {
  readonly field: number;
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** The fields of a message with varints and lengths only, as this one has. @throws RangeError for any other */
function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at];
      if (byte === undefined) throw new RangeError('cut short');
      at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const number = varint();
    const isBytes = tag % 8 === 2;
    if (!isBytes && tag % 8 !== 0) throw new RangeError('another wire type');
    const end = isBytes ? at + number : at;
    yield { field: Math.floor(tag / 8), number, bytes: message.subarray(at, end) };
    at = end;
  }
}
