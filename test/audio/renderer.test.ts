import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wavFormat } from '../../src/audio/encoders/wav.js';
import { JournalCursor } from '../../src/audio/journal/cursor.js';
import type { JournalEvent } from '../../src/audio/journal/record.js';
import { JournalWriter } from '../../src/audio/journal/writer.js';
import type { PcmFrame } from '../../src/audio/pcm.js';
import { PlaybackLog } from '../../src/audio/render/playback-log.js';
import { Renderer } from '../../src/audio/render/renderer.js';
import { part, timeline } from './scene.js';
import { chirp, durationMs, framesOf, joined, readWav } from './signals.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'voice-otel-test-'));
});
afterEach(() => rm(directory, { recursive: true }));

const noRest = async (): Promise<void> => {};

describe('rendering beside the call', () => {
  it('makes the same as rendering after it', async () => {
    const path = join(directory, 'journal');
    const log = new PlaybackLog();
    const journal = new JournalWriter({
      open: () => open(path, 'wx'),
      call: { sessionId: 's', startTime: 0 },
      onFailure: (error) => {
        throw error;
      },
      onOverflow: () => {},
    });
    const note = (event: JournalEvent, frame?: PcmFrame): void => {
      log.apply(event);
      if (frame === undefined) return journal.append(event);
      const { sampleRate, channels, samplesPerChannel: samples } = frame;
      journal.append(event, { sampleRate, channels, samples }, frame.data);
    };
    const at = (kind: JournalEvent['kind'], time: number, segment = 0, first = 0): JournalEvent => ({
      kind,
      time,
      segment,
      first,
      second: 0,
    });
    await journal.flush();

    const encode = async (name: string) => {
      const file = await open(join(directory, name), 'wx');
      const encoder = await wavFormat.encoder(file);
      return { file, encoder, renderer: await Renderer.open(path, log, encoder) };
    };
    const live = await encode('live.wav');

    // A microphone of 16 kHz all along, a long reply that is paused once, a second that is cut.
    const speech = joined(
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => chirp(2500, { from: 300 * n, rate: 16_000 })),
    );
    const [reply, second] = [chirp(4000), chirp(2000, { from: 2000, to: 300 })];
    let time = 0;
    for (const frame of framesOf(speech, 16_000)) {
      time += durationMs(frame);
      note(at('user', time), frame);
      if (time === 3000) for (const sound of framesOf(reply)) note(at('agent', 3000, 1), sound);
      if (time === 3100) note(at('started', 3100, 1));
      if (time === 5100) note(at('paused', 5100));
      if (time === 6100) note(at('resumed', 6100));
      if (time === 8100) note(at('finished', 8100, 1, 4000));
      if (time === 12_000) for (const sound of framesOf(second)) note(at('agent', 12_000, 2), sound);
      if (time === 12_100) note(at('started', 12_100, 2));
      if (time === 13_100) note(at('finished', 13_100, 2, 1000));
      if (time % 1000 === 0) {
        await journal.flush();
        const settled = Math.min(time - 4000, log.unsettledSince);
        await live.renderer.render(settled, { limit: () => journal.committed, rest: noRest });
      }
    }
    await journal.close();
    const rest = { limit: () => journal.committed, final: true, rest: noRest };
    await live.renderer.render(20_000, rest);
    await live.encoder.finish();
    await live.renderer.close();
    await live.file.close();

    const again = new PlaybackLog();
    const cursor = await JournalCursor.open(path, ['agent', 'started', 'finished', 'paused', 'resumed']);
    for (let record = await cursor.next(1e9); record !== undefined; record = await cursor.next(1e9))
      again.apply(record);
    await cursor.close();
    const file = await open(join(directory, 'after.wav'), 'wx');
    const encoder = await wavFormat.encoder(file);
    const after = await Renderer.open(path, again, encoder);
    await after.render(20_000, rest);
    await encoder.finish();
    await after.close();
    await file.close();

    const { samples } = await readWav(join(directory, 'live.wav'));
    expect(samples).toEqual((await readWav(join(directory, 'after.wav'))).samples);
    // What is left without the user is the agent, to the sample.
    const alone = await readWav(await agentAlone(path));
    expect(alone.samples).toEqual(
      timeline(
        20_000,
        [3100, part(reply, 0, 2000)],
        [6100, part(reply, 2000, 4000)],
        [12_100, part(second, 0, 1000)],
      ),
    );
  });

  /** The recording of a journal without its user. */
  async function agentAlone(journal: string): Promise<string> {
    const log = new PlaybackLog();
    const path = join(directory, 'agent');
    const copy = new JournalWriter({
      open: () => open(path, 'wx'),
      call: { sessionId: 's', startTime: 0 },
      onFailure: (error) => {
        throw error;
      },
      onOverflow: () => {},
    });
    const cursor = await JournalCursor.open(journal, ['agent', 'started', 'finished', 'paused', 'resumed']);
    for (let record = await cursor.next(1e9); record !== undefined; record = await cursor.next(1e9)) {
      log.apply(record);
      copy.append(record, record, record.data);
    }
    await cursor.close();
    await copy.close();
    const file = await open(join(directory, 'agent.wav'), 'wx');
    const encoder = await wavFormat.encoder(file);
    const renderer = await Renderer.open(path, log, encoder);
    await renderer.render(20_000, { limit: () => copy.committed, final: true, rest: noRest });
    await encoder.finish();
    await renderer.close();
    await file.close();
    return join(directory, 'agent.wav');
  }
});
