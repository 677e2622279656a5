import type { SessionRow } from '../../api.js';

/**
 * The rows after news: what was asked for anew takes its place, or goes where the server no longer has it. Newest
 * first, as the server lists them; a row that did not change stays the same object.
 */
export function mergeRows(
  rows: readonly SessionRow[],
  asked: readonly string[],
  answered: readonly SessionRow[],
): readonly SessionRow[] {
  const fresh = new Map(answered.map((row) => [row.sessionId, row]));
  const gone = new Set(asked.filter((id) => !fresh.has(id)));
  const kept = rows
    .filter(({ sessionId }) => !gone.has(sessionId))
    .map((row) => {
      const news = fresh.get(row.sessionId);
      fresh.delete(row.sessionId);
      return news ?? row;
    });
  return [...fresh.values(), ...kept].sort((a, b) => b.startTime - a.startTime);
}
