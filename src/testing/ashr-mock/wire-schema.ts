import { type Problems, validate } from './json-schema.js';
import schema from './wire.schema.json' with { type: 'json' };

/** The bodies that the schema defines. `…AsSent`: not only acceptable, but with every field, as the Python SDK sends it. */
export type WireBody = 'Batch' | 'BatchAsSent' | 'SessionPatch' | 'PresignRequest' | 'AudioCommit';

/**
 * What of a body does not fit Ashr's schemas (JSON Schema draft 2020-12, emitted from the models of `ashr-labs` 0.3.1,
 * MIT); empty when all of it does.
 */
export function wireProblems(body: WireBody, value: unknown): Problems {
  return validate(schema.$defs[body], value, '', schema);
}
