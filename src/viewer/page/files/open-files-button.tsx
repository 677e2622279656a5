import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';

/** Opens files of OTLP JSON lines, as dropping them onto the page does. */
export function OpenFilesButton(props: { readonly onFiles: (files: readonly File[]) => void }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" onClick={() => input.current?.click()}>
        Open files
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files of OTLP JSON lines"
        onChange={(event) => {
          props.onFiles([...(event.currentTarget.files ?? [])]);
          // The same file again shall count as a change.
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
