import { CONTENT_ATTRIBUTES, TECHNICAL_ATTRIBUTES } from '../semconv/generated.js';

/** Content keys of other instrumentations, by their full name. */
const FOREIGN_CONTENT: ReadonlySet<string> = new Set([
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.system_instructions',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'gen_ai.tool.definitions',
  'gen_ai.tool.description',
  'gen_ai.retrieval.documents',
  'gen_ai.retrieval.query.text',
  'gen_ai.memory.query.text',
  'gen_ai.memory.records',
  'gen_ai.evaluation.explanation',
  'input.value',
  'output.value',
  'input.audio.transcript',
  'output.audio.transcript',
  'traceloop.entity.input',
  'traceloop.entity.output',
  'llm.prompts',
  'llm.prompt',
  'llm.completions',
  'llm.completion',
  'llm.function_call',
  'llm.tools',
  'tool.parameters',
  'tool.arguments',
  'tool.output',
  'ai.prompt',
  'ai.prompt.messages',
  'ai.response.text',
  'ai.response.toolCalls',
  'ai.response.object',
  'ai.toolCall.args',
  'ai.toolCall.result',
  'exception.message',
  'exception.stacktrace',
  'error.message',
  'db.query.text',
  'db.statement',
  'http.request.body',
  'http.response.body',
  'transcript',
  'text',
  'input',
  'output',
  'system_instructions',
]);

/** Content keys of other instrumentations that carry positions or names behind a common start. */
const FOREIGN_CONTENT_STARTS = [
  'gen_ai.prompt',
  'gen_ai.completion',
  'gen_ai.content.',
  'gen_ai.event.content',
  'llm.input_messages',
  'llm.output_messages',
  'llm.prompt_template',
  'retrieval.documents',
  'reranker.',
  'embedding.embeddings',
  'langfuse.observation.metadata',
  'langfuse.trace.metadata',
];

/** Numbers, ids and names of `lk.*` and `gen_ai.*` also end in such words; only text does in these rooms. */
const LIVEKIT_CONTENT =
  /^lk\.(?:pii\.|.*(?:text|transcript|chat_ctx|user_input|instructions|function_calls|output|arguments)$)/;
const LANGFUSE_CONTENT = /^langfuse\..*(?:input|output)$/;
const PII_SEGMENT = /(?:^|\.)pii(?:\.|$)/;

/** Events of earlier GenAI conventions, whose attributes are the messages themselves. */
const MESSAGE_EVENT =
  /^gen_ai\.(?:(?:system|user|assistant|tool)\.message|choice|client\.inference\.operation\.details|content\.(?:prompt|completion))$/;

/** Whether an attribute is left alone by masking: ids, model names, enumerated values, measurements. */
export function isTechnicalKey(key: string): boolean {
  return TECHNICAL_ATTRIBUTES.has(key);
}

/** Whether an attribute holds content, ours or another library's, and goes when content is not captured. */
export function isContentKey(key: string): boolean {
  if (CONTENT_ATTRIBUTES.has(key) || FOREIGN_CONTENT.has(key)) return true;
  if (TECHNICAL_ATTRIBUTES.has(key) || key.length > 512) return false;
  if (FOREIGN_CONTENT_STARTS.some((start) => key.startsWith(start))) return true;
  return LIVEKIT_CONTENT.test(key) || LANGFUSE_CONTENT.test(key) || PII_SEGMENT.test(key);
}

/** Whether an event is a GenAI message, so that all its text is content. */
export function isMessageEvent(name: string): boolean {
  return MESSAGE_EVENT.test(name);
}
