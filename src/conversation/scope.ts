import {
  type Attributes,
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { debug } from '../otel/diagnostics.js';
import { guard } from '../otel/guard.js';
import type { SessionClock } from './clock.js';
import type { OpenStages } from './open-stages.js';
import { SpanHandle, type SpanOpening } from './span-handle.js';

/** What session, turns and stages of one conversation share. */
export interface SessionScope {
  readonly clock: SessionClock;
  /** Absent where nothing is recorded any more. */
  readonly tracer: Tracer | undefined;
  readonly captureContent: boolean;
  /** Attributes that stand on every span of the session. */
  readonly everySpan: Attributes;
  /** The session's context: what the session span hangs under, with that span active. */
  readonly context: Context;
  readonly stages: OpenStages;
  /** When the recording of the session begins, in session time, once that is known. */
  readonly recording: { start: number | undefined };
  /** Whether turns are root spans linked to the session instead of its children. */
  readonly detachedTurns: boolean;
}

/** The active context, also where the application's context manager is broken. */
export function activeContext(): Context {
  return guard('reading the active context', ROOT_CONTEXT, () => context.active()) ?? ROOT_CONTEXT;
}

/** `base` with `span` active. */
export function withSpan(base: Context, span: Span): Context {
  return guard('setting the active span', base, () => trace.setSpan(base, span));
}

/** Opens a span of the session. */
export function openSpan(scope: SessionScope, opening: SpanOpening): SpanHandle {
  const attributes = { ...scope.everySpan, ...opening.attributes };
  return new SpanHandle(scope.tracer, { ...opening, attributes }, scope.captureContent);
}

/** A call to something that has ended is harmless; the first is said, for those who look. */
export class LateCalls {
  readonly #what: string;
  #said = false;

  constructor(what: string) {
    this.#what = what;
  }

  note(call: string): void {
    if (this.#said) return;
    this.#said = true;
    debug(`${call}() on a ${this.#what} that has ended was ignored`);
  }
}
