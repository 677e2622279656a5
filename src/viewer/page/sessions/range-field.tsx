import type { JSX } from 'preact';
import type { RangeColumn } from './columns.js';
import type { Range } from './filter.js';

interface RangeProps {
  readonly column: RangeColumn;
  readonly range: Range;
  readonly onRange: (range: Range) => void;
}

/** From and to of a column of numbers. */
export function RangeField({ column, range, onRange }: RangeProps): JSX.Element {
  const { label, unit, scale } = column;
  const field = (end: 'min' | 'max', word: string): JSX.Element => {
    const value = range[end];
    return (
      <input
        type="number"
        step="any"
        inputMode="decimal"
        aria-label={`${label} ${word}`}
        placeholder={word}
        value={value === undefined ? '' : value / scale}
        onChange={({ currentTarget }) => {
          const typed = currentTarget.valueAsNumber;
          onRange({ ...range, [end]: Number.isNaN(typed) ? undefined : typed * scale });
        }}
      />
    );
  };
  return (
    <fieldset>
      <legend>
        {label}
        {unit !== '' && <span class="muted"> {unit}</span>}
      </legend>
      {field('min', 'from')}
      <span aria-hidden="true">–</span>
      {field('max', 'to')}
    </fieldset>
  );
}

/** From and to of the start, as dates where the reader is. */
export function StartField({ column, range, onRange }: RangeProps): JSX.Element {
  const field = (end: 'min' | 'max', word: string): JSX.Element => (
    <input
      type="datetime-local"
      step="1"
      aria-label={`${column.label} ${word}`}
      value={localInput(range[end])}
      onChange={({ currentTarget }) => {
        const time = new Date(currentTarget.value).getTime();
        onRange({ ...range, [end]: Number.isNaN(time) ? undefined : time });
      }}
    />
  );
  return (
    <fieldset class="dates">
      <legend>{column.label}</legend>
      {field('min', 'from')}
      <span aria-hidden="true">–</span>
      {field('max', 'to')}
    </fieldset>
  );
}

/** `2026-11-24T16:47:43`, as the field wants it. */
function localInput(epochMs: number | undefined): string {
  if (epochMs === undefined) return '';
  const date = new Date(epochMs);
  const shifted = new Date(epochMs - date.getTimezoneOffset() * 60_000);
  return Number.isNaN(shifted.getTime()) ? '' : shifted.toISOString().slice(0, 19);
}
