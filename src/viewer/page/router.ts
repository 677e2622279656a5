import { useEffect, useState } from 'preact/hooks';

/** Where the page is, as its address says. */
export type Route =
  | { readonly name: 'list'; readonly query: string }
  | { readonly name: 'call'; readonly sessionId: string; readonly turnId: string | undefined }
  | { readonly name: 'compare'; readonly query: string };

/** Reads the part of an address from `#` on; what is not understood is the list. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = split(hash.replace(/^#/, ''), '?');
  const [first, sessionId, turnId] = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  if (first === 'calls' && sessionId !== undefined) return { name: 'call', sessionId, turnId };
  if (first === 'compare') return { name: 'compare', query };
  return { name: 'list', query };
}

export function listHash(query: string = ''): string {
  return query === '' ? '#/' : `#/?${query}`;
}

export function callHash(sessionId: string, turnId?: string): string {
  const call = `#/calls/${encodeURIComponent(sessionId)}`;
  return turnId === undefined ? call : `${call}/${encodeURIComponent(turnId)}`;
}

export function compareHash(query: string = ''): string {
  return query === '' ? '#/compare' : `#/compare?${query}`;
}

/** The route of the address, and again whenever it changes. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    let shown = location.hash;
    const update = (): void => {
      // A jump within the page, as the skip link's, leaves the route as it is.
      if (/^#[^/]/.test(location.hash)) history.replaceState(history.state, '', shown === '' ? '#/' : shown);
      shown = location.hash;
      setHash(shown);
    };
    window.addEventListener('hashchange', update);
    window.addEventListener(REPLACED, update);
    return () => {
      window.removeEventListener('hashchange', update);
      window.removeEventListener(REPLACED, update);
    };
  }, []);
  return parseRoute(hash);
}

/** Another address in the place of this one: no step for the browser's way back. */
export function replaceHash(hash: string): void {
  if (hash === location.hash) return;
  history.replaceState(history.state, '', hash);
  window.dispatchEvent(new Event(REPLACED));
}

/** `history.replaceState` tells nobody. */
const REPLACED = 'voice-otel:replaced';

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
