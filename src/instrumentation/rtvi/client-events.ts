/**
 * The events of `PipecatClient` (`@pipecat-ai/client-js` 1.x) and the messages of the protocol that they carry. What
 * the client does not hand on (`bot-interrupted`, `vad-user-*`) is not needed.
 */
export const CLIENT_EVENTS: Readonly<Record<string, string>> = {
  botReady: 'bot-ready',
  userStartedSpeaking: 'user-started-speaking',
  userStoppedSpeaking: 'user-stopped-speaking',
  userTranscript: 'user-transcription',
  userLlmText: 'user-llm-text',
  botLlmStarted: 'bot-llm-started',
  botLlmText: 'bot-llm-text',
  botLlmStopped: 'bot-llm-stopped',
  botTtsStarted: 'bot-tts-started',
  botTtsText: 'bot-tts-text',
  botTtsStopped: 'bot-tts-stopped',
  botOutput: 'bot-output',
  botStartedSpeaking: 'bot-started-speaking',
  botStoppedSpeaking: 'bot-stopped-speaking',
  llmFunctionCallStarted: 'llm-function-call-started',
  llmFunctionCallInProgress: 'llm-function-call-in-progress',
  llmFunctionCallStopped: 'llm-function-call-stopped',
  metrics: 'metrics',
};
