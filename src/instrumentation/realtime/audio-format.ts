import { asNumber, asText, read } from '../../conversation/read.js';

/** 16-bit PCM at 24 kHz, which the API takes where nothing else was agreed, in bytes a millisecond. */
const DEFAULT_BYTES_PER_MS = 48;
/** G.711: 8 kHz, one byte a sample. */
const G711_BYTES_PER_MS = 8;

/**
 * Bytes a millisecond of a format as the API names it: `{ type: 'audio/pcm', rate }`, `{ type: 'audio/pcmu' }`, or
 * `pcm16`, `g711_ulaw` of the beta.
 */
export function bytesPerMs(format: unknown): number {
  const name = asText(format) ?? asText(read(format, 'type')) ?? '';
  if (name.startsWith('g711') || name === 'audio/pcmu' || name === 'audio/pcma') return G711_BYTES_PER_MS;
  const rate = asNumber(read(format, 'rate'));
  return rate === undefined || rate <= 0 ? DEFAULT_BYTES_PER_MS : (rate * 2) / 1000;
}

/** How many bytes a text in Base64 stands for. The audio itself is not looked at. */
export function base64Bytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.max(0, Math.floor((text.length * 3) / 4) - padding);
}
