import type { Spool } from '../../delivery/spool.js';
import { SpoolFolder } from './folder.js';
import { type FileSpoolOptions, resolveSpoolOptions } from './options.js';
import { FileSpoolPart } from './part.js';

/**
 * Keeps undelivered spans in a folder, so that they outlive the process: `delivery: { spool: fileSpool({ directory }) }`.
 * A span is written, masked, when it has waited for `syncIntervalMs`, and deleted when it has arrived; at the end of the
 * process `flushOnExit` writes the rest. The next process with the same folder sends what was left, at least once, to an
 * exporter of the same class. Several processes may share a folder: none touches files of one that lives.
 *
 * Files are readable by their owner only (mode 0600, in folders of mode 0700).
 *
 * @throws TypeError when an option is wrong
 */
export function fileSpool(options: FileSpoolOptions): Spool {
  const { directory, maxBytes, maxAgeMs, syncIntervalMs, masker } = resolveSpoolOptions(options);
  const folder = new SpoolFolder(directory, maxBytes, maxAgeMs);
  /** Parts opened so far, by name: a second exporter of one class has a part of its own. */
  const opened = new Map<string, number>();
  let open = 0;
  return {
    open: (wished) => {
      const base = wished.replace(/[^\w-]/g, '_').slice(0, 64) || 'exporter';
      const number = (opened.get(base) ?? 0) + 1;
      opened.set(base, number);
      open += 1;
      const name = number === 1 ? base : `${base}-${number}`;
      return new FileSpoolPart(folder, { name, syncIntervalMs, masker }, () => {
        open -= 1;
        if (open === 0) folder.close();
      });
    },
  };
}
