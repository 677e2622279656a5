import { readFileSync } from 'node:fs';

export type Row = Record<string, unknown>;

/** Everything that one program has sent, by id over all requests. */
export interface Sent {
  readonly sessions: Row[];
  readonly turns: Row[];
  readonly stages: Row[];
  readonly turnEvents: Row[];
  /** Closing bodies with the session's id. */
  readonly patches: Row[];
  readonly commits: Row[];
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export interface Recording {
  readonly requests: readonly (Request & { readonly response: { readonly status: number } })[];
}

export function recording(name: string): Recording {
  const file = new URL(`../../fixtures/ashr/recordings/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): Row[] {
  return Array.isArray(value) ? value.filter(isRow) : [];
}

/** Rows of the requests, each once, in the order of the conversation. */
export function rowsOf(requests: readonly Request[]): Sent {
  const kept = {
    sessions: new Map<string, Row>(),
    turns: new Map<string, Row>(),
    stages: new Map<string, Row>(),
    turnEvents: new Map<string, Row>(),
  };
  const patches: Row[] = [];
  const commits: Row[] = [];
  for (const { method, path, body } of requests) {
    if (!isRow(body)) continue;
    if (path === '/v1/voice/spans') {
      if (isRow(body.session)) kept.sessions.set(String(body.session.session_id), body.session);
      for (const row of list(body.turns)) kept.turns.set(String(row.turn_id), row);
      for (const row of list(body.stages)) kept.stages.set(String(row.stage_id), row);
      for (const row of list(body.turn_events)) kept.turnEvents.set(String(row.event_id), row);
    }
    if (method === 'PATCH') {
      patches.push({ session_id: decodeURIComponent(path.split('/').at(-1) ?? ''), ...body });
    }
    if (path === '/v1/voice/audio/committed') commits.push(body);
  }
  const by = (key: string) => (a: Row, b: Row) => (String(a[key]) < String(b[key]) ? -1 : 1);
  const index = new Map([...kept.turns.values()].map((row) => [row.turn_id, Number(row.turn_index)]));
  const byTurn = (key: string) => (a: Row, b: Row) =>
    (index.get(a.turn_id) ?? 0) - (index.get(b.turn_id) ?? 0) || by(key)(a, b);
  return {
    sessions: [...kept.sessions.values()].sort(by('start_time')),
    turns: [...kept.turns.values()].sort((a, b) => Number(a.turn_index) - Number(b.turn_index)),
    stages: [...kept.stages.values()].sort(byTurn('start_time')),
    turnEvents: [...kept.turnEvents.values()].sort(byTurn('timestamp')),
    patches,
    commits,
  };
}

const GENERATED_ID = /^(?:s|t|st|e)_[0-9a-f]{16}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{6})?Z$/;
/** When the recordings and these tests ran; a time outside was given by the program. */
const RUN = /^2026-11-2\d/;

/**
 * The same with ids as `s_#1` in the order of their first mention, and times and measured durations as what they are.
 * Times that the program gave stay.
 */
export function comparable(sent: Sent): Sent {
  const names = new Map<string, string>();
  const named = (id: string): string => {
    const prefix = id.slice(0, id.indexOf('_'));
    const count = [...names.keys()].filter((known) => known.startsWith(`${prefix}_`)).length;
    const name = names.get(id) ?? `${prefix}_#${count + 1}`;
    names.set(id, name);
    return name;
  };
  const copy = (value: unknown, key: string, pinned: boolean): unknown => {
    if (typeof value === 'string' && GENERATED_ID.test(value)) return named(value);
    if (typeof value === 'string' && TIME.test(value) && isOfRun(value)) return 'a time';
    if (key === 'object_key' && typeof value === 'string') return 'an object key';
    if (key === 'duration_ms' && Number.isInteger(value) && !pinned) return 'a duration';
    if (Array.isArray(value)) return value.map((item) => copy(item, key, pinned));
    if (!isRow(value)) return value;
    const given = typeof value.start_time === 'string' && !isOfRun(value.start_time);
    const isCommit = 'object_key' in value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, copy(item, name, given || isCommit)]),
    );
  };
  const all = (rows: Row[]): Row[] => rows.map((row) => copy(row, '', false)).filter(isRow);
  // Turns first: stages, events and ends refer to them.
  const sessions = all(sent.sessions);
  const turns = all(sent.turns);
  return {
    sessions,
    turns,
    stages: all(sent.stages),
    turnEvents: all(sent.turnEvents),
    patches: all(sent.patches),
    commits: all(sent.commits),
  };
}

function isOfRun(time: string): boolean {
  return RUN.test(time) || Math.abs(Date.parse(time) - Date.now()) < 3_600_000;
}

/** Where two values differ: the path, ours, theirs. */
export interface Difference {
  readonly path: string;
  readonly ours: unknown;
  readonly python: unknown;
}

export function differences(ours: unknown, python: unknown, path = ''): Difference[] {
  if (Object.is(ours, python)) return [];
  const isTree = (value: unknown): value is object => typeof value === 'object' && value !== null;
  if (!isTree(ours) || !isTree(python) || Array.isArray(ours) !== Array.isArray(python)) {
    return [{ path, ours, python }];
  }
  const keys = new Set([...Object.keys(ours), ...Object.keys(python)]);
  return [...keys].flatMap((key) =>
    differences(Reflect.get(ours, key), Reflect.get(python, key), `${path}/${key}`),
  );
}
