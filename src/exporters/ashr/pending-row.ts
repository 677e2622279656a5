import type { SessionState } from './session-state.js';
import type { Contribution } from './tally.js';
import type { SpansBody, StageRow, TurnEventRow, TurnRow } from './wire.js';

/** A row on its way. It is settled once it was accepted, or dropped because it was refused. */
export interface PendingRow {
  readonly content: RowContent;
  readonly session: SessionState;
  readonly contribution: Contribution | undefined;
  settled: boolean;
}

export type RowContent =
  | { readonly list: 'turns'; readonly row: TurnRow }
  | { readonly list: 'stages'; readonly row: StageRow }
  | { readonly list: 'turn_events'; readonly row: TurnEventRow };

/** One request body of rows. */
export function spansBody(rows: readonly PendingRow[]): SpansBody {
  const body: SpansBody = { turns: [], stages: [], turn_events: [] };
  for (const { content } of rows) {
    if (content.list === 'turns') body.turns.push(content.row);
    else if (content.list === 'stages') body.stages.push(content.row);
    else body.turn_events.push(content.row);
  }
  return body;
}

/** The type of an event row; `undefined` for rows of other kinds. */
export function eventTypeOf({ content }: PendingRow): string | undefined {
  return content.list === 'turn_events' ? content.row.event_type : undefined;
}
