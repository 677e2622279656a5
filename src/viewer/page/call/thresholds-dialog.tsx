import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { DEFAULT_THRESHOLDS, type Thresholds, thresholdsProblem } from './thresholds.js';

/** Sets from when on a wait counts as slow. */
export function ThresholdsDialog(props: {
  readonly thresholds: Thresholds;
  readonly onChange: (thresholds: Thresholds) => void;
}): JSX.Element {
  const { thresholds, onChange } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [slow, setSlow] = useState('');
  const [verySlow, setVerySlow] = useState('');
  const id = useId();
  const fill = ({ slowMs, verySlowMs }: Thresholds): void => {
    setSlow(String(slowMs));
    setVerySlow(String(verySlowMs));
  };
  useEffect(() => fill(thresholds), [thresholds]);
  const wanted = { slowMs: number(slow), verySlowMs: number(verySlow) };
  const problem = thresholdsProblem(wanted);
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        onClick={() => {
          fill(thresholds);
          dialog.current?.showModal();
        }}
      >
        Thresholds
      </button>
      <dialog ref={dialog} class="call-dialog" aria-labelledby={`${id}-title`}>
        <form
          method="dialog"
          onSubmit={(event) => {
            if (problem === undefined) onChange(wanted);
            else event.preventDefault();
          }}
        >
          <h2 id={`${id}-title`}>Thresholds</h2>
          <p>From when on a wait for an answer counts as slow. Kept in this browser.</p>
          <label>
            <span>▲ Slow from (ms)</span>
            <input
              type="number"
              min={0}
              step={1}
              value={slow}
              aria-describedby={`${id}-problem`}
              onInput={(event) => setSlow(event.currentTarget.value)}
            />
          </label>
          <label>
            <span>■ Very slow from (ms)</span>
            <input
              type="number"
              min={0}
              step={1}
              value={verySlow}
              aria-describedby={`${id}-problem`}
              onInput={(event) => setVerySlow(event.currentTarget.value)}
            />
          </label>
          <p id={`${id}-problem`} class="call-tone-bad" role="alert">
            {problem}
          </p>
          <div class="call-buttons">
            <button type="submit" disabled={problem !== undefined}>
              Save
            </button>
            <button type="button" onClick={() => fill(DEFAULT_THRESHOLDS)}>
              Defaults
            </button>
            <button type="button" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}

function number(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
