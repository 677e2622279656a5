import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** How long “Copied” is shown (ms). */
const SAID_FOR_MS = 2000;

/** Copies a text, and says whether that went well. */
export function CopyButton(props: {
  readonly label: string;
  /** Where the visible label alone would not say what is copied. */
  readonly name?: string | undefined;
  readonly text: () => string;
}): JSX.Element {
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) return undefined;
    const timer = setTimeout(() => setSaid(undefined), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (): void => {
    copyText(props.text()).then(
      (copied) => setSaid(copied ? 'Copied' : 'Not copied: the browser refused'),
      () => setSaid('Not copied: the browser refused'),
    );
  };
  return (
    <span class="call-copy">
      <button type="button" aria-label={props.name} onClick={copy}>
        {props.label}
      </button>
      <span role="status" class="call-quiet">
        {said}
      </span>
    </span>
  );
}

/** Through the clipboard's interface, which needs a secure context, else by a selection. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'call-unseen';
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    return copied;
  }
}
