import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import type { SessionReport } from '../report/model.js';
import { SessionReader } from '../report/read.js';
import { renderSessionList } from '../report/text/session-list.js';
import type { Theme } from '../report/text/theme.js';
import { renderTimeline } from '../report/text/timeline.js';
import { type CommandIo, EXIT_FAILED, EXIT_OK, UsageError } from './io.js';
import { readFailure } from './read-failure.js';
import { type RequestFileSummary, readRequests } from './request-file.js';
import { terminalTheme } from './terminal.js';

export const TIMELINE_HELP = `voice-otel timeline FILE... [options]

Prints a call from its trace: each turn with what was said, its latencies and cost, its stages as bars,
and the gaps between them.

  FILE          OTLP JSON lines, one export request a line; - reads standard input
  --session ID  this call of several (the beginning of its id is enough)
  --width N     columns (default: those of the terminal)
  --ascii       no characters beyond ASCII (default where the locale is not UTF-8)
  --no-color    no colours (also NO_COLOR; FORCE_COLOR wants them without a terminal)

With several calls in a file and no --session they are listed.
`;

const HOW_TO_GET_A_TRACE = `To get a trace, let VoiceSpanProcessor export to a file:
  import { VoiceSpanProcessor } from 'voice-otel';
  import { OtlpFileExporter } from 'voice-otel/node';
  new VoiceSpanProcessor({ exporter: new OtlpFileExporter({ path: 'calls.jsonl' }) });`;

/** `voice-otel timeline`. Resolves to the exit code; throws a `UsageError` for a wrong command line. */
export async function runTimeline(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    allowNegative: true,
    options: {
      session: { type: 'string' },
      width: { type: 'string' },
      ascii: { type: 'boolean', default: false },
      color: { type: 'boolean', default: true },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.stdout.write(TIMELINE_HELP);
    return EXIT_OK;
  }
  if (positionals.length === 0)
    throw new UsageError('timeline needs a FILE of OTLP JSON lines (or - for standard input)');
  const theme = terminalTheme({ width: values.width, ascii: values.ascii, color: values.color }, io);
  const reader = new SessionReader();
  for (const file of positionals) {
    if (!(await readFile(file, reader, io))) return EXIT_FAILED;
  }
  const sessions = reader.sessions();
  if (sessions.length === 0) {
    io.stderr.write(nothingFound(positionals, reader));
    return EXIT_FAILED;
  }
  return show(sessions, values.session, theme, io);
}

/** Takes a file in and says what was wrong with it; `false` where it could not be read at all. */
async function readFile(file: string, reader: SessionReader, io: CommandIo): Promise<boolean> {
  const name = fileName(file);
  let summary: RequestFileSummary;
  try {
    summary = await readRequests(file === '-' ? io.stdin : createReadStream(file), (request) =>
      reader.push(request),
    );
  } catch (error) {
    io.stderr.write(`voice-otel: cannot read ${name}: ${readFailure(error)}\n`);
    return false;
  }
  for (const { line, reason } of summary.problems)
    io.stderr.write(`voice-otel: ${name}:${line}: line skipped: ${reason}\n`);
  const more = summary.problemCount - summary.problems.length;
  if (more > 0) io.stderr.write(`voice-otel: ${name}: ${more} more lines skipped\n`);
  if (summary.lines === 0) io.stderr.write(`voice-otel: ${name} is empty\n`);
  else if (summary.requests === 0 && summary.otherSignals > 0) {
    io.stderr.write(`voice-otel: ${name} holds logs or metrics only, no traces\n`);
  }
  return true;
}

function show(
  sessions: readonly SessionReport[],
  asked: string | undefined,
  theme: Theme,
  io: CommandIo,
): number {
  const matching = asked === undefined ? sessions : sessionsNamed(asked, sessions);
  const [only, ...others] = matching;
  if (only !== undefined && others.length === 0) {
    io.stdout.write(renderTimeline(only, theme));
    return EXIT_OK;
  }
  if (matching.length === 0) {
    io.stderr.write(`voice-otel: no call's session id begins with "${asked}". There are:\n`);
    io.stderr.write(renderSessionList(sessions, theme));
    return EXIT_FAILED;
  }
  io.stdout.write(renderSessionList(matching, theme));
  io.stdout.write(`\n${matching.length} calls; --session ID shows one of them.\n`);
  return EXIT_OK;
}

/** The one session of that id, else those whose id begins with it. */
function sessionsNamed(asked: string, sessions: readonly SessionReport[]): readonly SessionReport[] {
  const exact = sessions.filter(({ sessionId }) => sessionId === asked);
  return exact.length > 0 ? exact : sessions.filter(({ sessionId }) => sessionId.startsWith(asked));
}

function nothingFound(files: readonly string[], reader: SessionReader): string {
  const scopes = [...reader.otherScopes].sort(([, a], [, b]) => b - a);
  const others = scopes.reduce((sum, [, count]) => sum + count, 0);
  const names = scopes.slice(0, 5).map(([scope, count]) => `${scope === '' ? 'no scope' : scope} (${count})`);
  const found =
    others === 0
      ? 'no spans'
      : `no spans of a conversation, but ${others} others: ${names.join(', ')}${scopes.length > 5 ? ', …' : ''}`;
  return `voice-otel: ${files.map(fileName).join(', ')}: ${found}.\n${HOW_TO_GET_A_TRACE}\n`;
}

function fileName(file: string): string {
  return file === '-' ? 'standard input' : file;
}
