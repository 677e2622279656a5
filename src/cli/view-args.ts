import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './io.js';

export const VIEW_HELP = `voice-otel view [FILE...] [options]

Shows calls in a browser: a list of them, and each with its turns, silences, stages, costs and sound. It reads files,
and it receives OTLP over HTTP on the port where exporters send to by default, also the spans of Pipecat and LiveKit.

  FILE                  OTLP JSON lines, one export request a line; - reads standard input
  --port PORT           default 4318; 0 takes a free one
  --host HOST           where to listen (default 127.0.0.1); another one than this machine's own needs a token
  --token-file FILE     the token, at least 16 characters; also VOICE_OTEL_VIEWER_TOKEN. With another --host and none
                        given, one is made and printed. Exporters send it as Authorization: Bearer TOKEN
  --tls-cert FILE, --tls-key FILE   certificate chain and key, in PEM
  --folder DIR          where received calls are kept (default: voice-otel/viewer in the user's state folder)
  --keep SIZE           of what is kept, such as 500MB or 2GB (default 1GB; 256MB with --memory): the oldest calls are
                        let go beyond
  --memory              keeps received calls in memory only: they are gone when the viewer ends
  --recordings DIR      plays recordings below DIR, besides those below the folders of FILEs; may be given repeatedly
  --recordings-from HOST    asks HOST (or HOST:PORT) for recordings that are http(s) URLs; may be given repeatedly

Nothing leaves the machine: the page asks this process only, and this process asks the hosts of --recordings-from only.
Received spans are masked as by the gateway; files are shown as they are.
`;

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  'token-file': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  folder: { type: 'string' },
  keep: { type: 'string' },
  memory: { type: 'boolean', default: false },
  recordings: { type: 'string', multiple: true },
  'recordings-from': { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies NonNullable<ParseArgsConfig['options']>;

/** What the command line of `voice-otel view` asks for. */
export interface ViewArguments {
  readonly help: boolean;
  readonly files: readonly string[];
  readonly port: number | undefined;
  readonly host: string | undefined;
  readonly tokenFile: string | undefined;
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly folder: string | undefined;
  readonly keepBytes: number | undefined;
  readonly memory: boolean;
  readonly recordings: readonly string[];
  readonly recordingsFrom: readonly string[];
}

/** Throws a `UsageError` (or one of `parseArgs`) for a command line that makes no sense. */
export function parseViewArguments(argv: readonly string[]): ViewArguments {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  if (values.memory && values.folder !== undefined) {
    throw new UsageError('--memory keeps nothing in a folder; give one of --memory and --folder');
  }
  if ((values['tls-cert'] === undefined) !== (values['tls-key'] === undefined)) {
    throw new UsageError('--tls-cert and --tls-key belong together');
  }
  return {
    help: values.help,
    files: positionals,
    port: portOf(values.port),
    host: values.host,
    tokenFile: values['token-file'],
    tlsCert: values['tls-cert'],
    tlsKey: values['tls-key'],
    folder: values.folder,
    keepBytes: sizeOf(values.keep),
    memory: values.memory,
    recordings: values.recordings ?? [],
    recordingsFrom: (values['recordings-from'] ?? []).map(hostOf),
  };
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new UsageError(`--port takes a whole number from 0 to 65535, not "${text}"`);
  }
  return port;
}

const UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };
const MIN_KEEP_BYTES = 2 ** 20;

function sizeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, digits, unit = ''] = /^(\d{1,12}(?:\.\d+)?) ?([KMGT]?)(?:i?B)?$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(digits) * (UNITS[unit.toUpperCase()] ?? 1));
  if (digits === undefined || bytes < MIN_KEEP_BYTES) {
    throw new UsageError(`--keep takes a size of at least 1MB, such as 500MB or 2GB, not "${text}"`);
  }
  return bytes;
}

/** A URL is taken for its host. */
function hostOf(text: string): string {
  const url = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  const host = URL.canParse(url) ? new URL(url).host : '';
  if (host === '' || /[/?#@]/.test(text.replace(/^https?:\/\//i, '').replace(/\/$/, ''))) {
    throw new UsageError(`--recordings-from takes a host such as bucket.s3.amazonaws.com, not "${text}"`);
  }
  return host;
}
