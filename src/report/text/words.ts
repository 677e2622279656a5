import type { LatencyBudget, LatencyShare } from '../budget.js';
import type { StageReport, TurnReport } from '../model.js';

/** The parts of a latency as people call them. */
export const SHARE_NAMES: Readonly<Record<LatencyShare, string>> = {
  end_pointing: 'end-pointing',
  recognition: 'recogniser',
  model: 'model first token',
  application: 'tools',
  synthesis: 'synthesis first byte',
  playout: 'playout',
  unexplained: 'unexplained',
};

/** A turn by its number, else by its id. */
export function turnName(turn: TurnReport): string {
  return turn.index === undefined ? turn.turnId : `#${turn.index}`;
}

/** A stage by its kind and what runs it: the model, the tool, else the provider. */
export function stageName(stage: StageReport): string {
  const detail = stage.model ?? stage.toolName ?? stage.provider;
  return detail === undefined ? stage.kind : `${stage.kind} ${detail}`;
}

/** `llm gpt-4.1-mini failed: RateLimitError: too many requests` */
export function failureText(
  what: string,
  error: { type: string | undefined; message: string | undefined },
): string {
  const { type, message } = error;
  const detail =
    message === undefined || type === undefined || message.startsWith(type)
      ? (message ?? type)
      : `${type}: ${message}`;
  return detail === undefined ? `${what} failed` : `${what} failed: ${detail}`;
}

/** Where a latency went, summed a share, in the order of first appearance: whole milliseconds. */
export function shareSums(budget: LatencyBudget): { share: LatencyShare; ms: number }[] {
  const sums = new Map<LatencyShare, number>();
  for (const { share, startMs, endMs } of budget.segments) {
    sums.set(share, (sums.get(share) ?? 0) + endMs - startMs);
  }
  return [...sums].map(([share, ms]) => ({ share, ms }));
}
