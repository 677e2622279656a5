import type { GatewayLimits, GatewayTls } from '../../gateway/options.js';
import type { OnProgress } from './intake/open-file.js';

export const DEFAULT_PORT = 4318;
/** Of the folder; a call of five minutes takes about a quarter of a megabyte. */
export const DEFAULT_KEEP_BYTES: number = 1024 * 1024 * 1024;
/** With `--memory`. */
export const DEFAULT_MEMORY_BYTES: number = 256 * 1024 * 1024;

export interface ViewerOptions {
  /** Default 127.0.0.1. Any other than loopback needs `token`. */
  readonly host?: string | undefined;
  /** Default 4318; 0 takes a free one. */
  readonly port?: number | undefined;
  /** At least 16 characters. */
  readonly token?: string | undefined;
  readonly tls?: GatewayTls | undefined;
  /** Where received spans are kept; `undefined`: in memory only. */
  readonly folder?: string | undefined;
  /** Bytes kept at most. Default 1 GiB in a folder, 256 MiB in memory. */
  readonly keepBytes?: number | undefined;
  /** Folders whose recordings may be played, besides those of opened files. */
  readonly recordingFolders?: readonly string[] | undefined;
  /** Hosts that may be asked for recordings, as `name` or `name:port`. */
  readonly recordingHosts?: readonly string[] | undefined;
  /** Files to be opened, by their paths. */
  readonly files?: readonly string[] | undefined;
  /** Told how far reading a file, or the folder, is. */
  readonly onProgress?: ((name: string, ...progress: Parameters<OnProgress>) => void) | undefined;
  readonly limits?: Partial<GatewayLimits> | undefined;
}
