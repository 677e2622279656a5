import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import * as esm from '@livekit/agents';
import { dispose } from '@livekit/rtc-node';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, describe, expect, it } from 'vitest';
import { VoiceTracer } from '../../../src/conversation/tracer.js';
import { VoiceObservability } from '../../../src/presets/livekit.js';
import { currentJob } from '../../../src/presets/livekit-job.js';
import { provider } from '../../support/spans.js';

afterAll(() => dispose());

type Copy = Pick<typeof esm, 'runWithJobContext' | 'voice' | 'initializeLogger'>;

/** LiveKit's two copies, each with a job context of its own. */
const copies: [name: string, copy: () => Copy][] = [
  ['ESM', () => esm],
  ['CommonJS', () => createRequire(import.meta.url)('@livekit/agents') as Copy],
];

function sessionOf(copy: Copy): esm.voice.AgentSession {
  copy.initializeLogger({ pretty: false, level: 'silent' });
  return new copy.voice.AgentSession({ vad: null, turnHandling: { turnDetection: null } });
}

/** A job as LiveKit makes it, as far as it is read. */
function job(room?: { name?: string; sid?: string }): {
  context: esm.JobContext;
  callbacks: (() => Promise<void>)[];
} {
  const callbacks: (() => Promise<void>)[] = [];
  const context = {
    job: { id: 'AJ_1', room },
    addShutdownCallback: (callback: () => Promise<void>) => callbacks.push(callback),
  };
  return { context: context as unknown as esm.JobContext, callbacks };
}

function observed(flush?: () => Promise<void>): {
  observability: VoiceObservability;
  exporter: InMemorySpanExporter;
} {
  const exporter = new InMemorySpanExporter();
  const tracer = new VoiceTracer({ tracerProvider: provider(new SimpleSpanProcessor(exporter)) });
  const observability = new VoiceObservability({ tracer, ...(flush === undefined ? {} : { flush }) });
  return { observability, exporter };
}

describe.each(copies)('in a job of the %s copy of LiveKit', (_, copy) => {
  it('the room is that of the job, unless the application names one', () => {
    const { observability, exporter } = observed();
    copy().runWithJobContext(job({ name: 'room-7', sid: 'RM_1' }).context, () => {
      observability.attach(sessionOf(copy()), { agentId: 'a' }).detach();
      observability.attach(sessionOf(copy()), { agentId: 'a', roomId: 'mine' }).detach();
    });
    observability.attach(sessionOf(copy()), { agentId: 'a' }).detach();
    const rooms = exporter.getFinishedSpans().map(({ attributes }) => attributes['voice.room.id']);
    expect(rooms).toEqual(['room-7', 'mine', undefined]);
  });

  it('a room without a name is known by its id, and a job may have none', () => {
    const run = copy().runWithJobContext;
    expect(run(job({ sid: 'RM_1' }).context, () => currentJob(sessionOf(copy()))?.roomId)).toBe('RM_1');
    expect(run(job().context, () => currentJob(sessionOf(copy()))?.roomId)).toBeUndefined();
  });

  it('its shutdown ends the call and delivers, without shutting anything down', async () => {
    let flushed = 0;
    const { observability, exporter } = observed(async () => {
      flushed += 1;
    });
    const { context, callbacks } = job();
    copy().runWithJobContext(context, () => observability.attach(sessionOf(copy()), { agentId: 'a' }));
    expect(callbacks).toHaveLength(1);
    await callbacks[0]?.();
    expect(flushed).toBe(1);
    const [session] = exporter.getFinishedSpans();
    expect(session?.attributes).toMatchObject({
      'voice.session.end_reason': 'agent_left',
      'voice.session.end_detail': 'job_shutdown',
    });
    observability.attach(sessionOf(copy()), { agentId: 'a' }).detach();
    expect(exporter.getFinishedSpans()).toHaveLength(2);
  });
});

it('outside of a job there is none', () => {
  expect(currentJob(sessionOf(esm))).toBeUndefined();
});

it('looking for it loads no LiveKit', () => {
  const script = `
    import { EventEmitter } from 'node:events';
    import { currentJob } from './src/presets/livekit-job.js';
    if (currentJob(new EventEmitter()) !== undefined) throw new Error('a job of nobody');
    const mark = Symbol.for('@livekit/agents:eventLoopMonitor');
    console.log(mark in globalThis);
  `;
  const output = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
  expect(output.toString().trim()).toBe('false');
});
