import type { llm, stt, tts } from '@livekit/agents';
import { standIns } from '../livekit-agent/stand-ins/providers.js';
import type { Model, Settings } from './settings.js';

export interface Models {
  readonly stt: stt.STT;
  readonly llm: llm.LLM;
  readonly tts: tts.TTS;
}

/** Recogniser, model and synthesiser of one call. */
export async function modelsOf({ models }: Settings): Promise<Models> {
  if (models === 'stand-ins') return standIns();
  const [recogniser, model, synthesiser] = await Promise.all([
    made<stt.STT>(models.stt, 'STT'),
    made<llm.LLM>(models.llm, 'LLM'),
    made<tts.TTS>(models.tts, 'TTS'),
  ]);
  return { stt: recogniser, llm: model, tts: synthesiser };
}

/**
 * LiveKit's plugins each export the same three classes. They are not installed with this repository, so that neither are
 * their types.
 *
 * @typeParam Kind what the class of that name makes
 */
async function made<Kind>({ plugin, name }: Model, className: 'STT' | 'LLM' | 'TTS'): Promise<Kind> {
  const loaded: Record<string, new (options: { model: string }) => Kind> = await import(plugin.package);
  const Class = loaded[className];
  if (Class === undefined) throw new Error(`${plugin.package} has no ${className}`);
  return new Class({ model: name });
}
