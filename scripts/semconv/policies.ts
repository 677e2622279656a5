import type { Problem, Report } from './decode.js';
import { checkAttributes } from './policies-attributes.js';
import { checkManifest } from './policies-manifest.js';
import { checkNames } from './policies-names.js';
import { checkSignals } from './policies-signals.js';
import type { ResolvedRegistry } from './resolve.js';

/**
 * Everything that a registry must hold to beyond its shape. Findings have the ids of the shared Weaver policies
 * (opentelemetry-weaver-packages, policies/check) where those have the rule; ours begin with `voice_`.
 */
export function checkPolicies(resolved: ResolvedRegistry): readonly Problem[] {
  const problems: Problem[] = [];
  const report: Report = (id, where, message) => problems.push({ id, where, message });
  checkManifest(resolved.registry, report);
  checkNames(resolved, report);
  checkAttributes(resolved, report);
  checkSignals(resolved, report);
  return problems;
}
