import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a recording may come from. */
export interface RecordingPlaces {
  /** Folders whose files may be served. */
  readonly folders: readonly string[];
  /** Hosts that may be asked, as `name` or `name:port`. */
  readonly hosts: readonly string[];
}

/** Where a recording is, or why it cannot be played. */
export type Located =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'remote'; readonly url: URL }
  | {
      readonly kind: 'none';
      readonly reason: string;
      /** A file that may be played, but is not there. */
      readonly missing?: string | undefined;
    };

const NOT_RECORDED =
  'This call was not recorded. To hear calls, give VoiceObservability a recorder: ' +
  "new CallRecorder({ sink: directorySink('recordings') }) of voice-otel/audio (docs/recording.md).";

/** Finds the recording that a session span names. What it names is not trusted. Never rejects. */
export async function locate(url: string | undefined, places: RecordingPlaces): Promise<Located> {
  if (url === undefined) return none(NOT_RECORDED);
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === 'http' || scheme === 'https') return remote(url, places.hosts);
  if (scheme !== undefined && scheme !== 'file' && scheme.length > 1) {
    return none(
      `The recording is at ${short(url)}, which the viewer cannot read. It plays files (--recordings DIR) and ` +
        'http(s) URLs such as presigned ones (--recordings-from HOST).',
    );
  }
  const named = pathOf(url);
  if (named === undefined) return none(`The recording's address is no path that can be used: ${short(url)}`);
  return file(named, places.folders);
}

async function remote(text: string, hosts: readonly string[]): Promise<Located> {
  if (!URL.canParse(text)) return none(`The recording's address is no URL that can be used: ${short(text)}`);
  const url = new URL(text);
  const { host, hostname } = url;
  if (hosts.includes(host) || hosts.includes(hostname)) return { kind: 'remote', url };
  return none(
    `The recording is at ${short(`${url.origin}${url.pathname}`)}. The viewer asks no host that was not named: start it with ` +
      `--recordings-from ${host}`,
  );
}

async function file(named: string, folders: readonly string[]): Promise<Located> {
  const candidates = isAbsolute(named) ? [named] : folders.map((folder) => resolve(folder, named));
  for (const candidate of candidates) {
    const path = await realpath(candidate).catch(() => undefined);
    if (path === undefined) continue;
    if (!(await isWithin(path, folders))) return none(notAllowed(named, path));
    const state = await stat(path).catch(() => undefined);
    if (state?.isFile() !== true) return none(`The recording ${short(named)} is not a file.`);
    return { kind: 'file', path };
  }
  const folder = isAbsolute(named) ? await existingFolder(dirname(named)) : undefined;
  if (folder !== undefined && !(await isWithin(folder, folders))) return none(notAllowed(named, named));
  const reason =
    `The recording ${short(named)} is not there (yet): it is stored after the call has ended, perhaps on another ` +
    'machine. Where it was moved, name its folder with --recordings DIR and keep its path below it.';
  return { kind: 'none', reason, missing: candidates[0] };
}

/** The folder itself, or the nearest one above it that is there, without links. */
async function existingFolder(folder: string): Promise<string> {
  const real = await realpath(folder).catch(() => undefined);
  const above = dirname(folder);
  return real ?? (above === folder ? folder : existingFolder(above));
}

function notAllowed(named: string, path: string): string {
  return (
    `The recording is the file ${short(named)}. The viewer reads files only beside those that were opened, or where ` +
    `it was told to: start it with --recordings ${quoted(short(dirname(path)))}`
  );
}

async function isWithin(path: string, folders: readonly string[]): Promise<boolean> {
  for (const folder of folders) {
    const real = await realpath(folder).catch(() => undefined);
    if (real === undefined) {
      // A folder that is made when the first recording is stored.
      if ((await existingFolder(folder)) === path) return true;
      continue;
    }
    const below = relative(real, path);
    if (below === '' || (below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below))) return true;
  }
  return false;
}

function pathOf(url: string): string | undefined {
  if (url.includes('\0')) return undefined;
  if (!/^file:/i.test(url)) return url;
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

function none(reason: string): Located {
  return { kind: 'none', reason };
}

function short(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 300)}…`;
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path}'`;
}

/** A folder as a person writes it. */
export function folderOf(file: string): string {
  return join(dirname(resolve(file)), '.');
}
