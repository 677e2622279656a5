import type { Change } from '../../api.js';

/** Whether news of the server arrive. */
export type Connection = 'connecting' | 'open' | 'lost';

/** Waits (ms) before the next attempt where the browser itself has given up. */
const RETRY_MS = 3000;

export interface ChangeListener {
  change(sessionIds: readonly string[]): void;
  connection(state: Connection): void;
}

/** Listens to what the server has news of, and returns how to stop. A lost connection is tried again for ever. */
export function listenToChanges(listener: ChangeListener): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const open = (): void => {
    source = new EventSource('api/changes');
    source.addEventListener('open', () => listener.connection('open'));
    source.addEventListener('change', (event) => {
      const ids = changed(event.data);
      if (ids.length > 0) listener.change(ids);
    });
    source.addEventListener('error', () => {
      listener.connection('lost');
      if (source?.readyState !== EventSource.CLOSED) return;
      source.close();
      retry = setTimeout(open, RETRY_MS);
    });
  };
  open();
  return () => {
    clearTimeout(retry);
    source?.close();
  };
}

function changed(data: unknown): readonly string[] {
  if (typeof data !== 'string') return [];
  try {
    return (JSON.parse(data) as Change).sessionIds;
  } catch {
    return [];
  }
}
