import type { SessionReport } from '../model.js';
import { header } from './header.js';
import { legend } from './legend.js';
import { lookFirst } from './look-first.js';
import { looseBlock } from './loose-block.js';
import { drawOverview } from './overview.js';
import { summary } from './summary.js';
import type { Theme } from './theme.js';
import { turnBlock } from './turn-block.js';
import { turnWindows } from './window.js';

/** A call as text: its head, the whole of it on one axis, each turn with its stages, the totals. Lines end in `\n`. */
export function renderTimeline(session: SessionReport, theme: Theme): string {
  const windows = turnWindows(session);
  const blocks = [
    header(session, theme),
    drawOverview(session, theme),
    lookFirst(session, theme),
    ...(session.turns.length > 0 ? [legend(theme)] : []),
    ...session.turns.map((turn) => turnBlock(turn, windows.get(turn), session, theme)),
    looseBlock(session, theme),
    summary(session, theme),
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => `${block.join('\n')}\n`)
    .join('\n');
}
