import type { JSX } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import { formatCount } from '../../../report/text/format.js';
import { asProblem, sendFile } from '../data/client.js';
import { callHash } from '../router.js';
import { visible } from '../shared/visible.js';

/** What became of a file that was opened. */
interface OpenedFile {
  readonly key: number;
  readonly name: string;
  readonly state: 'reading' | 'read' | 'failed';
  readonly text: string;
  readonly problems: readonly string[];
  /** Of the one call in it, where it is one. */
  readonly sessionId: string | undefined;
}

export interface Files {
  readonly opened: readonly OpenedFile[];
  readonly open: (files: readonly File[]) => void;
  readonly dismiss: (key: number) => void;
}

/** Lines kept about files; older ones go. */
const MAX_LINES = 8;

/** Sends files to the server, one after the other, and keeps what became of them. */
export function useFiles(onRead: () => void): Files {
  const [opened, setOpened] = useState<readonly OpenedFile[]>([]);
  const open = useCallback(
    (files: readonly File[]) => {
      const entries = files.map((file) => ({ file, line: reading(file.name) }));
      setOpened((old) => [...old, ...entries.map(({ line }) => line)].slice(-MAX_LINES));
      const readAll = async (): Promise<void> => {
        for (const { file, line } of entries) {
          const done = await read(file, line);
          setOpened((old) => old.map((one) => (one.key === done.key ? done : one)));
          onRead();
        }
      };
      void readAll();
    },
    [onRead],
  );
  const dismiss = useCallback((key: number) => {
    setOpened((old) => old.filter((one) => one.key !== key));
  }, []);
  return { opened, open, dismiss };
}

let keys = 0;

function reading(name: string): OpenedFile {
  keys += 1;
  return { key: keys, name, state: 'reading', text: 'being read', problems: [], sessionId: undefined };
}

async function read(file: File, line: OpenedFile): Promise<OpenedFile> {
  try {
    const { spans, sessionIds, problems } = await sendFile(file);
    const calls = sessionIds.length === 0 ? 'no call' : formatCount(sessionIds.length, 'call', 'calls');
    return {
      ...line,
      state: 'read',
      text: `${calls}, ${formatCount(spans, 'span', 'spans')}`,
      problems,
      sessionId: sessionIds.length === 1 ? sessionIds[0] : undefined,
    };
  } catch (error) {
    return { ...line, state: 'failed', text: asProblem(error).message };
  }
}

/** A line for each file that was opened, until it is closed. */
export function OpenedFiles(props: { readonly files: Files }): JSX.Element {
  const { opened, dismiss } = props.files;
  return (
    <div role="status" class="opened-files">
      {opened.map((file) => (
        <div key={file.key} class={`notice notice-${file.state}`}>
          <div>
            <strong>
              <bdi>{visible(file.name, 120)}</bdi>
            </strong>
            {': '}
            {visible(file.text, 400)}
            {file.sessionId !== undefined && (
              <>
                {' · '}
                <a href={callHash(file.sessionId)}>show the call</a>
              </>
            )}
            {file.problems.map((problem) => (
              <div key={problem} class="muted">
                {visible(problem, 400)}
              </div>
            ))}
          </div>
          {file.state !== 'reading' && (
            <button
              type="button"
              class="quiet"
              aria-label={`Close the note on ${visible(file.name, 120)}`}
              onClick={() => dismiss(file.key)}
            >
              ×
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
