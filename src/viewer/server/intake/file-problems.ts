import type { Digest } from '../scan/digest.js';

/** What was wrong with a file, for a person; empty where all went well. */
export function fileProblems(digests: readonly (Digest | undefined)[], found: number): string[] {
  const problems: string[] = [];
  let before = 0;
  let lines = 0;
  let requests = 0;
  let otherSignals = 0;
  let unreadable = 0;
  let skipped = 0;
  for (const digest of digests) {
    if (digest === undefined) continue;
    for (const { line, reason } of digest.problems) {
      if (problems.length < MAX_PROBLEMS) problems.push(`line ${before + line} skipped: ${reason}`);
    }
    before += digest.allLines;
    lines += digest.lines;
    requests += digest.requests;
    otherSignals += digest.otherSignals;
    unreadable += digest.unreadableSpans;
    skipped += digest.problemCount;
  }
  if (skipped > problems.length) problems.push(`${skipped - problems.length} more lines skipped`);
  if (unreadable > 0) problems.push(`${unreadable} spans have no id or no start time; they are left out`);
  if (lines === 0) problems.push('it is empty');
  else if (requests === 0 && otherSignals > 0) problems.push('it holds logs or metrics only, no traces');
  else if (requests > 0 && found === 0) problems.push('it holds no spans of a conversation');
  return problems;
}

const MAX_PROBLEMS = 5;
