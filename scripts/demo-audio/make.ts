/**
 * Makes the voices of examples/livekit-agent: `npx tsx scripts/demo-audio/make.ts`.
 *
 * Needs Debian's `espeak-ng` and `sox`; the recordings are committed, so the demo itself does not. The same
 * versions of both (1.51, 14.4.2) make the same bytes.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { agentLines, callerLines, type Line } from '../../examples/livekit-agent/script.js';

interface Voice {
  /** An espeak-ng voice with a variant. */
  readonly name: string;
  /** 0–99. */
  readonly pitch: number;
  /** Words a minute. */
  readonly speed: number;
}

const CALLER: Voice = { name: 'en-us+m3', pitch: 40, speed: 190 };
const AGENT: Voice = { name: 'en-gb-x-rp+f4', pitch: 55, speed: 185 };

const target = fileURLToPath(new URL('../../examples/livekit-agent/audio/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'demo-audio-'));

mkdirSync(target, { recursive: true });
for (const line of Object.values<Line>(callerLines)) record(CALLER, line);
for (const line of Object.values<Line>(agentLines)) record(AGENT, line);
rmSync(scratch, { recursive: true });

function record(voice: Voice, line: Line): void {
  const raw = join(scratch, line.recording);
  const text = line.spoken ?? line.text;
  const manner = ['-v', voice.name, '-p', `${voice.pitch}`, '-s', `${voice.speed}`];
  execFileSync('espeak-ng', [...manner, '-w', raw, text]);
  // 24 kHz is the rate of LiveKit's rooms; µ-law halves the size. A recording begins and ends with sound.
  const format = ['-r', '24000', '-c', '1', '-e', 'mu-law', '-b', '8'];
  const cutSilence = ['silence', '1', '0.01', '1%'];
  const effects = ['norm', '-3', ...cutSilence, 'reverse', ...cutSilence, 'reverse'];
  execFileSync('sox', ['-D', raw, ...format, join(target, line.recording), ...effects]);
}
