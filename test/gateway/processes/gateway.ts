import { runGateway } from '../../../src/cli/gateway.js';

process.exitCode = await runGateway(process.argv.slice(2), process);
