import { type Proposal, proposalOf } from '../../../../functions/core/admission/proposal.ts';
import type { CompiledConfiguration } from '../../../../functions/core/configuration/compiled.ts';
import { alertOf, configurationOf, grantFor } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

export const ADA = { by: 'ada', atMs: Date.UTC(2026, 10, 22, 13, 31) };
export const GRACE = { by: 'grace', atMs: Date.UTC(2026, 10, 22, 13, 32) };

/** Proposed at 13:30 for `web`, for an hour. */
export function proposed(
  more: Partial<Proposal> = {},
  configuration: CompiledConfiguration = configurationOf({ components: ['web'] }),
  targets: readonly string[] = [],
): Proposal {
  const alert = alertOf('web', { targets });
  const limits = limitsWith();
  return {
    ...proposalOf(alert, grantFor(alert, configuration, limits).grant, configuration, limits.fleet),
    ...more,
  };
}
