import { isHeldBack } from '../../core/admission/observed-limits.ts';
import type { FleetRecord, Reports } from '../../core/admission/records.ts';
import { isReported } from '../../core/admission/reports.ts';
import { alarmsByComponent } from '../../core/verification/observed-components.ts';
import type { Notifier } from '../../ports/announcers.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { Answering, AnsweringDeps } from '../answering.ts';
import { noteRecovery } from '../triage/note-recovery.ts';
import type { Round } from './round.ts';

export interface ReconcileMarksDeps extends AnsweringDeps {
  readonly store: Pick<
    OperationStore,
    | 'readFleet'
    | 'readLimits'
    | 'readComponents'
    | 'markUnhealthy'
    | 'markHealthy'
    | 'forgetAlerts'
    | 'endReports'
    | 'noteRecovery'
    | 'endProposal'
  >;
  readonly notifier: Notifier;
}

/**
 * No longer counts as unhealthy a component that is no longer reported, and forgets its alerts in a row. What a
 * monitor or the analysis has reported is over when they say so. After a long silence of theirs, or of its alarms, it no
 * longer counts either; but that is no recovery, and withdraws no proposal.
 *
 * @param areSilent whether none of its alarms has had data for long. @default false
 */
export async function countAsHealthy(
  deps: Pick<ReconcileMarksDeps, 'configuration' | 'store' | 'notifier' | 'clock'>,
  component: string,
  areSilent = false,
): Promise<readonly string[]> {
  const { configuration, store, clock } = deps;
  const { limits } = await store.readLimits(component);
  const { claim, exhaustionNotifiedAtMs, failuresMs, reports } = limits.component;
  if (isReported(limits.component, configuration, clock.nowMs())) return [];
  if (isHeldBack(limits.component) && !reports && !areSilent)
    await noteRecovery(deps, component, clock.nowMs());
  const isMarked = limits.fleet.unhealthy.includes(component);
  const remembers = exhaustionNotifiedAtMs !== undefined || Object.keys(failuresMs).length > 0;
  if (claim || !(isMarked || remembers)) return [];
  if (reports) await store.endReports(component);
  if (remembers && !(await store.forgetAlerts(component)).isForgotten) return [];
  if (isMarked) await unmark(store, component);
  const why = areSilent ? 'its alarms have had no data for long' : 'no alarm is red';
  return [`${component}: ${why}${reports ? `, and ${named(reports)} is silent` : ''}`];
}

/** What is counted or reported meanwhile has found the mark in place: it is forgotten, or the mark is set again. */
async function unmark(store: ReconcileMarksDeps['store'], component: string): Promise<void> {
  await store.markHealthy(component);
  if (!(await store.forgetAlerts(component)).isForgotten) await store.markUnhealthy(component);
}

function named({ by }: Reports): string {
  return by.join(', ');
}

/**
 * Components without alarms that count as unhealthy. One that the watchdog checks is healthy when all its peers answer:
 * a single recovery event may have been lost, have come before its alert, or be one of several peers'. One that a
 * monitor or the analysis has reported counts until they say that it is over, or are silent for long. One that nothing
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
      const isConfigured = Object.hasOwn(configuration.components, name);
      const [record] = isConfigured ? await store.readComponents([name]) : [];
      if (record && isReported(record, configuration, deps.clock.nowMs())) return [];
      if (record?.reports) await store.endReports(name);
      if (peers.length > 0 && record && !record.reports && isHeldBack(record))
        await noteRecovery(deps, name, deps.clock.nowMs());
      if (isConfigured) await unmark(store, name);
      else await store.markHealthy(name);
      const why = record?.reports ? `${named(record.reports)} is silent` : seenBy(peers);
      return [`${name}: ${why}, so it no longer counts as unhealthy`];
    });
  }
}

function seenBy(peers: readonly string[]): string {
  return peers.length > 0 ? 'all its peers answer' : 'nothing observes it';
}
