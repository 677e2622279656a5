import type { JSX } from 'preact';
import type { LatencyBudget } from '../../../report/budget.js';
import { budgetParts, PART_MEANINGS, PART_NAMES } from './budget-parts.js';
import { ms } from './format.js';

/** Where the latency of an answer went: one bar, to scale, and its parts in words. */
export function BudgetBar(props: { readonly budget: LatencyBudget }): JSX.Element {
  const { budget } = props;
  const total = Math.max(0.001, budget.endMs - budget.startMs);
  const parts = budgetParts(budget);
  const name = budget.from === 'speech_end' ? 'Response latency' : 'Time to first audio';
  const from = budget.from === 'speech_end' ? 'true stop' : 'announced end';
  const sentence = parts.map(({ share, wholeMs }) => `${PART_NAMES[share]} ${ms(wholeMs)}`).join(', ');
  return (
    <div class="call-budget">
      <p class="call-budget-total">
        {name} <b>{ms(total)}</b>, from the {from} of the caller to the agent’s first audio
      </p>
      <div class="call-budget-bar" role="img" aria-label={`${name} ${ms(total)}: ${sentence}`}>
        {budget.segments.map((segment, i) => {
          const lengthMs = segment.endMs - segment.startMs;
          const share = lengthMs / total;
          const alone = budget.segments.filter((other) => other.share === segment.share).length === 1;
          // The only segment of its part says the same figure as the list below.
          const part = alone ? parts.find((candidate) => candidate.share === segment.share) : undefined;
          const text = ms(part?.wholeMs ?? lengthMs);
          return (
            <span
              key={i}
              class={`call-budget-segment call-part-${segment.share}`}
              style={{ flexGrow: share, flexBasis: 0 }}
              title={`${PART_NAMES[segment.share]} ${text}`}
            >
              {share >= 0.12 && <span>{text}</span>}
            </span>
          );
        })}
      </div>
      <dl class="call-budget-parts">
        {parts.map(({ share, wholeMs }) => (
          <div key={share}>
            <dt title={PART_MEANINGS[share]}>
              <span class={`call-swatch call-part-${share}`} aria-hidden="true" />
              {PART_NAMES[share]}
            </dt>
            <dd>
              {ms(wholeMs)} <span class="call-quiet">{Math.round((wholeMs / total) * 100)} %</span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
