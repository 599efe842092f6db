import { grantedOperation } from '../../core/admission/granted-operation.ts';
import type { Observation } from '../../core/admission/observation.ts';
import { observedUntilMs } from '../../core/admission/observed-limits.ts';
import { type Proposal, proposalOf } from '../../core/admission/proposal.ts';
import type { Limits } from '../../core/admission/records.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { modeOf } from '../../core/configuration/mode-of.ts';
import type { Strategy } from '../../core/configuration/schema/schema.ts';
import { operationIdOf } from '../../core/operation/operation-id.ts';
import type { HealthAlert } from '../../core/signal/health-alert.ts';
import type { HeldBackStore, Undone } from '../../ports/held-back-store.ts';

/** What was decided, and is not carried out, or not yet. */
export type HeldBackAdmission =
  | { readonly outcome: 'observed'; readonly observation: Observation }
  | { readonly outcome: 'proposed'; readonly proposal: Proposal };

interface HoldBackDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<HeldBackStore, 'observe' | 'propose' | 'readHeldBack'>;
}

/** A signal that is delivered twice is held back once. */
export async function heldBackBefore(
  {
    configuration,
    store,
  }: Pick<HoldBackDeps, 'configuration'> & {
    readonly store: Pick<HeldBackStore, 'readHeldBack'>;
  },
  alert: HealthAlert,
  strategies: readonly Strategy[],
): Promise<HeldBackAdmission | undefined> {
  if (modeOf(configuration, alert.component, strategies) === 'auto') return undefined;
  const { observation, proposal } = await store.readHeldBack(operationIdOf(alert));
  if (observation) return { outcome: 'observed', observation };
  return proposal && { outcome: 'proposed', proposal };
}

/** Records an observed or proposed operation, if the limits are still those that it was decided on. */
export async function holdBack(
  { configuration, store }: HoldBackDeps,
  alert: HealthAlert,
  undone: Undone,
  limits: Limits,
): Promise<HeldBackAdmission | { readonly outcome: 'again' }> {
  if (undone.decision === 'observe') {
    const operation = grantedOperation(alert, undone.grant);
    const observation: Observation = { operation, untilMs: observedUntilMs(undone) };
    const { outcome } = await store.observe(observation, undone, limits);
    return outcome === 'recorded' ? { outcome: 'observed', observation } : { outcome: 'again' };
  }
  const proposal = proposalOf(alert, undone.grant, configuration, limits.fleet);
  const { outcome } = await store.propose(proposal, undone, limits);
  return outcome === 'recorded' ? { outcome: 'proposed', proposal } : { outcome: 'again' };
}
