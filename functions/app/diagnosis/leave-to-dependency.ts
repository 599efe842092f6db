import { earlyRefusal } from '../../core/admission/early-refusal.ts';
import { modeNow } from '../../core/admission/mode-now.ts';
import type { Refusal } from '../../core/admission/refusal.ts';
import type { CorrelatedIncident } from '../../core/correlation/correlated-incident.ts';
import type { Evidence } from '../../core/diagnosis/evidence.ts';
import { faultsElsewhere, RECOVERY_MS } from '../../core/diagnosis/fault-elsewhere.ts';
import type { Suspect } from '../../core/diagnosis/suspect.ts';
import { signalHash } from '../../core/operation/operation-id.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import type { HealthAlert } from '../../core/signal/health-alert.ts';
import { matchingStrategies } from '../../core/signal/match-strategy.ts';
import { HEARTBEAT_METRIC } from '../../core/watchdog/heartbeat-metric.ts';
import type { EventPublisher, Notification, Notifier } from '../../ports/announcers.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import {
  type JoinIncidentDeps,
  joinIncident,
  mayCallPeople,
  noteCalled,
} from '../correlation/join-incident.ts';
import type { EvidenceDeps } from './gather-evidence.ts';

/** Components that a notification names. */
const NAMED_AT_MOST = 50;

export interface LeaveToDependencyDeps extends EvidenceDeps {
  readonly store: EvidenceDeps['store'] &
    Pick<OperationStore, 'markUnhealthy' | 'noteExhaustionNotified' | 'readLimits'>;
  readonly events: Pick<EventPublisher, 'signal'>;
  readonly notifier: Notifier;
  readonly correlation: JoinIncidentDeps['correlation'];
  readonly random: JoinIncidentDeps['random'];
}

/**
 * If something that the alarmed component depends on is at fault, the alarmed one is not touched: the dependency gets
 * the signal, or a person is called if it can't be healed here. Of several at fault each gets its own, the likeliest first.
 *
 * @returns `undefined` if the component is to be healed itself
 */
export async function leaveToDependency(
  deps: LeaveToDependencyDeps,
  evidence: Evidence,
): Promise<Refusal | undefined> {
  const { alert } = evidence;
  const suspects = faultsElsewhere(evidence);
  const refusal = elsewhereRefusal(suspects, evidence);
  if (!refusal) return undefined;
  await deps.store.markUnhealthy(alert.component);
  for (const suspect of suspects) {
    const { component, confidence } = suspect;
    const incident = await joinIncident(deps, { alert, cause: { component, confidence } });
    if (!suspect.isBeingHealed) await handOver(deps, alert, suspect, evidence, incident);
  }
  return refusal;
}

/** Why a component is not healed itself; `undefined` if nothing else is at fault. */
export function elsewhereRefusal(suspects: readonly Suspect[], { nowMs }: Evidence): Refusal | undefined {
  const [first, ...others] = suspects;
  if (!first) return undefined;
  const also = others.map(({ component, confidence }) => ` and ${component} (${confidence.toFixed(2)})`);
  return {
    reason: 'CAUSE_ELSEWHERE',
    detail: shortReason(
      `${first.component}${also.join('')} ${others.length > 0 ? 'are' : 'is'} at fault (${said(first)})`,
    ),
    ...(suspects.every(({ isBeingHealed }) => isBeingHealed) && { eligibleAtMs: nowMs + RECOVERY_MS }),
  };
}

async function handOver(
  deps: LeaveToDependencyDeps,
  alert: HealthAlert,
  suspect: Suspect,
  evidence: Evidence,
  incident: CorrelatedIncident | undefined,
): Promise<void> {
  const passed = passedOn(alert, suspect);
  const problem = suspect.isUnknown
    ? 'nothing of it is measured that would tell whether a repair helped'
    : await cannotBeHealed(deps, alert, passed, evidence.nowMs);
  if (problem !== undefined) {
    await callPerson(deps, alert, suspect, evidence, problem, incident);
    return;
  }
  // Its own alarm has sent a signal, and the reconciler repeats that for as long as it is red. What was only discovered is
  // healed by its own signals alone: nobody declared that its repair would help here.
  if (suspect.ownAlarm || suspect.isDiscovered) return;
  const { component, metric, severity, origin, signalId, reason, suggestedAction } = passed;
  await deps.events.signal({
    ...{ component, metric, severity, origin, signalId, reason },
    ...(suggestedAction !== undefined && { suggestedAction }),
  });
}

/** The same alert has the same id, however often it is delivered. */
function passedOn(alert: HealthAlert, suspect: Suspect): HealthAlert {
  const { ownAlarm, isSilent } = suspect;
  const found = isSilent ? ({ metric: HEARTBEAT_METRIC, severity: 'CRITICAL' } as const) : alert;
  return {
    signalId: `caused:${signalHash(suspect.component, alert.signalId)}`,
    origin: 'diagnosis',
    component: suspect.component,
    metric: ownAlarm?.metric ?? found.metric,
    severity: ownAlarm?.severity ?? found.severity,
    occurredAtMs: alert.occurredAtMs,
    reason: shortReason(`${alert.component} is unhealthy because of it: ${said(suspect)}`),
    ...(!ownAlarm && isSilent && { suggestedAction: 'restart' }),
    targets: [],
  };
}

async function cannotBeHealed(
  deps: LeaveToDependencyDeps,
  alert: HealthAlert,
  passed: HealthAlert,
  nowMs: number,
): Promise<string | undefined> {
  const { configuration } = deps;
  if (configuration.components[passed.component]?.excluded === true) return 'it is excluded from healing';
  const refusal = earlyRefusal(configuration, passed);
  if (refusal) return `${refusal.reason}: ${refusal.detail}`;
  // Where the alarmed component is only observed as well, nobody counts on its being healed.
  return (await isObserved(deps, passed, nowMs)) && !(await isObserved(deps, alert, nowMs))
    ? 'it is in observe mode'
    : undefined;
}

async function isObserved(
  { configuration, store }: Pick<LeaveToDependencyDeps, 'configuration' | 'store'>,
  alert: HealthAlert,
  nowMs: number,
): Promise<boolean> {
  const first = matchingStrategies(configuration.strategies, alert).slice(0, 1);
  const { limits } = await store.readLimits(alert.component);
  const question = { configuration, limits, nowMs };
  return modeNow(question, alert.component, first).mode === 'observe';
}

/** Once for an incident, whichever of its components is alarmed, and once until the alarmed component recovers. */
async function callPerson(
  deps: LeaveToDependencyDeps,
  alert: HealthAlert,
  suspect: Suspect,
  { nowMs, missing, components: [alarmed] }: Evidence,
  problem: string,
  incident: CorrelatedIncident | undefined,
): Promise<void> {
  if (alarmed?.personCalledAtMs !== undefined) return;
  const { component, confidence, supports } = suspect;
  if (!(await mayCallPeople(deps, alert.component, suspect))) return;
  const notification: Notification = {
    topic: 'architect',
    subject: `Selfheal: ${component} makes ${alert.component} unhealthy`.slice(0, 99),
    body: {
      kind: 'cause-elsewhere',
      message: `${alert.component} was left alone: its ${suspect.isDiscovered ? 'discovered ' : ''}dependency ${component} is at fault and cannot be healed automatically: ${problem}.`,
      component: alert.component,
      origin: alert.origin,
      metric: alert.metric,
      ...(alert.alarmName !== undefined && { alarmName: alert.alarmName }),
      reason: alert.reason,
      atFault: component,
      confidence,
      supports,
      missing,
      ...(incident && {
        incidentId: incident.incidentId,
        components: Object.keys(incident.components).slice(0, NAMED_AT_MOST),
      }),
    },
  };
  try {
    await deps.notifier.notify(notification);
  } catch (error) {
    // A repetition comes sooner than it would be taken for the call of a function that died.
    await noteCalled(deps, alert.component, component, false);
    throw error;
  }
  // Afterwards: better twice than not at all.
  await noteCalled(deps, alert.component, component, true);
  await deps.store.noteExhaustionNotified(alert.component, nowMs);
}

function said({ confidence, supports, isDiscovered }: Suspect): string {
  const found = isDiscovered ? ['that it is called was discovered, not declared'] : [];
  return `confidence ${confidence.toFixed(2)}: ${[...supports, ...found].join('; ')}`;
}
