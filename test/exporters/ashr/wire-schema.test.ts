import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type WireBody, wireProblems } from '../../../src/testing/ashr-mock/wire-schema.js';

const SCHEMA = new URL('../../../src/testing/ashr-mock/wire.schema.json', import.meta.url);
const RECORDINGS = new URL('../../fixtures/ashr/recordings/', import.meta.url);
const BODIES: readonly WireBody[] = ['Batch', 'BatchAsSent', 'SessionPatch', 'PresignRequest', 'AudioCommit'];

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addFormat('date-time', {
  type: 'string',
  validate: (text: string) =>
    /^\d{4}-\d{2}-\d{2}t\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:z|[+-]\d{2}:\d{2})$/i.test(text) &&
    !Number.isNaN(Date.parse(text)),
});
ajv.addFormat('uri', true);
ajv.addSchema(JSON.parse(readFileSync(SCHEMA, 'utf8')), 'wire');

const compiled = new Map(BODIES.map((body) => [body, ajv.compile({ $ref: `wire#/$defs/${body}` })]));

interface Recorded {
  readonly requests: readonly { readonly method: string; readonly path: string; readonly body: unknown }[];
}

const recorded = readdirSync(RECORDINGS).flatMap((file) => {
  const { requests }: Recorded = JSON.parse(readFileSync(new URL(file, RECORDINGS), 'utf8'));
  return requests.filter(({ method }) => method !== 'PUT');
});

function kindOf({ method, path }: { readonly method: string; readonly path: string }): WireBody {
  if (method === 'PATCH') return 'SessionPatch';
  if (path.endsWith('presign')) return 'PresignRequest';
  return path.endsWith('committed') ? 'AudioCommit' : 'Batch';
}

describe('the validator of the stand-in', () => {
  it('accepts every body that the Python SDK has sent, as sent', () => {
    expect(recorded.length).toBeGreaterThan(40);
    for (const request of recorded) {
      const kind = kindOf(request);
      expect(wireProblems(kind, request.body)).toEqual([]);
      if (kind === 'Batch') expect(wireProblems('BatchAsSent', request.body)).toEqual([]);
    }
  });

  it('says what ajv says of bodies with something changed in them', () => {
    const values = fc.oneof(
      fc.constantFrom(
        null,
        true,
        1,
        1.5,
        -1,
        '',
        'user',
        'x',
        '2026-11-23T02:28:33Z',
        '2026-13-40T99:00:00Z',
      ),
      fc.constantFrom<unknown>([], {}, [[0, 0.5]], [[0.5, 1]], [1], { a: 1 }),
    );
    let refused = 0;
    fc.assert(
      fc.property(fc.nat(recorded.length - 1), fc.nat(), fc.nat(3), values, (index, place, action, value) => {
        const request = recorded[index];
        if (request === undefined) return;
        const body = structuredClone(request.body);
        change(body, place, action, value);
        for (const kind of BODIES) {
          const accepted = compiled.get(kind)?.(body) === true;
          if (!accepted && kind === kindOf(request)) refused += 1;
          expect(
            wireProblems(kind, body).length === 0,
            `${kind} ${JSON.stringify(compiled.get(kind)?.errors)}`,
          ).toBe(accepted);
        }
      }),
      { numRuns: 1500, seed: 8 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  it('says where and what', () => {
    expect(
      wireProblems('SessionPatch', { end_time: 'yesterday', end_reason: 'bored', status: 'completed' }),
    ).toEqual([
      '/rollups is missing',
      '/end_time must be a date-time',
      '/end_reason must be one of user_left, agent_left, timeout, error',
    ]);
  });
});

/** Changes one place of a body: replaces, removes or adds a property. */
function change(body: unknown, place: number, action: number, value: unknown): void {
  const places: [owner: Record<string, unknown>, key: string][] = [];
  const walk = (owner: unknown): void => {
    if (typeof owner !== 'object' || owner === null) return;
    for (const key of Object.keys(owner)) {
      places.push([owner as Record<string, unknown>, key]);
      walk((owner as Record<string, unknown>)[key]);
    }
  };
  walk(body);
  const [owner, key] = places[place % places.length] ?? [{}, ''];
  if (action === 0 && !Array.isArray(owner)) delete owner[key];
  else if (action === 1 && !Array.isArray(owner)) owner.surprise = value;
  else owner[key] = value;
}
