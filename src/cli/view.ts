import { randomBytes } from 'node:crypto';
import { isLoopback } from '../gateway/http/auth.js';
import { errorText } from '../otel/diagnostics.js';
import { FolderInUseError } from '../viewer/server/shelf/lock.js';
import { stateFolder } from '../viewer/server/shelf/state-folder.js';
import { startViewer, type Viewer } from '../viewer/server/viewer.js';
import { type CommandIo, EXIT_FAILED, EXIT_OK, UsageError } from './io.js';
import { readFailure } from './read-failure.js';
import { readTls, readToken } from './server-files.js';
import { stopSignal } from './stop-signal.js';
import { parseViewArguments, VIEW_HELP, type ViewArguments } from './view-args.js';

const TOKEN_VARIABLE = 'VOICE_OTEL_VIEWER_TOKEN';
const TOKEN_BYTES = 24;
/** Files larger than this (bytes) say how far reading them is. */
const SLOW_BYTES = 32 * 1024 * 1024;

/**
 * `voice-otel view`: runs until `until` resolves (default: SIGINT or SIGTERM). Resolves to the exit code; throws a
 * `UsageError` for a wrong command line.
 */
export async function runView(
  argv: readonly string[],
  io: CommandIo,
  until: () => Promise<void> = async () => void (await stopSignal()),
): Promise<number> {
  const args = parseViewArguments(argv);
  if (args.help) {
    io.stdout.write(VIEW_HELP);
    return EXIT_OK;
  }
  const folder = args.memory ? undefined : (args.folder ?? stateFolder(io.env));
  const token = await tokenFor(args, io.env);
  let viewer: Viewer;
  try {
    viewer = await startViewer({
      host: args.host,
      port: args.port,
      token,
      tls: await readTls(args),
      folder,
      keepBytes: args.keepBytes,
      recordingFolders: args.recordings,
      recordingHosts: args.recordingsFrom,
      onProgress: progress(io),
    });
  } catch (error) {
    if (error instanceof TypeError || error instanceof UsageError) throw new UsageError(error.message);
    io.stderr.write(`voice-otel: ${startFailure(error, args, folder)}\n`);
    return EXIT_FAILED;
  }
  try {
    for (const file of args.files) await open(viewer, file, io);
  } catch (error) {
    io.stderr.write(`voice-otel: ${error instanceof CannotReadError ? error.message : errorText(error)}\n`);
    await viewer.shutdown();
    return EXIT_FAILED;
  }
  say(viewer, token, folder, io);
  await until();
  await viewer.shutdown();
  return EXIT_OK;
}

async function open(viewer: Viewer, file: string, io: CommandIo): Promise<void> {
  const before = viewer.problems.length;
  try {
    if (file === '-') await viewer.read('standard input', io.stdin);
    else await viewer.open(file);
  } catch (error) {
    throw new CannotReadError(`cannot read ${file}: ${readFailure(error)}`);
  }
  for (const problem of viewer.problems.slice(before)) io.stderr.write(`voice-otel: ${problem}\n`);
}

class CannotReadError extends Error {
  override readonly name = 'view';
}

function say(viewer: Viewer, token: string | undefined, folder: string | undefined, io: CommandIo): void {
  const calls = `${viewer.calls} ${viewer.calls === 1 ? 'call' : 'calls'}`;
  const kept = folder === undefined ? 'kept in memory only' : `kept in ${folder}`;
  const url = token === undefined ? `${viewer.url}/` : `${viewer.url}/?token=${encodeURIComponent(token)}`;
  io.stdout.write(`voice-otel view: ${url}\n  ${calls}; OTLP sent to ${viewer.url} appears there, ${kept}\n`);
  if (token !== undefined && viewer.url.startsWith('http:') && !isLoopback(new URL(viewer.url).hostname)) {
    io.stderr.write('voice-otel: without --tls-cert the token and the calls travel unencrypted\n');
  }
}

async function tokenFor(args: ViewArguments, env: CommandIo['env']): Promise<string | undefined> {
  const given = await readToken(args, env[TOKEN_VARIABLE]);
  if (given !== undefined) return given;
  const needed = args.host !== undefined && !isLoopback(args.host);
  return needed ? randomBytes(TOKEN_BYTES).toString('base64url') : undefined;
}

/** A line of a terminal that is written over; nothing where nobody looks, or it takes no time. */
function progress({ stderr }: CommandIo): (name: string, done: number, size: number) => void {
  return (name, done, size) => {
    if (stderr.isTTY !== true || size < SLOW_BYTES) return;
    const percent = Math.floor((done / size) * 100);
    stderr.write(`\rvoice-otel: reading ${name}: ${percent} %${done >= size ? '\n' : ''}`);
  };
}

function startFailure(error: unknown, args: ViewArguments, folder: string | undefined): string {
  const port = args.port ?? 4318;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (error instanceof FolderInUseError) {
    return `${error.message}; use that one, or give this one another --folder, or --memory`;
  }
  if (code === 'EADDRINUSE') {
    return (
      `port ${port} is taken, perhaps by another viewer, a collector or Jaeger; choose another with ` +
      `--port ${port + 1} (and OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${port + 1} where spans are sent)`
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `this machine has no address ${args.host} (--host)`;
  const path = error instanceof Error && 'path' in error ? String(error.path) : undefined;
  if (folder !== undefined && path?.startsWith(folder) === true) {
    return `the folder ${folder} cannot be used (${errorText(error)}); choose another with --folder, or --memory`;
  }
  if (code === 'EACCES') return `port ${port} is not allowed; choose one above 1023 with --port`;
  return `the viewer cannot start: ${errorText(error)}`;
}
