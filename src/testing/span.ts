import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { hrTimeToMs } from '../otel/time.js';
import {
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_VOICE_COST_AMOUNT,
  ATTR_VOICE_COST_CURRENCY,
  ATTR_VOICE_COST_SOURCE,
  ATTR_VOICE_TURN_ID,
  ATTR_VOICE_TURN_INDEX,
  ATTR_VOICE_TURN_SPEAKER,
} from '../semconv/generated.js';
import {
  type AttributeBag,
  checkNoContent,
  checkUnknownKeys,
  checkValues,
  definitionOf,
  isVoiceKey,
  presentKeys,
} from './attributes.js';
import { type ClassifiedSpan, isSessionType, isStageType } from './classify.js';
import type { Report } from './finding.js';
import { allowedNames } from './span-name.js';

const KINDS = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT } as const;

const USAGE = 'gen_ai.usage.';
const MODEL: readonly string[] = [ATTR_GEN_AI_REQUEST_MODEL, ATTR_GEN_AI_RESPONSE_MODEL];
const TURN_IDENTITY = [ATTR_VOICE_TURN_ID, ATTR_VOICE_TURN_INDEX, ATTR_VOICE_TURN_SPEAKER];
const ROLLED_UP_AMOUNT = /^voice\.(?:turn|session)\.cost\.(?!missing_count$)/;

/** Holds one span of ours against its definition. `parent` is its parent, where that is among the given spans. */
export function checkSpan(
  classified: ClassifiedSpan,
  parent: ClassifiedSpan | undefined,
  captureContent: boolean,
  report: Report,
): void {
  const { span } = classified;
  for (const bag of [
    span.attributes,
    ...[...span.events, ...span.links].map((one) => one.attributes ?? {}),
  ]) {
    checkUnknownKeys(bag, report);
    checkValues(bag, report);
    if (!captureContent) checkNoContent(bag, report);
  }
  checkStatus(classified, report);
  if (hrTimeToMs(span.endTime) < hrTimeToMs(span.startTime)) {
    report('negative_duration', 'the span ends before it starts');
  }
  checkIdentity(classified, report);
  checkKeys(classified, report);
  checkConditions(classified, parent, report);
}

function checkStatus({ span }: ClassifiedSpan, report: Report): void {
  const failed = span.status.code === SpanStatusCode.ERROR;
  const errorType = span.attributes[ATTR_ERROR_TYPE] !== undefined;
  if (span.status.code === SpanStatusCode.OK) {
    report('status_ok', 'the status is OK, expected Unset: success is not marked');
  }
  if (errorType && !failed) {
    report(
      'error_type_without_error_status',
      `'${ATTR_ERROR_TYPE}' stands on a span whose status is not Error`,
      {
        key: ATTR_ERROR_TYPE,
      },
    );
  }
  if (failed && !errorType) {
    report('error_status_without_error_type', `the status is Error and '${ATTR_ERROR_TYPE}' is missing`, {
      key: ATTR_ERROR_TYPE,
    });
  }
}

/** Type, name, kind and operation. */
function checkIdentity({ span, type, definition }: ClassifiedSpan, report: Report): void {
  if (definition === undefined) {
    report('undefined_span', 'no span type of the registry has this name or these attributes');
    return;
  }
  const names = allowedNames(definition, span.attributes);
  if (!names.includes(span.name)) {
    report('span_name_mismatch', `the name of ${type} is '${span.name}', expected '${names.join("' or '")}'`);
  }
  if (span.kind !== KINDS[definition.kind]) {
    report(
      'span_kind_mismatch',
      `the kind is ${SpanKind[span.kind]}, expected ${definition.kind.toUpperCase()}`,
    );
  }
  const operation = span.attributes[ATTR_GEN_AI_OPERATION_NAME];
  if (operation !== undefined && !definition.operations?.some((one) => one === operation)) {
    report(
      'span_operation_mismatch',
      `'${ATTR_GEN_AI_OPERATION_NAME}' is '${String(operation)}', expected ${definition.operations?.join(' or ') ?? 'none'}`,
      { key: ATTR_GEN_AI_OPERATION_NAME },
    );
  }
}

/** Keys that must, may and must not stand on a span of the type. */
function checkKeys({ span, type, definition }: ClassifiedSpan, report: Report): void {
  if (definition === undefined) return;
  const present = presentKeys(span.attributes);
  for (const [key, level] of Object.entries(definition.attributes)) {
    if (level === 'required' && !present.includes(key)) {
      report('required_attribute_not_present', `'${key}' is missing`, { key });
    }
  }
  for (const key of present) {
    const defined = Object.hasOwn(definition.attributes, key);
    if (!isStageType(type) && isBilled(key)) {
      report(
        'forbidden_attribute',
        `'${key}' stands on a session or turn, where back ends count usage and cost a second time`,
        { key },
      );
    } else if (!defined && isVoiceKey(key) && definitionOf(key) !== undefined) {
      report('unexpected_attribute', `'${key}' does not belong on ${type}`, { key, warning: true });
    }
  }
}

function isBilled(key: string): boolean {
  return key.startsWith(USAGE) || MODEL.includes(key) || key === ATTR_VOICE_COST_AMOUNT;
}

/** Keys that are required under a condition which the spans themselves show. */
function checkConditions(
  { span, type }: ClassifiedSpan,
  parent: ClassifiedSpan | undefined,
  report: Report,
): void {
  const need = (key: string, why: string): void => {
    if (span.attributes[key] !== undefined) return;
    report('conditionally_required_attribute_not_present', `'${key}' is missing: ${why}`, { key });
  };
  if (isStageType(type) && !isSessionType(parent?.type)) {
    for (const key of TURN_IDENTITY) need(key, 'the stage does not hang under the session');
  }
  if (span.attributes[ATTR_VOICE_COST_AMOUNT] !== undefined) {
    need(ATTR_VOICE_COST_CURRENCY, 'the stage has an amount');
    need(ATTR_VOICE_COST_SOURCE, 'the stage has an amount');
  }
  if (!isStageType(type) && hasRolledUpAmount(span.attributes)) {
    need(ATTR_VOICE_COST_CURRENCY, 'the span has rolled-up amounts');
  }
}

function hasRolledUpAmount(attributes: AttributeBag): boolean {
  return presentKeys(attributes).some((key) => ROLLED_UP_AMOUNT.test(key));
}
