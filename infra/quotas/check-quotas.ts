import { type QuotaUsage, quotaProblems } from './quotas.ts';
import type { Template } from './template-text.ts';
import { busUsage, templateUsage } from './template-usage.ts';

/** A deployment that AWS would refuse. */
export class QuotaExceeded extends Error {
  override readonly name = 'QuotaExceeded';
  readonly code = 'QUOTA_EXCEEDED';
}

/** How much the templates, given by stack name, use of each quota. */
export function quotaUsage(templates: Readonly<Record<string, Template>>): readonly QuotaUsage[] {
  const ofStacks = Object.entries(templates).flatMap(([name, template]) => templateUsage(name, template));
  return [...ofStacks, busUsage(templates)];
}

/** @throws QuotaExceeded with a line for each quota that the templates exceed */
export function checkQuotas(templates: Readonly<Record<string, Template>>): void {
  const problems = quotaProblems(quotaUsage(templates));
  if (problems.length > 0) throw new QuotaExceeded(problems.join('\n'));
}
