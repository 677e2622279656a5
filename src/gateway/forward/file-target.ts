import { LineFile } from '../../exporters/otlp-file/line-file.js';
import type { Parcel, Receipt, Target } from './target.js';

const TAKEN: Receipt = { rejected: 0, message: '' };

/** Appends every request to a file, as a line of OTLP JSON. The file is readable by its owner only. */
export class FileTarget implements Target {
  readonly name = 'file';
  readonly #file: LineFile;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#file = new LineFile(path);
  }

  async send({ request }: Parcel): Promise<Receipt> {
    const line = JSON.stringify(request);
    const written = this.#writing.then(() => this.#file.append(line));
    this.#writing = written.catch(() => {});
    await written;
    return TAKEN;
  }

  close(): Promise<void> {
    return this.#writing;
  }
}
