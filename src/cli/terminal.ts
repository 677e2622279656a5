import { styleText } from 'node:util';
import { Theme } from '../report/text/theme.js';
import { type CommandIo, UsageError } from './io.js';

/** Columns where nobody says: no terminal, or one that does not tell. */
const DEFAULT_WIDTH = 100;
/** A wider terminal is not filled: lines of a transcript would be too long to read. `--width` may go further. */
const MAX_TERMINAL_WIDTH = 160;
const MIN_WIDTH = 60;
const MAX_WIDTH = 500;

/** What the command line says about the looks of the output. */
export interface LooksOptions {
  readonly width: string | undefined;
  readonly ascii: boolean;
  readonly color: boolean;
}

/** The theme for an output: its width, its characters, its colours. Throws a `UsageError` for a width that is none. */
export function terminalTheme(options: LooksOptions, { stdout, env }: CommandIo): Theme {
  return new Theme({
    width:
      options.width === undefined
        ? terminalWidth(stdout.columns ?? Number(env.COLUMNS))
        : askedWidth(options.width),
    ascii: options.ascii || !isUtf8(env),
    style: wantsColor(options.color, stdout.isTTY === true, env)
      ? (paint, text) => styleText(paint, text, { validateStream: false })
      : undefined,
  });
}

function askedWidth(text: string): number {
  const width = Number(text);
  if (!Number.isInteger(width) || width < MIN_WIDTH || width > MAX_WIDTH) {
    throw new UsageError(
      `--width takes a whole number of columns from ${MIN_WIDTH} to ${MAX_WIDTH}, not "${text}"`,
    );
  }
  return width;
}

function terminalWidth(columns: number): number {
  if (!Number.isInteger(columns) || columns <= 0) return DEFAULT_WIDTH;
  return Math.min(MAX_TERMINAL_WIDTH, Math.max(MIN_WIDTH, columns));
}

/** By POSIX the first of these that is set gives the character set; nothing set says nothing about the terminal. */
function isUtf8(env: CommandIo['env']): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return locale === undefined || locale === '' || /utf-?8/i.test(locale);
}

/** `--no-color` and `NO_COLOR` (https://no-color.org) switch colours off, `FORCE_COLOR` on, else a terminal has them. */
function wantsColor(color: boolean, isTTY: boolean, env: CommandIo['env']): boolean {
  if (!color || env.NO_COLOR) return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTTY && env.TERM !== 'dumb';
}
