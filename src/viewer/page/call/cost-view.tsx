import type { JSX } from 'preact';
import type { CostReport, CostSum, StageCost, StageReport } from '../../../report/model.js';
import { formatAmount, formatCost } from '../../../report/text/format.js';
import { reasonText } from '../../../report/text/reasons.js';
import { stageName } from '../../../report/text/words.js';
import { plural, words } from './format.js';

/** What a turn cost, a stage at a time: amount, where the price is from, or why there is none. */
export function TurnCost(props: {
  readonly cost: CostReport;
  readonly stages: readonly StageReport[];
}): JSX.Element {
  const { cost } = props;
  const priced = props.stages.filter((stage) => stage.cost !== undefined);
  if (priced.length === 0 && cost.sums.length === 0 && cost.missingCount === 0) {
    return <p class="call-nothing">Nothing in this turn has a price.</p>;
  }
  return (
    <>
      <p class="call-cost-total">
        <b>{formatCost(cost) || 'not known'}</b>
        {cost.estimated && <span class="call-quiet"> ~ with estimates</span>}
      </p>
      <ul class="call-cost-list">
        {priced.map((stage) => (
          <li key={stage.spanId}>
            <span>
              <bdi>{stageName(stage)}</bdi>
              {stage.endReason === 'discarded' && <span class="call-tag">discarded</span>}
            </span>
            <CostText cost={stage.cost} />
          </li>
        ))}
        {priced.length === 0 && <Missing cost={cost} />}
      </ul>
    </>
  );
}

/** The price of one stage. */
export function CostText({ cost }: { readonly cost: StageCost | undefined }): JSX.Element | null {
  if (cost === undefined) return null;
  if ('missingReason' in cost) {
    return <span class="call-missing">no price ({reasonText(cost.missingReason)})</span>;
  }
  const source = cost.source === undefined ? undefined : words(cost.source);
  const from = [source, cost.priceDate].filter((part) => part !== undefined).join(' of ');
  return (
    <span>
      {cost.estimated && <span title="an estimate">~</span>}
      {formatAmount(cost.amount, cost.currency)}
      {from !== '' && <span class="call-quiet"> ({from})</span>}
      {cost.estimated && <span class="call-quiet"> estimated</span>}
    </span>
  );
}

/** The cost of the call, by what it was spent on. */
export function CallCost({ cost }: { readonly cost: CostReport }): JSX.Element | null {
  if (cost.sums.length === 0 && cost.missingCount === 0) return null;
  return (
    <>
      {cost.sums.map((sum) => (
        <span key={sum.currency} class="call-cost-sum">
          <b>
            {cost.estimated && '~'}
            {formatAmount(sum.total, sum.currency)}
          </b>{' '}
          <span class="call-quiet">{sharesText(sum)}</span>
        </span>
      ))}
      <Missing cost={cost} />
    </>
  );
}

function Missing({ cost }: { readonly cost: CostReport }): JSX.Element | null {
  if (cost.missingCount === 0) return null;
  const named = cost.missing.map(({ kind, provider, model, reason, count }) => {
    const what = [kind, provider, model].filter((part) => part !== undefined).join(' ');
    return `${count > 1 ? `${count} × ` : ''}${what} (${reasonText(reason)})`;
  });
  return (
    <span class="call-missing">
      {plural(cost.missingCount, 'stage', 'stages')} without a price
      {named.length > 0 && (
        <>
          : <bdi>{named.slice(0, 8).join('; ')}</bdi>
          {named.length > 8 && ` and ${named.length - 8} more`}
        </>
      )}
    </span>
  );
}

function sharesText(sum: CostSum): string {
  const shares = (['stt', 'llm', 'tts', 'other'] as const)
    .filter((share) => sum[share] > 0)
    .map((share) => `${share} ${formatAmount(sum[share], sum.currency)}`);
  const discarded = sum.discarded > 0 ? [`${formatAmount(sum.discarded, sum.currency)} discarded`] : [];
  return [...shares, ...discarded].join(', ');
}
