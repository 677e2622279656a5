/** What a finding is about. Ids that Weaver's live-check has as well are spelled as there. */
export type FindingId =
  | 'missing_attribute'
  | 'type_mismatch'
  | 'undefined_enum_variant'
  | 'required_attribute_not_present'
  | 'conditionally_required_attribute_not_present'
  | 'missing_metric'
  | 'unit_mismatch'
  | 'unexpected_instrument'
  | 'undefined_span'
  | 'span_name_mismatch'
  | 'span_kind_mismatch'
  | 'span_operation_mismatch'
  | 'unexpected_attribute'
  | 'forbidden_attribute'
  | 'status_ok'
  | 'error_type_without_error_status'
  | 'error_status_without_error_type'
  | 'content_captured'
  | 'unexpected_parent'
  | 'identity_mismatch'
  | 'negative_duration'
  | 'non_finite_number'
  | 'unexpected_metric_attribute';

/** One way in which telemetry differs from the vocabulary. */
export interface Finding {
  readonly id: FindingId;
  /** A `failure` breaks the vocabulary; a `warning` is allowed and probably not meant. */
  readonly level: 'failure' | 'warning';
  /** A sentence with what was found and what is expected. */
  readonly message: string;
  /** Name and span id of the span it is about. */
  readonly span?: string;
  /** The attribute key or metric name it is about. */
  readonly key?: string;
}

/** Takes findings about one thing. */
export type Report = (id: FindingId, message: string, details?: { key?: string; warning?: boolean }) => void;

/** A `Report` that adds to `findings`; `span` and `where` say what the findings are about. */
export function reporter(findings: Finding[], where: string, span?: string): Report {
  return (id, message, details) => {
    findings.push({
      id,
      level: details?.warning === true ? 'warning' : 'failure',
      message: `${where}: ${message}`,
      ...(span === undefined ? {} : { span }),
      ...(details?.key === undefined ? {} : { key: details.key }),
    });
  };
}
