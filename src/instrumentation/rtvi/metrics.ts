import { asList, asNumber, read } from '../../conversation/read.js';
import type { EventOf, PipelineEvent, ServiceReport } from '../pipeline/events.js';
import { optional, textField } from '../pipeline/frame.js';
import { tokenUsage } from '../pipeline/metrics.js';

/** Entries read of one list. */
const MAX_ENTRIES = 100;

/**
 * The events of a `metrics` message. Tokens name no model: they are the model's that last said something. `ttfa` and
 * `ttfat` repeat what `ttfb` says; `processing` says nothing that the other messages do not.
 */
export function metricsEvents(data: unknown): PipelineEvent[] {
  return [
    ...introductions(data),
    ...entries(data, 'stt_usage').flatMap((entry): PipelineEvent[] => {
      const seconds = asNumber(read(read(entry, 'value'), 'audio_seconds'));
      return seconds === undefined
        ? []
        : [{ type: 'stt_usage', ...reportOf(entry), audioMs: seconds * 1000 }];
    }),
    ...entries(data, 'ttfb').flatMap(ttfbEvents),
    ...entries(data, 'tokens').flatMap((entry): PipelineEvent[] => {
      const usage = tokenUsage(entry);
      return usage === undefined ? [] : [{ type: 'llm_usage', usage }];
    }),
    ...entries(data, 'characters').flatMap((entry): PipelineEvent[] => {
      const characters = asNumber(read(entry, 'value'));
      return characters === undefined ? [] : [{ type: 'tts_usage', ...reportOf(entry), characters }];
    }),
  ];
}

/** The services introduce themselves with every timer at zero; a speech-to-speech model is alone. */
function introductions(data: unknown): PipelineEvent[] {
  const reports = entries(data, 'ttfb')
    .filter((entry) => read(entry, 'value') === 0)
    .map(reportOf);
  const [only] = reports;
  const realtime = reports.length === 1 && /LLM/.test(only?.processor ?? '');
  return reports.map(
    (report): EventOf<'service'> => ({ type: 'service', ...report, ...(realtime ? { realtime } : {}) }),
  );
}

function ttfbEvents(entry: unknown): PipelineEvent[] {
  const seconds = asNumber(read(entry, 'value'));
  if (seconds === undefined || seconds <= 0) return [];
  return [{ type: 'ttfb', ...reportOf(entry), ttfbMs: seconds * 1000 }];
}

function entries(data: unknown, list: string): unknown[] {
  return asList(read(data, list))?.slice(0, MAX_ENTRIES) ?? [];
}

function reportOf(entry: unknown): ServiceReport {
  return {
    ...optional('processor', textField(entry, 'processor')),
    ...optional('model', textField(entry, 'model')),
  };
}
