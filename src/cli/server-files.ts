import { readFile } from 'node:fs/promises';
import type { GatewayTls } from '../gateway/options.js';
import { errorText } from '../otel/diagnostics.js';
import { UsageError } from './io.js';

/** Files of a server that the command line names. */
export interface ServerFiles {
  readonly tokenFile: string | undefined;
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly tlsClientCa?: string | undefined;
}

/** The token of `--token-file`, else of a variable; `undefined` where there is neither. Throws a `UsageError`. */
export async function readToken(
  { tokenFile }: ServerFiles,
  variable: string | undefined,
): Promise<string | undefined> {
  if (tokenFile === undefined) return variable || undefined;
  const read = (await readOptionFile(tokenFile, 'token-file')).trim();
  if (read === '') throw new UsageError(`--token-file ${tokenFile} is empty`);
  return read;
}

/** Certificates and key, in PEM; `undefined` for a server without TLS. Throws a `UsageError`. */
export async function readTls({
  tlsCert,
  tlsKey,
  tlsClientCa,
}: ServerFiles): Promise<GatewayTls | undefined> {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  return {
    cert: await readOptionFile(tlsCert, 'tls-cert'),
    key: await readOptionFile(tlsKey, 'tls-key'),
    clientCa: tlsClientCa === undefined ? undefined : await readOptionFile(tlsClientCa, 'tls-client-ca'),
  };
}

/** The text of a file that an option names. Throws a `UsageError` that names both. */
export async function readOptionFile(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--${option} ${file}: ${errorText(error)}`);
  }
}
