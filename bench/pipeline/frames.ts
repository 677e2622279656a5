/** Frames of a call of a minute, as a Pipecat-style pipeline pushes them: mostly audio, a few words, and the rest. */

/** A frame as the ports to TypeScript have them. */
export class Frame {
  static #count = 0;
  readonly id: number;
  readonly name: string;

  constructor() {
    Frame.#count += 1;
    this.id = Frame.#count;
    this.name = `${new.target.name}#${this.id}`;
  }
}

class TextFrame extends Frame {
  readonly text: string;

  constructor(text: string) {
    super();
    this.text = text;
  }
}

class InputAudioRawFrame extends Frame {
  readonly audio = AUDIO;
}
class TTSAudioRawFrame extends Frame {
  readonly audio = AUDIO;
}
class StartFrame extends Frame {}
class EndFrame extends Frame {}
class VADUserStartedSpeakingFrame extends Frame {}
class VADUserStoppedSpeakingFrame extends Frame {}
class UserStartedSpeakingFrame extends Frame {}
class UserStoppedSpeakingFrame extends Frame {}
class InterruptionFrame extends Frame {}
class InterimTranscriptionFrame extends TextFrame {}
class TranscriptionFrame extends TextFrame {}
class LLMFullResponseStartFrame extends Frame {}
class LLMFullResponseEndFrame extends Frame {}
class LLMTextFrame extends TextFrame {}
class AggregatedTextFrame extends TextFrame {}
class TTSStartedFrame extends Frame {}
class TTSStoppedFrame extends Frame {}
class TTSTextFrame extends TextFrame {}
class BotStartedSpeakingFrame extends Frame {}
class BotStoppedSpeakingFrame extends Frame {}
class MetricsFrame extends Frame {
  readonly data = [
    { class: 'TTFBMetricsData', processor: 'OpenAILLMService#0', model: 'gpt-4.1-mini', value: 0.3 },
  ];
}

const AUDIO = new Uint8Array(640);
const EXCHANGES = 6;
const AUDIO_FRAMES = 200;
const WORDS = 'You can send back any item within thirty days for a full refund .'.split(' ');

/** What a frame is, for the breakdown. */
export type Kind = 'audio' | 'text' | 'other';

export function kindOf(frame: Frame): Kind {
  if (frame instanceof InputAudioRawFrame || frame instanceof TTSAudioRawFrame) return 'audio';
  return frame instanceof TextFrame ? 'text' : 'other';
}

/** A fresh call: no frame of it has been pushed. */
export function call(): Frame[] {
  const frames: Frame[] = [new StartFrame()];
  for (let exchange = 0; exchange < EXCHANGES; exchange += 1) {
    frames.push(
      new VADUserStartedSpeakingFrame(),
      new UserStartedSpeakingFrame(),
      new InterruptionFrame(),
      ...audio(InputAudioRawFrame),
      ...WORDS.map((word) => new InterimTranscriptionFrame(word)),
      new VADUserStoppedSpeakingFrame(),
      new TranscriptionFrame(WORDS.join(' ')),
      new UserStoppedSpeakingFrame(),
      new LLMFullResponseStartFrame(),
      new MetricsFrame(),
      ...WORDS.map((word) => new LLMTextFrame(word)),
      new LLMFullResponseEndFrame(),
      new AggregatedTextFrame(WORDS.join(' ')),
      new TTSStartedFrame(),
      new BotStartedSpeakingFrame(),
      ...audio(TTSAudioRawFrame),
      ...WORDS.map((word) => new TTSTextFrame(word)),
      new TTSStoppedFrame(),
      new BotStoppedSpeakingFrame(),
    );
  }
  frames.push(new EndFrame());
  return frames;
}

function audio(make: new () => Frame): Frame[] {
  return Array.from({ length: AUDIO_FRAMES }, () => new make());
}
