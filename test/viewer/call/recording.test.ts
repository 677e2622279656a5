import { describe, expect, test } from 'vitest';
import { tooLongReason } from '../../../src/viewer/page/call/load-peaks.js';
import { peakCount, peaksOf } from '../../../src/viewer/page/call/peaks.js';
import { clipOf } from '../../../src/viewer/page/call/recording-time.js';
import { demoCall, turnOf } from './demo.js';

const turn = { ...turnOf(demoCall(), 5), startMs: 10_000, endMs: 14_000, recordingOffsetMs: undefined };

describe('a turn in the recording', () => {
  test('lies where its span says', () => {
    expect(clipOf({ ...turn, recordingOffsetMs: 2500 }, 500)).toEqual({ fromS: 2.5, toS: 6.5 });
  });

  test('else where its time says, counted from the first sample', () => {
    expect(clipOf(turn, 500)).toEqual({ fromS: 9.5, toS: 13.5 });
    expect(clipOf(turn, -500)).toEqual({ fromS: 10.5, toS: 14.5 });
  });

  test('that began before the recording is played from the beginning of it', () => {
    expect(clipOf(turn, 12_000)).toEqual({ fromS: 0, toS: 2 });
    expect(clipOf(turn, 15_000)).toBeUndefined();
  });

  test('without length is heard for a moment', () => {
    expect(clipOf({ ...turn, endMs: 10_000 }, 0)).toEqual({ fromS: 10, toS: 10.2 });
  });
});

describe('peaks', () => {
  const pause = (): Promise<void> => Promise.resolve();

  test('are the loudest samples of both channels', async () => {
    const left = new Float32Array(800);
    const right = new Float32Array(800);
    left[10] = 0.5;
    right[10] = -0.75;
    left[799] = 2;
    const { values, durationS } = await peaksOf([left, right], 8000, pause);
    expect(durationS).toBe(0.1);
    expect(values.length).toBe(20);
    expect(values[0]).toBe(0.75);
    expect(values[1]).toBe(0);
    expect(values[19]).toBe(1);
  });

  test('of a long recording are worked out in slices, with a pause between', async () => {
    let pauses = 0;
    const channel = new Float32Array(5_000_000).fill(0.25);
    const { values } = await peaksOf([channel], 8000, () => {
      pauses += 1;
      return Promise.resolve();
    });
    expect(pauses).toBe(2);
    expect(values.every((value) => value === 0.25)).toBe(true);
  });

  test('are bounded', () => {
    expect(peakCount(0)).toBe(1);
    expect(peakCount(10)).toBe(2000);
    expect(peakCount(24 * 3600)).toBe(360_000);
  });
});

test('above its limit a recording gets no waveform, and the page says so', () => {
  expect(tooLongReason(45 * 60)).toBeUndefined();
  expect(tooLongReason(45 * 60 + 1)).toContain('longer than 45 minutes');
});
