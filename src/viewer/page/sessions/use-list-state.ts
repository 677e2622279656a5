import { type Dispatch, type StateUpdater, useEffect, useRef, useState } from 'preact/hooks';
import { listHash, replaceHash } from '../router.js';
import { formatListState, type ListState, parseListState } from './list-state.js';

/** Browsers refuse an address that changes with every key; this long (ms) it waits for the next one. */
const WRITE_MS = 250;

/** Filter and order, which the address follows and which follow the address where someone else changed it. */
export function useListState(query: string): [ListState, Dispatch<StateUpdater<ListState>>] {
  const [state, setState] = useState(() => parseListState(query));
  const written = useRef(query);

  useEffect(() => {
    if (query === written.current) return;
    written.current = query;
    setState(parseListState(query));
  }, [query]);

  useEffect(() => {
    const text = formatListState(state);
    if (text === written.current) return;
    const timer = setTimeout(() => {
      written.current = text;
      replaceHash(listHash(text));
    }, WRITE_MS);
    return () => clearTimeout(timer);
  }, [state]);

  return [state, setState];
}
