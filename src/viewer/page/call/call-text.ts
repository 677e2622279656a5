import type { SessionReport } from '../../../report/model.js';
import { Theme } from '../../../report/text/theme.js';
import { renderTimeline } from '../../../report/text/timeline.js';

/** Columns of the text, as `voice-otel timeline` writes into a pipe. */
const COLUMNS = 100;

/** The call as text: what `voice-otel timeline` prints. */
export function callText(report: SessionReport): string {
  return renderTimeline(report, new Theme({ width: COLUMNS, ascii: false, style: undefined }));
}
