import { count } from './format.js';
import { type Peaks, peaksOf } from './peaks.js';

/** Recordings above either limit are played without a waveform: the browser would have to hold all of them decoded. */
const MAX_BYTES = 96 * 1024 * 1024;
const MAX_DURATION_S = 45 * 60;
/** Enough for a waveform; a browser decodes to the rate of the context. */
const SAMPLE_RATE = 8000;

export type LoadedPeaks = { readonly peaks: Peaks } | { readonly reason: string };

/** Why a recording of this length gets no waveform; `undefined` where it does. */
export function tooLongReason(durationS: number): string | undefined {
  if (durationS <= MAX_DURATION_S) return undefined;
  return `No waveform: the recording is longer than ${MAX_DURATION_S / 60} minutes. It can still be played.`;
}

/** Fetches a recording whole and works out its peaks. Does not throw. */
export async function loadPeaks(url: string, signal: AbortSignal): Promise<LoadedPeaks> {
  try {
    const bytes = url.startsWith('data:') ? dataUrlBytes(url) : await fetchBytes(url, signal);
    if (bytes === undefined) {
      return {
        reason: `No waveform: the recording is larger than ${count(MAX_BYTES / 1024 / 1024)} MiB. It can still be played.`,
      };
    }
    const decoded = await new OfflineAudioContext(1, 1, SAMPLE_RATE).decodeAudioData(bytes);
    const channels = Array.from({ length: decoded.numberOfChannels }, (_, i) => decoded.getChannelData(i));
    return { peaks: await peaksOf(channels, decoded.sampleRate, pause) };
  } catch {
    return { reason: 'No waveform: this browser could not decode the recording as a whole.' };
  }
}

/** `undefined` where it is too large. */
async function fetchBytes(url: string, signal: AbortSignal): Promise<ArrayBuffer | undefined> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  if (Number(response.headers.get('content-length') ?? 0) > MAX_BYTES) {
    await response.body?.cancel();
    return undefined;
  }
  const bytes = await response.arrayBuffer();
  return bytes.byteLength > MAX_BYTES ? undefined : bytes;
}

/** The bytes of a `data:` URL; the page's policy lets nothing be fetched from one. */
function dataUrlBytes(url: string): ArrayBuffer | undefined {
  const comma = url.indexOf(',');
  if (comma < 0 || (url.length - comma) * 0.75 > MAX_BYTES) return undefined;
  const body = url.slice(comma + 1);
  const text = url.slice(0, comma).endsWith(';base64') ? atob(body) : decodeURIComponent(body);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes.buffer;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
