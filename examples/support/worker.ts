import { fileURLToPath } from 'node:url';
import { cli, ServerOptions } from '@livekit/agents';
import { readSettings, type Settings, SettingsError } from './settings.js';

/** LiveKit's commands that talk to a server. */
const COMMANDS = ['dev', 'start', 'connect'];

/** The settings, or one message with all that is missing and the end of the process. */
export function settingsOrExit(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/**
 * Runs LiveKit's command line for the agent in `file`, where that is the program; LiveKit imports the same file again in
 * the process of each job.
 *
 * @param file `import.meta.url` of the agent
 */
export function runWorker(file: string): void {
  const agent = fileURLToPath(file);
  const [, main, command = ''] = process.argv;
  if (main !== agent) return;
  if (COMMANDS.includes(command)) {
    const { models } = settingsOrExit();
    console.log(
      models === 'stand-ins'
        ? 'No keys of providers are set: recogniser, model and voice are stand-ins on this machine.'
        : `Models: ${Object.values(models)
            .map(({ plugin, name }) => `${plugin.package} ${name}`)
            .join(', ')}`,
    );
  }
  cli.runApp(new ServerOptions({ agent }));
}
