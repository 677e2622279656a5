import { useEffect, useRef } from 'preact/hooks';

/** Keys of the call view by `event.key`; a handler that returns `false` leaves the key to the browser. */
export type KeyHandlers = Readonly<Record<string, (event: KeyboardEvent) => boolean | undefined>>;

/** Listens on the page, but not where a key means something else: in fields, dialogs, on sliders. */
export function useKeys(handlers: KeyHandlers): void {
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : undefined;
      if (target?.closest('input, textarea, select, dialog, [contenteditable]')) return;
      const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const handler = Object.hasOwn(latest.current, pressed) ? latest.current[pressed] : undefined;
      if (handler !== undefined && handler(event) !== false) event.preventDefault();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
