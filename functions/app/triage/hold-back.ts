import { grantedOperation } from '../../core/admission/granted-operation.ts';
import { modeNow } from '../../core/admission/mode-now.ts';
import type { Observation } from '../../core/admission/observation.ts';
import { mayBeHeldBackAs, observedUntilMs } from '../../core/admission/observed-limits.ts';
import { type Proposal, proposalOf } from '../../core/admission/proposal.ts';
import type { Limits } from '../../core/admission/records.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { Strategy } from '../../core/configuration/schema/schema.ts';
import { operationIdOf } from '../../core/operation/operation-id.ts';
import type { HealthAlert } from '../../core/signal/health-alert.ts';
import type { Clock } from '../../ports/clock.ts';
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
    clock,
  }: Pick<HoldBackDeps, 'configuration'> & {
    readonly store: Pick<HeldBackStore, 'readHeldBack'>;
    readonly clock: Pick<Clock, 'nowMs'>;
  },
  alert: HealthAlert,
  strategies: readonly Strategy[],
  limits: Limits,
): Promise<HeldBackAdmission | undefined> {
  const operationId = operationIdOf(alert);
  const nowMs = clock.nowMs();
  const { mode } = modeNow({ configuration, limits, nowMs }, alert.component, strategies);
  // The mode may have been another one when the signal came first.
  const group = configuration.components[alert.component]?.group;
  if (mode === 'auto' && !mayBeHeldBackAs(operationId, limits, group, nowMs)) return undefined;
  const { observation, proposal } = await store.readHeldBack(operationId);
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
  const { decision, grant, setMode } = undone;
  if (decision === 'observe') {
    const operation = grantedOperation(alert, grant);
    const observation: Observation = {
      operation,
      untilMs: observedUntilMs(undone),
      ...(setMode && { setMode }),
    };
    const { outcome } = await store.observe(observation, undone, limits);
    return outcome === 'recorded' ? { outcome: 'observed', observation } : { outcome: 'again' };
  }
  const proposal = proposalOf(alert, grant, configuration, limits.fleet, setMode);
  const { outcome } = await store.propose(proposal, undone, limits);
  return outcome === 'recorded' ? { outcome: 'proposed', proposal } : { outcome: 'again' };
}
