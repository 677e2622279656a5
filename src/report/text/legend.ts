import type { Theme } from './theme.js';
import { wrapParts } from './width.js';

/** What the signs in the charts mean. */
export function legend(theme: Theme): string[] {
  const { waiting, streaming, silence, gap, unexplained, failed } = theme.glyphs;
  const signs: readonly (readonly [string, string])[] = [
    [waiting, 'until first output'],
    [streaming, 'after it'],
    [silence, 'silence'],
    [gap, 'waiting'],
    [unexplained, 'no span'],
    ['!', 'barge-in'],
    ['?', 'failed interrupt'],
    [failed, 'failure'],
    ['()', 'discarded'],
    ['~', 'estimate'],
  ];
  const parts = signs.map(([sign, meaning]) => `${sign} ${meaning} `);
  return wrapParts(parts, theme.width - 3).map((line) => theme.paint('dim', `   ${line.trimEnd()}`));
}
