import type { SessionReport } from '../model.js';
import { formatDate, formatDuration } from './format.js';
import type { Theme } from './theme.js';
import { columns, truncate } from './width.js';

/** Whose call it was, when, and how it ended. */
export function header(session: SessionReport, theme: Theme): string[] {
  const separator = ` ${theme.glyphs.separator} `;
  const agent = [session.agentName ?? 'unknown agent', session.agentVersion].filter(
    (part) => part !== undefined,
  );
  const title = truncate(theme.text(agent.join(' ')), theme.width - 8, theme.glyphs.ellipsis);
  const { rule } = theme.glyphs;
  const line = (parts: readonly (string | undefined)[]): string[] => {
    const known = parts.filter((part) => part !== undefined).map((part) => theme.text(part));
    return known.length === 0
      ? []
      : [truncate(`   ${known.join(separator)}`, theme.width, theme.glyphs.ellipsis)];
  };
  const detail = session.endDetail === undefined ? '' : ` (${session.endDetail})`;
  const end = session.complete
    ? `ended ${session.endReason ?? 'without a reason'}${detail}`
    : 'no end recorded';
  const id = (name: string, value: string | undefined): string | undefined =>
    value === undefined ? undefined : `${name} ${value}`;
  const traces = session.traceIds.length;
  return [
    `${theme.paint('dim', rule.repeat(2))} ${theme.paint('bold', title)} ${theme.paint('dim', rule.repeat(Math.max(0, theme.width - columns(title) - 4)))}`,
    ...line([formatDate(session.startTime), formatDuration(session.durationMs), session.transport]),
    ...line([end]),
    ...line([
      id('session', session.sessionId),
      id(traces > 1 ? `${traces} traces, first` : 'trace', session.traceIds[0]),
    ]),
    ...line([
      id('external', session.externalId),
      id('room', session.roomId),
      id('user', session.userId),
      id('tenant', session.tenantId),
    ]),
  ];
}
