import type { SessionRow } from '../../api.js';
import { callHash } from '../router.js';
import type { RowList } from './use-row-list.js';

interface RowEvents {
  readonly onClick: (event: MouseEvent) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onFocusIn: (event: FocusEvent) => void;
}

/** What the list does about clicks, keys and focus: one listener each for all of its rows. */
export function rowEvents(rows: readonly SessionRow[], list: RowList): RowEvents {
  return {
    onClick(event) {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
      const target = event.target instanceof Element ? event.target : undefined;
      const id = target?.closest<HTMLElement>('[data-call]')?.dataset.call;
      // A link opens by itself, and who marks a text wants to copy it.
      if (id === undefined || target?.closest('a') || getSelection()?.isCollapsed === false) return;
      location.hash = callHash(id);
    },
    onKeyDown(event) {
      const step = STEPS[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      list.focus(step(list.activeIndex, rows.length));
    },
    onFocusIn(event) {
      const index = event.target instanceof HTMLElement ? event.target.dataset.index : undefined;
      if (index !== undefined) list.activate(Number(index));
    },
  };
}

const PAGE = 10;

const STEPS: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index) => index + 1,
  ArrowUp: (index) => index - 1,
  PageDown: (index) => index + PAGE,
  PageUp: (index) => index - PAGE,
  Home: () => 0,
  End: (_, count) => count - 1,
};
