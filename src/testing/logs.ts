import { SCOPE_NAME } from '../semconv/generated.js';
import {
  type AttributeBag,
  checkNoContent,
  checkUnknownKeys,
  checkValues,
  isVoiceKey,
} from './attributes.js';
import type { Report } from './finding.js';

/** A log record as the logs SDK (0.2xx and 3.x) hands it to processors and exporters. */
export interface LogRecordLike {
  readonly eventName?: string | undefined;
  readonly attributes?: AttributeBag | undefined;
  readonly instrumentationScope?: { readonly name: string } | undefined;
}

/** Holds a log record against the registry: of our own every attribute, of others those in our namespace. */
export function checkLogRecord(record: LogRecordLike, captureContent: boolean, report: Report): void {
  const attributes = record.attributes ?? {};
  const ours = record.instrumentationScope?.name === SCOPE_NAME;
  const bag = ours
    ? attributes
    : Object.fromEntries(Object.entries(attributes).filter(([key]) => isVoiceKey(key)));
  checkUnknownKeys(bag, report);
  checkValues(bag, report);
  if (!captureContent) checkNoContent(bag, report);
}
