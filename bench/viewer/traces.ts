import { once } from 'node:events';
import { createWriteStream, statSync } from 'node:fs';
import { linesOf } from '../../test/viewer/support/made-up-call.js';
import { longCall, madeUpCalls } from '../../test/viewer/support/made-up-calls.js';

export interface Written {
  readonly sessions: number;
  readonly spans: number;
  readonly bytes: number;
}

/** So many made-up calls, one a line. */
export async function writeSessions(path: string, count: number): Promise<Written> {
  const stream = createWriteStream(path);
  let spans = 0;
  for (const call of madeUpCalls(count)) {
    spans += call.spans.length;
    if (!stream.write(linesOf(call))) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
  return { sessions: count, spans, bytes: statSync(path).size };
}

/** The session's id and the number of turns of a call of two hours. */
export async function writeLongCall(
  path: string,
): Promise<{ sessionId: string; turns: number; spans: number }> {
  const call = longCall();
  const stream = createWriteStream(path);
  stream.end(linesOf(call));
  await once(stream, 'finish');
  return { sessionId: call.sessionId, turns: call.turns, spans: call.spans.length };
}
