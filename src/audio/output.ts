import { createReadStream } from 'node:fs';
import { type FileHandle, stat } from 'node:fs/promises';
import type { RecordingEncoder, RecordingFormat } from './encoders/encoder.js';
import type { PlaybackLog } from './render/playback-log.js';
import { Renderer, type RenderOptions } from './render/renderer.js';
import type { RecordingInfo, RecordingSink, StoredRecording } from './sinks/sink.js';
import type { CallFiles } from './temporary-files.js';

/** The file that a journal is rendered into, until the sink has it. */
export class RecordingOutput {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #encoder: RecordingEncoder;
  readonly #renderer: Renderer;

  static async open(files: CallFiles, format: RecordingFormat, log: PlaybackLog): Promise<RecordingOutput> {
    const file = await files.createRecording(format.extension);
    try {
      const encoder = await format.encoder(file);
      const renderer = await Renderer.open(files.journal, log, encoder);
      return new RecordingOutput(files.recording(format.extension), file, encoder, renderer);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private constructor(path: string, file: FileHandle, encoder: RecordingEncoder, renderer: Renderer) {
    this.#path = path;
    this.#file = file;
    this.#encoder = encoder;
    this.#renderer = renderer;
  }

  render(untilMs: number, options: RenderOptions): Promise<void> {
    return this.#renderer.render(untilMs, options);
  }

  /** Makes the file whole and closes it. */
  async finish(): Promise<void> {
    try {
      await this.#encoder.finish();
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.#renderer.close();
    await this.#file.close();
  }

  /** Hands the finished file to the sink. */
  async store(
    { sink, info, recovered = false }: { sink: RecordingSink; info: RecordingInfo; recovered?: boolean },
    durationMs: number,
  ): Promise<StoredRecording | undefined> {
    const path = this.#path;
    const { size } = await stat(path);
    return sink.store({
      ...info,
      path,
      sizeBytes: size,
      durationMs,
      recovered,
      stream: () => createReadStream(path),
    });
  }
}
