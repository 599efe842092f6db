import { assertNever } from '../assert-never.ts';
import type { Severity } from '../signal/severity.ts';
import { HEARTBEAT_METRIC } from './heartbeat-metric.ts';
import type { EscalationAction, EscalationSeverity, LadderStep } from './ladder.ts';
import { missText } from './miss-reason.ts';
import type { ObserverStep } from './observers.ts';
import { endpointOf, type WatchedPeer } from './peer.ts';
import type { Announcement } from './shard-record.ts';

/** An event for the bus, as its detail-type and detail. */
export interface WatchdogEvent {
  readonly detailType: 'Selfheal Signal' | 'Selfheal Watchdog Escalation' | 'Selfheal Watchdog Recovery';
  readonly detail: Readonly<Record<string, unknown>>;
  /** When it was decided, epoch milliseconds: the event's time, by which a repeated event is recognised. */
  readonly atMs: number;
}

/**
 * The events of a decision: an escalation or a recovery for people and their tools, and for a peer with a component the
 * signal that heals it; for a reminder, the signal alone. They depend on the decision alone, so a repetition is
 * identical.
 */
export function eventsOf(
  { subject, roundAtMs, step }: Announcement,
  peers: ReadonlyMap<string, WatchedPeer>,
): readonly WatchdogEvent[] {
  if (step.kind === 'observer') return [observerEvent(subject, roundAtMs, step)];
  const peer = peers.get(subject);
  if (!peer) return [];
  const signals = signalOf(peer, roundAtMs, step);
  return step.kind === 'reminder' ? signals : [peerEvent(peer, roundAtMs, step), ...signals];
}

/** One line for a report: subject and action. */
export function announcementLabel({ subject, step }: Announcement): string {
  return `${subject}: ${labelOf(step)}`;
}

function labelOf(step: Announcement['step']): string {
  if (step.kind === 'escalation') return `${step.action} (${step.severity})`;
  if (step.kind === 'reminder') return `${step.action}, again`;
  return step.kind === 'recovery' ? `recovered from ${step.from}` : step.change;
}

/** MEDIUM deserves a look, the others ask for a repair. */
function signalSeverity(severity: EscalationSeverity): Severity {
  return severity === 'MEDIUM' ? 'WARNING' : 'CRITICAL';
}

/** What happened, in one sentence. */
function reasonOf(peerName: string, step: LadderStep): string {
  if (step.kind === 'recovery') return `peer ${peerName} answers again; it was ${step.from}`;
  const { action, missedCount, restartCount, missedFor } = step;
  const why = missedFor === undefined ? '' : ` (${missText(missedFor)})`;
  if (step.kind === 'reminder')
    return `peer ${peerName} missed ${heartbeats(missedCount)}${why}: isolation requested again`;
  switch (action) {
    case 'alert':
      return `peer ${peerName} missed ${heartbeats(missedCount)}${why}`;
    case 'restart':
      return `peer ${peerName} missed ${heartbeats(missedCount)}${why}: restart attempt ${restartCount}`;
    case 'isolate':
    case 'alert_architect':
      return `peer ${peerName} offline after ${restartCount} requested restarts${why}: isolation requested`;
    default:
      return assertNever(action);
  }
}

function heartbeats(count: number): string {
  return count === 1 ? '1 heartbeat' : `${count} heartbeats`;
}

function peerEvent(
  peer: WatchedPeer,
  roundAtMs: number,
  step: Exclude<LadderStep, { kind: 'reminder' }>,
): WatchdogEvent {
  const facts = {
    timestamp: new Date(roundAtMs).toISOString(),
    peerName: peer.name,
    endpoint: endpointOf(peer.check),
    ...(peer.component !== undefined && { component: peer.component }),
    reason: reasonOf(peer.name, step),
  };
  if (step.kind === 'recovery') {
    return {
      detailType: 'Selfheal Watchdog Recovery',
      detail: { ...facts, from: step.from },
      atMs: roundAtMs,
    };
  }
  const { action, severity, missedCount, restartCount } = step;
  return {
    detailType: 'Selfheal Watchdog Escalation',
    detail: { ...facts, action, severity, missedCount, restartCount },
    atMs: roundAtMs,
  };
}

const SUGGESTED: Partial<Record<EscalationAction, string>> = { restart: 'restart', isolate: 'isolate' };

function signalOf(peer: WatchedPeer, roundAtMs: number, step: LadderStep): readonly WatchdogEvent[] {
  const { name, component, targets, limits } = peer;
  if (component === undefined) return [];
  const about = { component, metric: HEARTBEAT_METRIC, origin: 'watchdog', reason: reasonOf(name, step) };
  if (step.kind === 'recovery') {
    return [{ detailType: 'Selfheal Signal', detail: { ...about, kind: 'recovery' }, atMs: roundAtMs }];
  }
  // The escalation notifies the architect; it asks for no further repair.
  if (step.action === 'alert_architect') return [];
  const detail = {
    ...about,
    severity: step.kind === 'reminder' ? 'CRITICAL' : signalSeverity(step.severity),
    signalId: `watchdog/${name}/${roundAtMs}/${step.action}`,
    current: step.missedCount,
    threshold: limits.missesBeforeRestart,
    ...(step.missedFor !== undefined && { errorType: step.missedFor }),
    ...(SUGGESTED[step.action] && { suggestedAction: SUGGESTED[step.action] }),
    ...(targets.length > 0 && { targets }),
  };
  return [{ detailType: 'Selfheal Signal', detail, atMs: roundAtMs }];
}

const OBSERVER_REASONS: Readonly<Record<ObserverStep['change'], string>> = {
  suspected: 'most peers went dark for it at once: it is probably cut off, and what it misses is ignored',
  silent: 'it has stopped reporting',
  back: 'it is back',
};

function observerEvent(vantagePoint: string, roundAtMs: number, { change }: ObserverStep): WatchdogEvent {
  const timestamp = new Date(roundAtMs).toISOString();
  const facts = {
    timestamp,
    vantagePoint,
    reason: `vantage point ${vantagePoint}: ${OBSERVER_REASONS[change]}`,
  };
  if (change === 'back') return { detailType: 'Selfheal Watchdog Recovery', detail: facts, atMs: roundAtMs };
  return {
    detailType: 'Selfheal Watchdog Escalation',
    detail: { ...facts, action: 'alert_architect', severity: 'HIGH', change },
    atMs: roundAtMs,
  };
}
