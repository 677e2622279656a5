import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { SessionRow } from '../../api.js';
import { rowsInView, type Segment, segmentsOf } from '../shared/window.js';

export interface RowList {
  /** Goes on the element whose first child is row 0. */
  readonly body: RefObject<(HTMLTableSectionElement & HTMLOListElement) | null>;
  readonly segments: readonly Segment[];
  /** The row that the Tab key reaches. */
  readonly activeIndex: number;
  readonly activate: (index: number) => void;
  /** Gives the focus to the row at an index, scrolled into view. */
  readonly focus: (index: number) => void;
}

/** Rows drawn beyond either edge of the viewport. */
const BEYOND = 8;

/** A part of the viewport's top that sticky heads take (px). */
const HEAD_HEIGHT = 56;

/**
 * A long list of rows of equal height on a page that scrolls: which rows are drawn, which one has the focus, and
 * that both stay where they are when the server has news. `order` names filter and sort: while it stays the same,
 * new rows above push nothing down.
 */
export function useRowList(rows: readonly SessionRow[], rowHeight: number, order: string): RowList {
  const body = useRef<HTMLTableSectionElement & HTMLOListElement>(null);
  const [view, setView] = useState({ first: 0, end: 3 * BEYOND });
  const [activeId, setActiveId] = useState<string>();
  const focusing = useRef<number | undefined>(undefined);
  const found = rows.findIndex(({ sessionId }) => sessionId === activeId);
  const activeIndex = Math.max(0, found);

  const look = useCallback(() => {
    const top = body.current?.getBoundingClientRect().top;
    if (top === undefined) return;
    const next = rowsInView({ top, viewport: window.innerHeight, rowHeight, beyond: BEYOND });
    setView((old) => (old.first === next.first && old.end === next.end ? old : next));
  }, [rowHeight]);

  useEffect(() => {
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  }, [look]);

  const anchor = useRef<{ readonly order: string; readonly ids: readonly string[] } | undefined>(undefined);
  useLayoutEffect(() => {
    const top = body.current?.getBoundingClientRect().top ?? 0;
    const before = anchor.current;
    const ids = rows.map(({ sessionId }) => sessionId);
    anchor.current = { order, ids };
    const topIndex = Math.floor(-top / rowHeight);
    const topId = before?.ids[topIndex];
    if (before?.order === order && topIndex >= 0 && topId !== undefined) {
      const moved = ids.indexOf(topId);
      if (moved >= 0 && moved !== topIndex) window.scrollBy(0, (moved - topIndex) * rowHeight);
    }
    look();
  }, [rows, order, rowHeight, look]);

  const activate = useCallback((index: number) => setActiveId(rows[index]?.sessionId), [rows]);

  const focus = useCallback(
    (wanted: number) => {
      const index = Math.min(Math.max(0, wanted), rows.length - 1);
      const top = body.current?.getBoundingClientRect().top;
      if (index < 0 || top === undefined) return;
      const rowTop = top + index * rowHeight;
      const below = rowTop + rowHeight - window.innerHeight;
      if (rowTop < HEAD_HEIGHT) window.scrollBy(0, rowTop - HEAD_HEIGHT);
      else if (below > 0) window.scrollBy(0, below);
      focusing.current = index;
      setActiveId(rows[index]?.sessionId);
      look();
      // Drawn already where it was in view.
      focusRow(body.current, focusing);
    },
    [rows, rowHeight, look],
  );
  useLayoutEffect(() => focusRow(body.current, focusing));

  return {
    body,
    segments: segmentsOf(rows.length, view.first, view.end, activeIndex),
    activeIndex,
    activate,
    focus,
  };
}

/** Gives the focus to the row that waits for it, once it is drawn. */
function focusRow(body: HTMLElement | null, waiting: { current: number | undefined }): void {
  const link = body?.querySelector<HTMLElement>(`[data-index="${waiting.current}"]`);
  if (waiting.current === undefined || link === null || link === undefined) return;
  waiting.current = undefined;
  link.focus({ preventScroll: true });
}
