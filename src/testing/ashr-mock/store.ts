import { isObject, type Problems } from './json-schema.js';
import { wireProblems } from './wire-schema.js';

type Row = Record<string, unknown>;

/** A session as the stand-in has it. */
export interface AshrMockSession {
  /** The row that announced it, as last received. */
  row: Row;
  /** The closing PATCH, as last received. */
  patch: Row | undefined;
}

/** A recording as the stand-in has it; its bytes are counted and hashed, not kept. */
export interface AshrMockAudio {
  readonly sessionId: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The body of the commit, once it came. */
  committed: Row | undefined;
}

/** What a body was answered with. */
export interface Verdict {
  readonly status: number;
  readonly body: Row;
}

/** Rows kept of each kind; beyond, the oldest go. */
const MAX_ROWS = 200_000;

/** What the stand-in has been sent and has accepted, by id. */
export class AshrMockStore {
  readonly sessions: Map<string, AshrMockSession> = new Map();
  readonly turns: Map<string, Row> = new Map();
  readonly stages: Map<string, Row> = new Map();
  readonly turnEvents: Map<string, Row> = new Map();
  /** By object key. */
  readonly audio: Map<string, AshrMockAudio> = new Map();
  /** Rows that came again under an id that was there. */
  repeats = 0;
  /** Accepted bodies that the Python SDK would not have sent so: fields left out, ids of another shape. */
  readonly unlikePython: Problems = [];

  /** `POST /v1/voice/spans`. */
  takeSpans(body: unknown, anyEvent: boolean): Verdict {
    const problems = wireProblems('Batch', anyEvent ? withListedEvents(body) : body);
    if (problems.length > 0 || !isObject(body)) return refused(problems);
    const unlike = wireProblems('BatchAsSent', anyEvent ? withListedEvents(body) : body);
    this.unlikePython.push(...unlike.slice(0, MAX_ROWS - this.unlikePython.length));
    let accepted = 0;
    for (const [list, id, kept] of [
      ['turns', 'turn_id', this.turns],
      ['stages', 'stage_id', this.stages],
      ['turn_events', 'event_id', this.turnEvents],
    ] as const) {
      for (const row of rowsOf(body[list])) {
        this.#keep(kept, String(row[id]), row);
        accepted += 1;
      }
    }
    if (isObject(body.session)) {
      const id = String(body.session.session_id);
      const before = this.sessions.get(id);
      if (before !== undefined) this.repeats += 1;
      this.sessions.set(id, { row: body.session, patch: before?.patch });
      accepted += 1;
    }
    return { status: 202, body: { accepted } };
  }

  /** `PATCH /v1/voice/sessions/{session_id}`. */
  takePatch(sessionId: string, body: unknown): Verdict {
    const problems = wireProblems('SessionPatch', body);
    if (problems.length > 0 || !isObject(body)) return refused(problems);
    const session = this.sessions.get(sessionId);
    if (session === undefined) return { status: 404, body: { detail: 'no such session' } };
    session.patch = body;
    return { status: 200, body: { session_id: sessionId, status: 'completed' } };
  }

  /** `POST /v1/voice/audio/committed`. */
  takeCommit(body: unknown): Verdict {
    const problems = wireProblems('AudioCommit', body);
    if (problems.length > 0 || !isObject(body)) return refused(problems);
    const audio = this.audio.get(String(body.object_key));
    if (audio === undefined || audio.sessionId !== body.session_id) {
      return { status: 404, body: { detail: 'no such object' } };
    }
    audio.committed = body;
    return { status: 200, body: {} };
  }

  #keep(kept: Map<string, Row>, id: string, row: Row): void {
    if (kept.has(id)) this.repeats += 1;
    kept.set(id, row);
    if (kept.size > MAX_ROWS) kept.delete(kept.keys().next().value ?? '');
  }
}

export function refused(problems: Problems): Verdict {
  return { status: 422, body: { detail: problems.slice(0, 20) } };
}

function rowsOf(list: unknown): Row[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** The body with every event of a listed type, so that only the types escape the schema. */
function withListedEvents(body: unknown): unknown {
  if (!isObject(body) || !Array.isArray(body.turn_events)) return body;
  const events = body.turn_events.map((event: unknown) =>
    isObject(event) && typeof event.event_type === 'string'
      ? { ...event, event_type: 'gap_detected' }
      : event,
  );
  return { ...body, turn_events: events };
}
