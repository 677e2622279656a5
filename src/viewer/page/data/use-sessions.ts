import { useCallback, useEffect, useState } from 'preact/hooks';
import type { SessionsAnswer } from '../../api.js';
import { type Connection, listenToChanges } from './changes.js';
import { asProblem, fetchSessions, type Problem } from './client.js';
import { mergeRows } from './merge.js';

export interface Sessions {
  /** What the server said last; `undefined` before it said anything. */
  readonly answer: SessionsAnswer | undefined;
  /** Why the last attempt failed. */
  readonly problem: Problem | undefined;
  readonly connection: Connection;
  /** Rises with each news of a session: what shows it then asks for it again. */
  readonly newsOf: (sessionId: string) => number;
  readonly reload: () => void;
}

/** At most one request for news in this time (ms), however often the server has some. */
const GATHER_MS = 500;

/** More changed sessions than this are asked for as the whole list: an address has its limits. */
const MAX_IDS = 50;

/** The rows of all sessions, kept up to date. */
export function useSessions(): Sessions {
  const [answer, setAnswer] = useState<SessionsAnswer>();
  const [problem, setProblem] = useState<Problem>();
  const [connection, setConnection] = useState<Connection>('connecting');
  const [news, setNews] = useState<News>({ all: 0, bySession: new Map() });

  const load = useCallback(async (ids: readonly string[]) => {
    try {
      const fresh = await fetchSessions(ids);
      setAnswer((old) =>
        old === undefined || ids.length === 0
          ? fresh
          : { ...fresh, sessions: mergeRows(old.sessions, ids, fresh.sessions) },
      );
      setProblem(undefined);
    } catch (error) {
      setProblem(asProblem(error));
    }
  }, []);

  useEffect(() => {
    const waiting = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wasLost = false;
    const flush = async (): Promise<void> => {
      const ids = [...waiting];
      waiting.clear();
      await load(ids.length > MAX_IDS ? [] : ids);
      timer = undefined;
      if (waiting.size > 0) schedule();
    };
    const schedule = (): void => {
      timer ??= setTimeout(() => void flush(), GATHER_MS);
    };
    const stop = listenToChanges({
      change(sessionIds) {
        for (const id of sessionIds) waiting.add(id);
        setNews((old) => withNews(old, sessionIds));
        schedule();
      },
      connection(state) {
        setConnection(state);
        if (state === 'open' && wasLost) {
          setNews((old) => ({ ...old, all: old.all + 1 }));
          void load([]);
        }
        wasLost = state === 'lost';
      },
    });
    void load([]);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [load]);

  const newsOf = useCallback((id: string) => news.all + (news.bySession.get(id) ?? 0), [news]);
  const reload = useCallback(() => void load([]), [load]);
  return { answer, problem, connection, newsOf, reload };
}

interface News {
  /** Times that everything may have changed: the connection was lost. */
  readonly all: number;
  readonly bySession: ReadonlyMap<string, number>;
}

function withNews(old: News, sessionIds: readonly string[]): News {
  const bySession = new Map(old.bySession);
  for (const id of sessionIds) bySession.set(id, (bySession.get(id) ?? 0) + 1);
  return { ...old, bySession };
}
