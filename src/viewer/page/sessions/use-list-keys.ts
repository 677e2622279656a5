import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { RowList } from './use-row-list.js';

/** Keys that work wherever the focus is, but where text is typed: `/` to the filter, `j` and `k` through the calls. */
export function useListKeys(field: RefObject<HTMLInputElement | null>, list: RowList): void {
  const current = useRef(list);
  current.current = list;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const { activeIndex, focus, body } = current.current;
      if (event.key === '/') {
        field.current?.focus();
        field.current?.select();
      } else if (event.key === 'j' || event.key === 'k') {
        const inList = body.current?.contains(document.activeElement) ?? false;
        focus(inList ? activeIndex + (event.key === 'j' ? 1 : -1) : activeIndex);
      } else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [field]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, select, textarea, [contenteditable]') !== null;
}
