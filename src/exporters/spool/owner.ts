import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process elsewhere (another machine or container on a shared disk) has to give a sign of life this often, in ms. */
export const HEARTBEAT_MS = 30_000;
/** Without one for so long it counts as gone. */
const LEASE_MS = 120_000;

const NAME = /^owner-([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f]{8}$/;

/** The name of a folder that says which process writes into it. */
export function newOwnerName(): string {
  return `owner-${neighbourhood()}-${process.pid}-${entryOf(process.pid)?.start ?? '0'}-${randomBytes(4).toString('hex')}`;
}

/** Whether a name is one of `newOwnerName`. */
export function isOwnerName(name: string): boolean {
  return NAME.test(name);
}

/**
 * Whether the process of this name is gone for certain. One among the same process ids is asked for, and told from a
 * later process with the same id by its start; where that is not possible the age of its last sign of life counts.
 *
 * @param silentMs since its last sign of life, in ms
 */
export function isGone(name: string, silentMs: number): boolean {
  const [, place, id, start] = NAME.exec(name) ?? [];
  if (place === neighbourhood()) {
    const pid = Number(id);
    if (!isRunning(pid)) return true;
    const entry = entryOf(pid);
    if (entry !== undefined && start !== '0') return entry.isDead || entry.start !== start;
  }
  return silentMs > LEASE_MS;
}

let place: string | undefined;

/** Says among which process ids one of ours means something: the machine since its start, and the container. */
function neighbourhood(): string {
  if (place !== undefined) return place;
  const parts = [
    hostname(),
    attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    attempt(() => readlinkSync('/proc/self/ns/pid')),
  ];
  place = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8);
  return place;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

interface ProcessEntry {
  /** In clock ticks since the machine's start. */
  readonly start: string;
  /** It has ended, and nobody has asked how yet. */
  readonly isDead: boolean;
}

/** What Linux says of a process (proc(5), fields 3 and 22 of `stat`). */
function entryOf(pid: number): ProcessEntry | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The second field is the program's name in brackets and may hold anything.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields ?? [];
  const start = fields?.[19];
  if (state === undefined || start === undefined) return undefined;
  return { start, isDead: state === 'Z' || state === 'X' };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
