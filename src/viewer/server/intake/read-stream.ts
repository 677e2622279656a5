import type { OtlpTraceRequest } from '../../../exporters/otlp-json.js';
import { errorText } from '../../../otel/diagnostics.js';
import { Digester } from '../scan/digest.js';
import { MAX_LINE_BYTES } from '../scan/lines.js';
import { fileProblems } from './file-problems.js';
import { ForeignSpans } from './foreign-spans.js';
import type { SpanIntake } from './span-intake.js';

const NEWLINE = 0x0a;

export interface ReadStream {
  readonly ids: readonly string[];
  readonly spans: number;
  readonly problems: readonly string[];
}

/** Reads OTLP JSON lines that come once: an upload, standard input, a pipe. They are kept where `intake` keeps them. */
export async function readStream(
  chunks: AsyncIterable<string | Uint8Array>,
  intake: SpanIntake,
): Promise<ReadStream> {
  const ids = new Set<string>();
  const digester = new Digester();
  let foreign: ForeignSpans | undefined;
  const failures: string[] = [];
  const before = intake.taken;
  // What the normaliser makes of a stream is found under the ids that come out of it.
  const stopListening = intake.onTaken((id) => ids.add(id));
  for await (const line of lines(chunks)) {
    try {
      const { kind, request } = digester.look(
        line === undefined ? undefined : Buffer.from(line).toString('utf8'),
      );
      if (request === undefined || line === undefined) continue;
      if (kind === 'foreign') foreign ??= new ForeignSpans(intake);
      if (foreign !== undefined && kind !== 'voice') await foreign.push(line);
      else await intake.take(request as OtlpTraceRequest, 0);
    } catch (error) {
      if (failures.length === 0) failures.push(`spans could not be read: ${errorText(error)}`);
    }
  }
  await foreign?.end();
  stopListening();
  const spans = intake.taken - before;
  return { ids: [...ids], spans, problems: [...fileProblems([digester.digest()], spans), ...failures] };
}

/** `undefined` for a line that is too long. */
async function* lines(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array | undefined> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const piece of chunks) {
    const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece;
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      parts.push(chunk.subarray(from, at));
      length += at - from;
      yield length > MAX_LINE_BYTES ? undefined : Buffer.concat(parts);
      parts = [];
      length = 0;
      from = at + 1;
    }
    length += chunk.length - from;
    if (length <= MAX_LINE_BYTES) parts.push(chunk.subarray(from));
    else parts = [];
  }
  if (length > 0) yield length > MAX_LINE_BYTES ? undefined : Buffer.concat(parts);
}
