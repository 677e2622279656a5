import { errorText } from '../otel/diagnostics.js';
import { VERSION } from '../semconv/version.js';
import { type CommandIo, EXIT_FAILED, EXIT_OK, EXIT_USAGE, UsageError } from './io.js';

const HELP = `voice-otel ${VERSION}: traces of realtime voice conversations

  voice-otel timeline FILE...   print a call from its trace (OTLP JSON lines)
  voice-otel view [FILE...]     see and hear calls in a browser, live ones too
  voice-otel price ...          what a stage costs, and from which price
  voice-otel gateway ...        receive OTLP, normalise, mask, price, forward
  voice-otel ashr-mock ...      a stand-in for Ashr's voice ingest, to develop against
  voice-otel --version

voice-otel COMMAND --help says more.
`;

type Command = (argv: readonly string[], io: CommandIo) => Promise<number>;

/** Each command is loaded when it is asked for. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map<string, () => Promise<Command>>([
  ['timeline', async () => (await import('./timeline.js')).runTimeline],
  ['view', async () => (await import('./view.js')).runView],
  ['price', async () => (await import('./price.js')).runPrice],
  ['gateway', async () => (await import('./gateway.js')).runGateway],
  ['ashr-mock', async () => (await import('./ashr-mock.js')).runAshrMock],
]);

/** Runs the `voice-otel` command; `argv` begins with the subcommand. Resolves to the exit code, never rejects. */
export async function runCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--version' || name === '-v') {
    io.stdout.write(`${VERSION}\n`);
    return EXIT_OK;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? io.stderr : io.stdout).write(HELP);
    return name === undefined ? EXIT_USAGE : EXIT_OK;
  }
  const load = COMMANDS.get(name);
  if (load === undefined) {
    io.stderr.write(
      `voice-otel: there is no command "${name}"; there are: ${[...COMMANDS.keys()].join(', ')}\n`,
    );
    return EXIT_USAGE;
  }
  try {
    const command = await load();
    return await command(rest, io);
  } catch (error) {
    if (isUsageError(error)) {
      io.stderr.write(`voice-otel: ${error.message}\nvoice-otel ${name} --help says more.\n`);
      return EXIT_USAGE;
    }
    io.stderr.write(`voice-otel: ${name} failed: ${errorText(error)}\n`);
    return EXIT_FAILED;
  }
}

/** Ours, or one that `parseArgs` threw: its codes begin with ERR_PARSE_ARGS. */
function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
