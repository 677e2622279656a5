import { read } from '../conversation/read.js';
import type { LiveKitSession } from '../instrumentation/livekit/livekit-types.js';
import { debug, errorText, warn } from '../otel/diagnostics.js';
import { VERSION } from '../semconv/version.js';
import { VoiceObservability, type VoiceObservabilityOptions } from './livekit.js';
import { currentJob } from './livekit-job.js';
import { defaultPlan } from './pipeline.js';
import { watchCopies } from './register-copies.js';
import { type InstalledLiveKit, installedLiveKit, type Program, programOf } from './register-program.js';
import { agentName, type RegisterSettings, registerSettings } from './register-settings.js';

/**
 * Has every LiveKit `AgentSession` that this process starts recorded, as environment variables say. Spans go to the
 * application's global tracer provider if it has registered one by its first session, else to a private one.
 */
export async function registerLiveKit(): Promise<void> {
  const program = programOf(process.argv);
  const settings = registerSettings();
  const installed = installedLiveKit(program);
  say(program, startLine(installed, settings));
  const observability = new VoiceObservability(await recording(program, settings));
  await watchCopies(program, installed, (agentSession, given) => {
    const job = currentJob(agentSession);
    const room = read(given, 'room');
    const roomId = job?.roomId ?? read(room, 'name');
    observability.attach(agentSession as LiveKitSession, {
      agentId: agentName(settings, job, program.files.at(-1) ?? 'agent'),
      ...(room === undefined ? {} : { transport: 'webrtc' }),
      ...(typeof roomId === 'string' && roomId !== '' ? { roomId } : {}),
      ...settings.options,
    });
  });
}

/** The recorder is loaded where a recording is asked for only, and not where no session can start. */
async function recording(
  { livekitProcess }: Program,
  { recordingDirectory }: RegisterSettings,
): Promise<VoiceObservabilityOptions> {
  if (recordingDirectory === undefined || livekitProcess === 'inference') return {};
  try {
    const { CallRecorder, directorySink } = await import('../audio/index.js');
    return { recorder: new CallRecorder({ sink: directorySink(recordingDirectory) }) };
  } catch (error) {
    warn('register:recorder', `calls are not recorded: ${errorText(error)}`);
    return {};
  }
}

/** Once, in the process that was started; the processes that a worker forks do the same and say it only for debugging. */
function say({ livekitProcess }: Program, line: string): void {
  if (livekitProcess === undefined) console.warn(line);
  else debug(line);
}

function startLine(installed: InstalledLiveKit | undefined, settings: RegisterSettings): string {
  const what =
    installed === undefined
      ? 'nothing to record, @livekit/agents is not installed where the program is'
      : `recording every AgentSession of @livekit/agents ${installed.version}`;
  const ignored = settings.problems.map((problem) => `; ignored: ${problem}`).join('');
  const { recordingDirectory } = settings;
  const sound = recordingDirectory === undefined ? '' : `; recordings go to ${recordingDirectory}`;
  return `voice-otel ${VERSION}: ${what}; ${whereTo()}${sound}${ignored}`;
}

function whereTo(): string {
  const { destination, missing } = defaultPlan();
  if (missing.length === 0) return `spans go to ${destination}`;
  return `no spans are written unless the program registers a tracer provider: ${missing.join('; ')}`;
}
