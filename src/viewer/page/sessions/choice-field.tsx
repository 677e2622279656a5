import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { SessionRow } from '../../api.js';
import { whole } from '../shared/format.js';
import { visible } from '../shared/visible.js';
import { choicesOf } from './filter.js';

/** Most values offered; a text that differs in every call is found with the filter. */
const MAX_CHOICES = 200;

/** One of the values that the calls at hand have. */
export function ChoiceField(props: {
  readonly label: string;
  readonly rows: readonly SessionRow[];
  readonly value: (row: SessionRow) => string | undefined;
  /** `''` for calls that say nothing, `undefined` for any. */
  readonly chosen: string | undefined;
  readonly onChoose: (value: string | undefined) => void;
}): JSX.Element {
  const { rows, value, chosen } = props;
  const choices = useMemo(() => choicesOf(rows, value).slice(0, MAX_CHOICES), [rows, value]);
  const lost = chosen !== undefined && !choices.some((choice) => choice.value === chosen);
  const offered = lost ? [...choices, { value: chosen, count: 0 }] : choices;
  return (
    <label class={chosen === undefined ? undefined : 'set'}>
      {props.label}
      <select
        value={chosen === undefined ? ANY : `=${chosen}`}
        onChange={({ currentTarget }) =>
          props.onChoose(currentTarget.value === ANY ? undefined : currentTarget.value.slice(1))
        }
      >
        <option value={ANY}>any</option>
        {offered.map((choice) => (
          <option key={choice.value} value={`=${choice.value}`}>
            {choice.value === '' ? 'not known' : visible(choice.value, 60)} ({whole(choice.count)})
          </option>
        ))}
      </select>
    </label>
  );
}

/** No value of a call: those stand behind an equals sign. */
const ANY = 'any';
