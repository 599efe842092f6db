import { isHeldBack } from '../core/admission/observed-limits.ts';
import type { FleetRecord } from '../core/admission/records.ts';
import { mayHoldBack } from '../core/configuration/mode-of.ts';
import { alarmsByComponent } from '../core/verification/observed-components.ts';
import type { Notifier } from '../ports/announcers.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import type { Answering, AnsweringDeps } from './answering.ts';
import { noteRecovery } from './note-recovery.ts';
import type { Round } from './round.ts';

export interface ReconcileMarksDeps extends AnsweringDeps {
  readonly store: Pick<
    OperationStore,
    'readFleet' | 'readLimits' | 'markHealthy' | 'forgetAlerts' | 'noteRecovery' | 'endProposal'
  >;
  readonly notifier: Notifier;
}

/** No longer counts as unhealthy a component that nothing reports any more, and forgets its alerts in a row. */
export async function countAsHealthy(
  deps: Pick<ReconcileMarksDeps, 'store' | 'notifier' | 'clock'>,
  component: string,
): Promise<readonly string[]> {
  const { store } = deps;
  const { limits } = await store.readLimits(component);
  if (isHeldBack(limits.component)) await noteRecovery(deps, component, deps.clock.nowMs());
  const { claim, exhaustionNotifiedAtMs, failuresMs } = limits.component;
  const isMarked = limits.fleet.unhealthy.includes(component);
  const remembers = exhaustionNotifiedAtMs !== undefined || Object.keys(failuresMs).length > 0;
  if (claim || !(isMarked || remembers)) return [];
  if (remembers) await store.forgetAlerts(component);
  if (isMarked) await store.markHealthy(component);
  // An alert counted meanwhile has found the mark in place: once the mark is gone, nothing else would forget that
  // alert.
  if (isMarked) await store.forgetAlerts(component);
  return [`${component}: no alarm is red`];
}

/**
 * Components without alarms that count as unhealthy. One that the watchdog checks is healthy when all its peers answer:
 * a single recovery event may have been lost, have come before its alert, or be one of several peers'. One that nothing
 * observes, or that is no longer configured, would never be reported healthy again, and would block its group forever:
 * after a round it no longer counts as unhealthy.
 */
export async function reconcileMarks(
  deps: ReconcileMarksDeps,
  fleet: FleetRecord,
  answering: (component: string) => Promise<Answering>,
  round: Round,
): Promise<void> {
  const { configuration, store } = deps;
  const observed = alarmsByComponent(configuration);
  const marked = fleet.unhealthy.filter((name) => !observed.has(name) && !fleet.inFlight.includes(name));
  for (const name of marked) {
    await round.attempt(`mark of ${name}`, async () => {
      const { peers, allAnswer } = await answering(name);
      if (!allAnswer) return [];
      if (peers.length > 0 && mayHoldBack(configuration, name))
        await noteRecovery(deps, name, deps.clock.nowMs());
      await store.markHealthy(name);
      const why = peers.length > 0 ? 'all its peers answer' : 'nothing observes it';
      return [`${name}: ${why}, so it no longer counts as unhealthy`];
    });
  }
}
