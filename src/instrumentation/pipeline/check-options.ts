import type { SourceOptions } from './conversation.js';

/** The options that every source takes. */
const SOURCE_OPTIONS = [
  'agentId',
  'agentVersion',
  'transport',
  'tenantId',
  'roomId',
  'userId',
  'externalSessionId',
  'sessionId',
  'metadata',
  'tracer',
  'sttModel',
  'llmModel',
  'ttsModel',
];

/**
 * @param own the further options of the source
 * @throws TypeError when an option is unknown or of the wrong type
 */
export function checkedOptions<Options extends SourceOptions>(
  source: string,
  options: Options,
  own: readonly (keyof Options & string)[],
): Options {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${source}: options must be an object with an agentId`);
  }
  const names = [...SOURCE_OPTIONS, ...own];
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`${source}: there is no option ${unknown}; there are ${names.join(', ')}`);
  }
  const { tracer, sttModel, llmModel, ttsModel } = options;
  if (tracer !== undefined && typeof tracer?.startSession !== 'function') {
    throw new TypeError(`${source}: tracer must be a VoiceTracer`);
  }
  for (const [name, model] of Object.entries({ sttModel, llmModel, ttsModel })) {
    if (model !== undefined && typeof model !== 'string') {
      throw new TypeError(`${source}: ${name} must be a string, 'provider/model' or 'model'`);
    }
  }
  return options;
}
