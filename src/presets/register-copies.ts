import Module from 'node:module';
import { pathToFileURL } from 'node:url';
import { read } from '../conversation/read.js';
import { errorText, warn } from '../otel/diagnostics.js';
import { guard } from '../otel/guard.js';
import { rememberLiveKit } from './livekit-copies.js';
import { type InstalledLiveKit, isCommonJs, type Program } from './register-program.js';

/** What is done when an `AgentSession` is about to start, with what `start` was given. */
export type BeforeStart = (agentSession: unknown, given: unknown) => void;

/**
 * Has every `AgentSession` of this process announced before it starts, whichever copy of LiveKit it is of. The ESM copy
 * is imported now, because a program that is an ES module can start a session before anybody is told that LiveKit was
 * loaded; the CommonJS copy is watched for.
 */
export async function watchCopies(
  program: Program,
  installed: InstalledLiveKit | undefined,
  beforeStart: BeforeStart,
): Promise<void> {
  watchRequire((copy) => prepare(copy, beforeStart));
  if (installed === undefined || isCommonJs(program) || program.livekitProcess === 'inference') return;
  try {
    prepare(await import(pathToFileURL(installed.esmEntry).href), beforeStart);
  } catch (error) {
    warn('register:import', `@livekit/agents could not be loaded, nothing is recorded: ${errorText(error)}`);
  }
}

/** Tells of every `require('@livekit/agents')`. */
function watchRequire(onCopy: (copy: unknown) => void): void {
  const { prototype } = Module;
  const before = prototype.require;
  prototype.require = function (this: Module, id: string): unknown {
    const loaded: unknown = before.call(this, id);
    if (id === '@livekit/agents') onCopy(loaded);
    return loaded;
  };
}

const prepared = new WeakSet<object>();

function prepare(copy: unknown, beforeStart: BeforeStart): void {
  guard('preparing LiveKit', undefined, () => {
    const prototype = read(read(read(copy, 'voice'), 'AgentSession'), 'prototype');
    if (typeof prototype !== 'object' || prototype === null || prepared.has(prototype)) return;
    const start = read(prototype, 'start');
    if (typeof start !== 'function') return;
    prepared.add(prototype);
    rememberLiveKit(copy);
    Object.defineProperty(prototype, 'start', {
      configurable: true,
      writable: true,
      value(this: unknown, ...args: unknown[]): unknown {
        guard('attaching to a session that starts', undefined, () => beforeStart(this, args[0]));
        return start.apply(this, args);
      },
    });
  });
}
