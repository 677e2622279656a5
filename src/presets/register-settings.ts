import { basename, extname } from 'node:path';
import type { LiveKitSpans } from '../instrumentation/livekit/own-spans.js';
import { environmentVariable } from '../otel/environment.js';
import type { AttachOptions } from './livekit.js';
import type { LiveKitJob } from './livekit-job.js';

/** What environment variables say about the sessions of a program. */
export interface RegisterSettings {
  /** `VOICE_OTEL_AGENT_ID`, else `OTEL_SERVICE_NAME`; where neither is set the job or the program names the agent. */
  readonly agentId: string | undefined;
  readonly options: Omit<AttachOptions, 'agentId'>;
  /** Where recordings of calls go, a file each; without it nothing is recorded but the trace. */
  readonly recordingDirectory: string | undefined;
  /** Values that cannot be used, each with what is allowed. */
  readonly problems: readonly string[];
}

/** Options of `attach` by the variables that set them. */
const OPTIONS = [
  ['VOICE_OTEL_AGENT_VERSION', 'agentVersion'],
  ['VOICE_OTEL_TENANT_ID', 'tenantId'],
  ['VOICE_OTEL_TRANSPORT', 'transport'],
  ['VOICE_OTEL_STT_MODEL', 'sttModel'],
  ['VOICE_OTEL_LLM_MODEL', 'llmModel'],
  ['VOICE_OTEL_TTS_MODEL', 'ttsModel'],
] as const;

/** Reads the variables. An empty one is not set. */
export function registerSettings(): RegisterSettings {
  const problems: string[] = [];
  const options: Omit<AttachOptions, 'agentId'> = {};
  for (const [name, option] of OPTIONS) {
    const value = variable(name);
    if (value !== undefined) options[option] = value;
  }
  const livekitSpans = variable('VOICE_OTEL_LIVEKIT_SPANS');
  if (isLiveKitSpans(livekitSpans)) options.livekitSpans = livekitSpans;
  else if (livekitSpans !== undefined) {
    problems.push(`VOICE_OTEL_LIVEKIT_SPANS must be drop or keep, not ${JSON.stringify(livekitSpans)}`);
  }
  return {
    agentId: variable('VOICE_OTEL_AGENT_ID') ?? variable('OTEL_SERVICE_NAME'),
    options,
    recordingDirectory: variable('VOICE_OTEL_RECORDING_DIR'),
    problems,
  };
}

/**
 * The agent's name: as set; else the name under which LiveKit dispatches the worker; else that of the program's file.
 *
 * @param program the file that holds the agent
 */
export function agentName(settings: RegisterSettings, job: LiveKitJob | undefined, program: string): string {
  return settings.agentId ?? job?.agentName ?? basename(program, extname(program));
}

function variable(name: string): string | undefined {
  return environmentVariable(name)?.trim() || undefined;
}

function isLiveKitSpans(value: unknown): value is LiveKitSpans {
  return value === 'drop' || value === 'keep';
}
