import type { CostUsage } from './types.js';

const DURATIONS = ['audioDurationMs', 'sessionDurationMs'] as const;
const COUNTS = [
  'characters',
  'promptTokens',
  'completionTokens',
  'cachedTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'promptTextTokens',
  'promptAudioTokens',
  'promptImageTokens',
  'completionTextTokens',
  'completionAudioTokens',
  'cachedTextTokens',
  'cachedAudioTokens',
  'cachedImageTokens',
] as const;

/** Tokens of a request, by how they are billed. Disjoint: their sum is what was used. */
export interface BilledTokens {
  textInput: number;
  textCacheRead: number;
  textCacheWrite: number;
  textOutput: number;
  audioInput: number;
  audioCacheRead: number;
  audioOutput: number;
  imageInput: number;
  imageCacheRead: number;
  /** All input, which decides the price tier. */
  input: number;
  /** The modality of cached tokens was not reported and had to be derived. */
  splitDerived: boolean;
  /** Which of the input, and of the output, was text and which audio was reported, or goes without saying. */
  inputSplit: boolean;
  outputSplit: boolean;
  inputReported: boolean;
  outputReported: boolean;
}

/** What is wrong with the amounts of a usage, in one clause; undefined where nothing is. */
export function invalidAmount(usage: CostUsage): string | undefined {
  if (hasValidAmounts(usage)) return undefined;
  const duration = DURATIONS.find((field) => !isDuration(usage[field]));
  if (duration !== undefined) return `${duration} is not a finite number from 0 up`;
  const count = COUNTS.find((field) => !isCount(usage[field]));
  return `${count ?? 'an amount'} is not a whole number from 0 up`;
}

/** `DURATIONS` and `COUNTS`, written out: this runs for every stage, and reading by name is several times slower. */
function hasValidAmounts(usage: CostUsage): boolean {
  return (
    isDuration(usage.audioDurationMs) &&
    isDuration(usage.sessionDurationMs) &&
    isCount(usage.characters) &&
    isCount(usage.promptTokens) &&
    isCount(usage.completionTokens) &&
    isCount(usage.cachedTokens) &&
    isCount(usage.cacheWriteTokens) &&
    isCount(usage.reasoningTokens) &&
    isCount(usage.promptTextTokens) &&
    isCount(usage.promptAudioTokens) &&
    isCount(usage.promptImageTokens) &&
    isCount(usage.completionTextTokens) &&
    isCount(usage.completionAudioTokens) &&
    isCount(usage.cachedTextTokens) &&
    isCount(usage.cachedAudioTokens) &&
    isCount(usage.cachedImageTokens)
  );
}

function isDuration(value: unknown): boolean {
  return value === undefined || (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER);
}

function isCount(value: unknown): boolean {
  return value === undefined || (Number.isSafeInteger(value) && Number(value) >= 0);
}

/**
 * Splits the reported tokens into disjoint billed kinds. A string says what contradicts itself (a part above
 * its total); undefined: no tokens were reported, or all are zero, which no real request has.
 */
export function billedTokens(usage: CostUsage): BilledTokens | string | undefined {
  const {
    kind,
    promptTokens,
    completionTokens,
    cachedTokens,
    cacheWriteTokens,
    reasoningTokens,
    promptTextTokens,
    promptAudioTokens,
    promptImageTokens,
    completionTextTokens,
    completionAudioTokens,
    cachedTextTokens,
    cachedAudioTokens,
    cachedImageTokens,
  } = usage;
  if (kind !== 'llm' && promptTokens === undefined && completionTokens === undefined) {
    // A speech stage that is not billed by tokens, or one that reports only their parts.
    if (promptAudioTokens === undefined && completionAudioTokens === undefined) return undefined;
  }
  const imageInput = promptImageTokens ?? 0;
  // A recogniser's input is audio and a synthesiser's output is audio, unless said otherwise.
  const audioInput =
    promptAudioTokens ?? (kind === 'stt' ? Math.max(0, (promptTokens ?? 0) - (promptTextTokens ?? 0)) : 0);
  const audioOutput =
    completionAudioTokens ??
    (kind === 'tts' ? Math.max(0, (completionTokens ?? 0) - (completionTextTokens ?? 0)) : 0);
  const input = promptTokens ?? (promptTextTokens ?? 0) + audioInput + imageInput;
  const output = completionTokens ?? (completionTextTokens ?? 0) + audioOutput;
  const cachedAudio = cachedAudioTokens ?? 0;
  const cachedImage = cachedImageTokens ?? 0;
  const cached = cachedTokens ?? (cachedTextTokens ?? 0) + cachedAudio + cachedImage;
  const cacheWrite = cacheWriteTokens ?? 0;

  const contradiction =
    above('audio and image input', audioInput + imageInput, 'promptTokens', input) ??
    above('promptTextTokens', promptTextTokens ?? 0, 'promptTokens', input) ??
    above('cachedTokens and cacheWriteTokens', cached + cacheWrite, 'promptTokens', input) ??
    above('the modalities of cached tokens', cachedAudio + cachedImage, 'cachedTokens', cached) ??
    above('cachedTextTokens', cachedTextTokens ?? 0, 'cachedTokens', cached) ??
    above('completionAudioTokens', audioOutput, 'completionTokens', output) ??
    above('completionTextTokens', completionTextTokens ?? 0, 'completionTokens', output) ??
    above('reasoningTokens', reasoningTokens ?? 0, 'completionTokens', output);
  if (contradiction !== undefined) return contradiction;
  if (input + output === 0) return undefined;

  const textInput = input - audioInput - imageInput;
  // Only text has a price for writing the cache.
  const written = Math.min(cacheWrite, textInput);
  const split = splitCached(usage, cached, {
    text: textInput - written,
    audio: audioInput,
    image: imageInput,
  });
  if (typeof split === 'string') return split;
  return {
    textInput: textInput - split.text - written,
    textCacheRead: split.text,
    textCacheWrite: written,
    textOutput: output - audioOutput,
    audioInput: audioInput - split.audio,
    audioCacheRead: split.audio,
    audioOutput,
    imageInput: imageInput - split.image,
    imageCacheRead: split.image,
    input,
    splitDerived: split.derived || written < cacheWrite,
    inputSplit:
      kind !== 'llm' || input === 0 || promptTextTokens !== undefined || promptAudioTokens !== undefined,
    outputSplit:
      kind !== 'llm' ||
      output === 0 ||
      completionTextTokens !== undefined ||
      completionAudioTokens !== undefined,
    inputReported: promptTokens !== undefined || input > 0,
    outputReported: completionTokens !== undefined || output > 0,
  };
}

interface Modalities {
  text: number;
  audio: number;
  image: number;
}

/**
 * Cached tokens by modality. Where the provider gave only their sum and the input has several modalities, they
 * are taken from text first, then images, then audio: the dearest reading, since cached audio saves most.
 */
function splitCached(
  usage: CostUsage,
  cached: number,
  input: Modalities,
): (Modalities & { derived: boolean }) | string {
  const reported =
    usage.cachedTextTokens !== undefined ||
    usage.cachedAudioTokens !== undefined ||
    usage.cachedImageTokens !== undefined;
  if (reported) {
    const audio = usage.cachedAudioTokens ?? 0;
    const image = usage.cachedImageTokens ?? 0;
    const text = cached - audio - image;
    const contradiction =
      above('cachedAudioTokens', audio, 'promptAudioTokens', input.audio) ??
      above('cachedImageTokens', image, 'promptImageTokens', input.image) ??
      above('cached text tokens', text, 'text input not written to the cache', input.text);
    return contradiction ?? { text, audio, image, derived: false };
  }
  const text = Math.min(cached, input.text);
  const image = Math.min(cached - text, input.image);
  const audio = cached - text - image;
  return { text, audio, image, derived: cached > 0 && input.audio + input.image > 0 };
}

function above(part: string, amount: number, total: string, limit: number): string | undefined {
  return amount > limit ? `${part} (${amount}) exceed ${total} (${limit})` : undefined;
}
