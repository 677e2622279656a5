import { parseArgs } from 'node:util';
import { type AshrFault, startAshrMock } from '../testing/ashr-mock/mock.js';
import { type CommandIo, EXIT_FAILED, EXIT_OK, UsageError } from './io.js';
import { stopSignal } from './stop-signal.js';

const HELP = `voice-otel ashr-mock: a stand-in for Ashr's voice ingest, to develop against

  voice-otel ashr-mock [--port N] [--host HOST] [--any-event] [--fault FAULT [--share N]]

It checks every body against the schemas of Ashr's Python SDK, keeps what it accepts in memory and prints a
line for each request. It is no Ashr: there is no dashboard. GET / says as JSON what it holds.

  --port N       the port to listen on; default 8787, 0 for any
  --host HOST    default 127.0.0.1
  --any-event    accept event types that the schema does not list
  --fault FAULT  fail on purpose: an HTTP status such as 500, hang, drop, or slow=MS
  --share N      how many of the requests fail, from 0 to 1; default 1
`;

const DEFAULT_PORT = 8787;

/** `voice-otel ashr-mock`. Runs until `until` resolves (default: SIGINT or SIGTERM). */
export async function runAshrMock(
  argv: readonly string[],
  io: CommandIo,
  until: () => Promise<void> = async () => void (await stopSignal()),
): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean', short: 'h' },
      port: { type: 'string' },
      host: { type: 'string' },
      'any-event': { type: 'boolean' },
      fault: { type: 'string' },
      share: { type: 'string' },
    },
  });
  if (values.help === true) {
    io.stdout.write(HELP);
    return EXIT_OK;
  }
  const port = portOf(values.port);
  const fault = values.fault === undefined ? undefined : faultOf(values.fault);
  const share = shareOf(values.share);
  const eventTypes = values['any-event'] === true ? 'any' : 'listed';
  const started = await startAshrMock({
    port,
    eventTypes,
    ...(values.host === undefined ? {} : { host: values.host }),
  }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  if (started instanceof Error) {
    io.stderr.write(`voice-otel: the stand-in cannot listen: ${started.message}\n`);
    return EXIT_FAILED;
  }
  started.fault = (request) => {
    const failing = fault !== undefined && Math.random() < share ? fault : undefined;
    io.stdout.write(`${request.method} ${request.path}${failing === undefined ? '' : `  ${failing.kind}`}\n`);
    return failing;
  };
  io.stdout.write(`A stand-in for Ashr's voice ingest listens on ${started.url}\n`);
  io.stdout.write(`  ASHR_VOICE_OBS_BASE_URL=${started.url} ASHR_LABS_API_KEY=vo_any\n`);
  await until();
  await started.close();
  return EXIT_OK;
}

function portOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new UsageError(`--port must be a number from 0 to 65535, not ${text}`);
  return port;
}

function shareOf(text: string | undefined): number {
  if (text === undefined) return 1;
  const share = Number(text);
  if (!(share >= 0 && share <= 1)) throw new UsageError(`--share must be a number from 0 to 1, not ${text}`);
  return share;
}

function faultOf(text: string): AshrFault {
  if (text === 'hang' || text === 'drop') return { kind: text };
  const [, ms] = /^slow=(\d{1,6})$/.exec(text) ?? [];
  if (ms !== undefined) return { kind: 'slow', ms: Number(ms) };
  if (/^[345]\d\d$/.test(text)) return { kind: 'refuse', status: Number(text) };
  throw new UsageError(`--fault must be an HTTP status from 300 to 599, hang, drop or slow=MS, not ${text}`);
}
