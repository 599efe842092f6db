import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { Component, DeclaredStrategy } from '../configuration/schema/schema.ts';
import { selectsHosts, targetKindOf } from '../configuration/target-selector.ts';
import { containmentOf } from '../operation/containment.ts';
import type { Operation } from '../operation/operation.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import { alarmsToAsk } from './alarm-observation.ts';
import type { Verifier } from './verification.ts';

type VerifiedStrategy = Pick<DeclaredStrategy, 'actions' | 'verify'>;
type Verified = Pick<Component, 'alarms' | 'health' | 'service' | 'targets' | 'targetGroup'>;

/** Which signal says whether a repair held, unless the strategy names one. */
export function usualVerifier(
  component: Verified,
  { alert }: { readonly alert: Pick<HealthAlert, 'alarmName'> },
): Verifier {
  const { health, service, alarms } = component;
  if (health) return 'endpoint';
  if (alert.alarmName !== undefined) return 'alarm';
  if (service !== undefined) return 'runbook';
  return Object.keys(alarms).length === 0 && isJudgedByAws(component) ? 'resource' : 'alarm';
}

/** Whether AWS itself says if a component can serve: about hosts, the target group in which they are registered does. */
export function isJudgedByAws({ targets, targetGroup }: Pick<Component, 'targets' | 'targetGroup'>): boolean {
  const kind = targetKindOf(targets);
  return kind === 'host' ? targetGroup !== undefined : kind !== 'custom';
}

/** Whether a strategy may verify its repairs of a component by what AWS says of it. A containment has its own proof. */
export function mayVerifyByResource({ actions, verify }: VerifiedStrategy, component: Verified): boolean {
  if (containmentOf(actions) !== undefined || !isJudgedByAws(component)) return false;
  return (verify.by ?? usualVerifier(component, { alert: {} })) === 'resource';
}

/** Whether it verifies repairs of hosts by their health in their target group. */
export function isVerifiedInGroup(strategy: VerifiedStrategy, component: Verified): boolean {
  return selectsHosts(component.targets) && mayVerifyByResource(strategy, component);
}

/** Why a component cannot be verified by this signal, now or later; `undefined` if it can. */
export function missingSignal(
  by: Verifier,
  component: Verified,
  operation: Pick<Operation, 'alert' | 'component'>,
  configuration: Pick<CompiledConfiguration, 'alarms'>,
): string | undefined {
  const { health, service } = component;
  const { isThere, what } = {
    endpoint: { isThere: health !== undefined, what: 'health endpoint' },
    runbook: { isThere: service !== undefined, what: 'service' },
    alarm: { isThere: alarmsToAsk(configuration, operation).length > 0, what: 'alarm' },
    resource: { isThere: isJudgedByAws(component), what: 'resource whose health AWS reports' },
  }[by];
  if (isThere) return undefined;
  return `the health of ${operation.component} cannot be verified by ${by}: it has no ${what}`;
}
