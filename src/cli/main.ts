#!/usr/bin/env node
import { runCommand } from './command.js';

// The reader went away (`| head`): nothing more to say, and no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runCommand(process.argv.slice(2), process);
