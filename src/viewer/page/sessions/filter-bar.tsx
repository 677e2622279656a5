import type { JSX, RefObject } from 'preact';
import { useState } from 'preact/hooks';
import type { SessionRow } from '../../api.js';
import { visible } from '../shared/visible.js';
import { ChoiceField } from './choice-field.js';
import { RANGE_COLUMNS } from './columns.js';
import { CHOICES, filterCount, type ListFilter, NO_FILTER, withChoice, withRange } from './filter.js';
import { RangeField, StartField } from './range-field.js';

/** What narrows the list: a text, and a field for each column. */
export function FilterBar(props: {
  readonly rows: readonly SessionRow[];
  readonly filter: ListFilter;
  readonly onFilter: (filter: ListFilter) => void;
  readonly field: RefObject<HTMLInputElement | null>;
}): JSX.Element {
  const { rows, filter, onFilter } = props;
  const ranges = Object.keys(filter.ranges).length;
  const [open, setOpen] = useState(ranges > 0);
  return (
    <search class="filter">
      <div class="filter-row">
        <label class="filter-text">
          Filter
          <input
            ref={props.field}
            type="search"
            value={filter.text}
            placeholder="agent, version, session id …"
            aria-keyshortcuts="/"
            autocomplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => onFilter({ ...filter, text: currentTarget.value })}
          />
        </label>
        {CHOICES.map(({ key, label, value }) => (
          <ChoiceField
            key={key}
            label={label}
            rows={rows}
            value={value}
            chosen={filter.choices[key]}
            onChoose={(chosen) => onFilter(withChoice(filter, key, chosen))}
          />
        ))}
        <button
          type="button"
          aria-expanded={open}
          aria-controls="filter-ranges"
          onClick={() => setOpen(!open)}
        >
          Ranges{ranges > 0 && ` (${ranges})`}
        </button>
        {filterCount(filter) > 0 && (
          <button type="button" class="quiet" onClick={() => onFilter(NO_FILTER)}>
            Clear filter
          </button>
        )}
      </div>
      <div id="filter-ranges" class="filter-ranges" hidden={!open}>
        {open &&
          RANGE_COLUMNS.map((column) => {
            const Field = column.key === 'start' ? StartField : RangeField;
            return (
              <Field
                key={column.key}
                column={column}
                range={filter.ranges[column.key] ?? {}}
                onRange={(range) => onFilter(withRange(filter, column.key, range))}
              />
            );
          })}
      </div>
    </search>
  );
}

/** What the filter is, in words, for a list that is empty because of it. */
export function filterWords(filter: ListFilter): string {
  const text = filter.text.trim();
  return [
    ...(text === '' ? [] : [`“${visible(text, 80)}”`]),
    ...CHOICES.filter(({ key }) => filter.choices[key] !== undefined).map(({ label }) => label),
    ...RANGE_COLUMNS.filter(({ key }) => filter.ranges[key] !== undefined).map(({ label }) => label),
  ].join(', ');
}
