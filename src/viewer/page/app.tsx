import type { JSX } from 'preact';
import { useCallback, useLayoutEffect, useRef } from 'preact/hooks';
import { CallPage } from './call-page.js';
import { ComparePage } from './compare/compare-page.js';
import { useSessions } from './data/use-sessions.js';
import { DropZone } from './files/drop-zone.js';
import { OpenedFiles, useFiles } from './files/opened-files.js';
import { Header } from './header.js';
import { listHash, useRoute } from './router.js';
import { ListPage } from './sessions/list-page.js';
import { ConnectionLost } from './shared/states.js';

/** The viewer: a list of calls, one call, or two versions beside each other. */
export function App(): JSX.Element {
  const route = useRoute();
  const sessions = useSessions();
  const files = useFiles(sessions.reload);
  const listQuery = useRef('');
  const lastCall = useRef<string | undefined>(undefined);
  if (route.name === 'list') listQuery.current = route.query;
  if (route.name === 'call') lastCall.current = route.sessionId;
  useFocusOnNewPage(route.name === 'call' ? `call ${route.sessionId}` : route.name);
  const takeLastCall = useCallback(() => {
    const id = lastCall.current;
    lastCall.current = undefined;
    return id;
  }, []);

  return (
    <DropZone onFiles={files.open}>
      <a class="skip-link" href="#content">
        Skip to content
      </a>
      <Header
        route={route}
        listHash={listHash(listQuery.current)}
        version={sessions.answer?.version}
        onFiles={files.open}
      />
      {sessions.connection === 'lost' && <ConnectionLost />}
      <OpenedFiles files={files} />
      <main id="content" class="page" tabIndex={-1}>
        {route.name === 'list' && (
          <ListPage sessions={sessions} query={route.query} cameFrom={takeLastCall} onFiles={files.open} />
        )}
        {route.name === 'compare' && <ComparePage sessions={sessions} query={route.query} />}
        {route.name === 'call' && (
          <CallPage
            key={route.sessionId}
            sessionId={route.sessionId}
            turnId={route.turnId}
            news={sessions.newsOf(route.sessionId)}
            listHash={listHash(listQuery.current)}
          />
        )}
      </main>
    </DropZone>
  );
}

/** A screen reader starts at the top of what is new, as after the load of a page; not on the first one. */
function useFocusOnNewPage(page: string): void {
  const shown = useRef(page);
  useLayoutEffect(() => {
    if (shown.current === page) return;
    shown.current = page;
    window.scrollTo(0, 0);
    document.getElementById('content')?.focus({ preventScroll: true });
  }, [page]);
}
