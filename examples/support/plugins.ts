/** A package of LiveKit's with the models of a provider, and the variable that it takes its key from. */
export interface Plugin {
  readonly package: string;
  readonly key: string;
  readonly kinds: readonly ('stt' | 'llm' | 'tts')[];
}

/** By the name that stands before the slash in `STT_MODEL`, `LLM_MODEL`, `TTS_MODEL`. */
export const PLUGINS: Readonly<Record<string, Plugin>> = {
  deepgram: {
    package: '@livekit/agents-plugin-deepgram',
    key: 'DEEPGRAM_API_KEY',
    kinds: ['stt', 'tts'],
  },
  openai: {
    package: '@livekit/agents-plugin-openai',
    key: 'OPENAI_API_KEY',
    kinds: ['stt', 'llm', 'tts'],
  },
  elevenlabs: {
    package: '@livekit/agents-plugin-elevenlabs',
    key: 'ELEVEN_API_KEY',
    kinds: ['stt', 'tts'],
  },
};
