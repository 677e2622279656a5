import { type Gateway, startGateway } from '../gateway/gateway.js';
import { errorText } from '../otel/diagnostics.js';
import { GATEWAY_HELP, type GatewayArguments, parseGatewayArguments } from './gateway-args.js';
import { gatewayOptions } from './gateway-setup.js';
import { type CommandIo, EXIT_FAILED, EXIT_OK, UsageError } from './io.js';
import { stopSignal } from './stop-signal.js';

/**
 * `voice-otel gateway`: runs until SIGTERM or SIGINT. Resolves to the exit code; throws a `UsageError` for a wrong
 * command line.
 */
export async function runGateway(argv: readonly string[], io: CommandIo): Promise<number> {
  const args = parseGatewayArguments(argv);
  if (args.help) {
    io.stdout.write(GATEWAY_HELP);
    return EXIT_OK;
  }
  const options = await gatewayOptions(args, io.env);
  let gateway: Gateway;
  try {
    gateway = await startGateway(options);
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    io.stderr.write(`voice-otel: the gateway cannot listen: ${listenFailure(error)}\n`);
    return EXIT_FAILED;
  }
  io.stdout.write(`voice-otel gateway: listening on ${gateway.url}, sending to ${destinations(args)}\n`);
  if (options.token !== undefined && gateway.url.startsWith('http:')) {
    io.stderr.write('voice-otel: without --tls-cert the bearer token travels unencrypted\n');
  }
  const signal = await stopSignal();
  io.stderr.write(`voice-otel gateway: ${signal}, sending what is left\n`);
  await gateway.shutdown();
  return EXIT_OK;
}

function destinations({ to, out, ashr }: GatewayArguments): string {
  // Without user name, password and query, which may be secrets.
  const places = [
    ...(to === undefined ? [] : [`${to.origin}${to.pathname}`]),
    ...(out === undefined ? [] : [out]),
    ...(ashr ? ['Ashr'] : []),
  ];
  return places.join(' and ');
}

function listenFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'the port is taken; choose another with --port';
  if (code === 'EACCES') return 'this port is not allowed; choose one above 1023 with --port';
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return 'this machine has no such address (--host)';
  return errorText(error);
}
