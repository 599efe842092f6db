import { callersFirst, type DependencyGraph } from '../diagnosis/dependency-graph.ts';
import { operationIdOf } from '../operation/operation-id.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import { type CorrelatedIncident, type IncidentBoard, isOpen, rememberedOf } from './correlated-incident.ts';
import { priorityOfCause, severityScore } from './priority.ts';

/** An alert, with what triage made of it. */
export interface Sighting {
  readonly alert: HealthAlert;
  /** The component that diagnosis takes to be at fault, and how likely it is. @default not known */
  readonly cause?: CorrelatedIncident['causes'][number];
  /** The operation that it was admitted as. @default none */
  readonly operationId?: string;
  readonly nowMs: number;
}

export interface Joined {
  readonly board: IncidentBoard;
  readonly incident: CorrelatedIncident;
}

/** Alerts that were raised within this time of each other may be of the same incident. */
const TOGETHER_MS = 15 * 60_000;
/** So that the record stays small, however long a storm lasts. */
const COMPONENTS_AT_MOST = 500;
const ALERTS_AT_MOST = 100;
const HOSTS_AT_MOST = 100;
const CAUSES_AT_MOST = 100;
const IDS_AT_MOST = 100;

/**
 * Joins an alert with the incident that it belongs to, or begins one. If two incidents turn out to have the cause that
 * is seen now, they become one, under the id of the earlier. In doubt, alerts stay apart.
 *
 * @returns the same board if everything is on record already
 */
export function join(board: IncidentBoard, sighting: Sighting, graph: DependencyGraph): Joined {
  const { alert, nowMs } = sighting;
  const reach = reachIn(graph);
  const remembered = rememberedOf(board.incidents, nowMs);
  const own = remembered.find((incident) => isAlertOf(incident, alert));
  const [first, ...others] = own
    ? [own, ...causedTogether(remembered, sighting, reach, own)]
    : related(remembered, sighting, reach);
  const before = first ? others.reduce(merged, first) : begun(sighting);
  const incident = judged(withSighting(before, sighting), reach);
  if (first && others.length === 0 && isSame(first, incident)) return { board, incident: first };
  const gone = new Set([incident.incidentId, ...incident.absorbed]);
  const rest = remembered.filter(({ incidentId }) => !gone.has(incidentId));
  return {
    board: {
      ...board,
      revision: board.revision + 1,
      incidents: [...rest, incident].toSorted((a, b) => byBeginning(a, b)),
    },
    incident,
  };
}

/** Whether the alert is about a component of the incident, and not a relapse: that is an incident of its own. */
function isAlertOf({ components, resolvedAtMs }: CorrelatedIncident, alert: HealthAlert): boolean {
  if (components[alert.component] === undefined) return false;
  return resolvedAtMs === undefined || alert.occurredAtMs <= resolvedAtMs;
}

type Reach = (from: string, to: string) => boolean;

function reachIn(graph: DependencyGraph): Reach {
  const reached = new Map<string, ReadonlySet<string>>();
  return (from, to) => {
    const all = reached.get(from) ?? new Set(callersFirst(graph, from));
    reached.set(from, all);
    return all.has(to);
  };
}

/**
 * The incidents that an alert of a new component belongs to, the earliest first. An alert that only suffers belongs to one;
 * one that shows the cause of several makes them one.
 */
function related(
  incidents: readonly CorrelatedIncident[],
  sighting: Sighting,
  reach: Reach,
): readonly CorrelatedIncident[] {
  const causing = incidents.filter((incident) => isCausedBy(incident, sighting, reach));
  if (causing.length > 0) return causing.toSorted(byBeginning);
  const suffering = incidents.filter((incident) => suffersFrom(incident, sighting, reach));
  return suffering.toSorted(byBeginning).slice(0, 1);
}

/** Other open incidents that have the cause that diagnosis finds now. */
function causedTogether(
  incidents: readonly CorrelatedIncident[],
  sighting: Sighting,
  reach: Reach,
  own: CorrelatedIncident,
): readonly CorrelatedIncident[] {
  if (!sighting.cause || !isOpen(own)) return [];
  return incidents.filter(
    (incident) => incident !== own && isOpen(incident) && isCausedBy(incident, sighting, reach),
  );
}

/** Whether the sighting shows what is behind the incident: what it is at fault for, a change or a host. */
function isCausedBy(incident: CorrelatedIncident, { alert, cause }: Sighting, reach: Reach): boolean {
  const at = cause?.component ?? alert.component;
  if (cause && incident.atFault === at) return isOpen(incident) || isTogether(incident, alert);
  if (!isTogether(incident, alert)) return false;
  const sharesChange = alert.change !== undefined && incident.changeIds.includes(alert.change.changeId);
  const sharesHost = alert.targets.some((id) => incident.hosts.includes(id));
  return sharesChange || sharesHost || reach(incident.atFault, at);
}

function suffersFrom(incident: CorrelatedIncident, { alert, cause }: Sighting, reach: Reach): boolean {
  // What diagnosis found to be at fault is another's incident.
  if (cause) return false;
  return isTogether(incident, alert) && reach(alert.component, incident.atFault);
}

function isTogether(
  { beganAtMs, lastAlertMs, resolvedAtMs }: CorrelatedIncident,
  { occurredAtMs }: HealthAlert,
): boolean {
  const isLate = resolvedAtMs === undefined || occurredAtMs <= resolvedAtMs;
  return isLate && occurredAtMs >= beganAtMs - TOGETHER_MS && occurredAtMs <= lastAlertMs + TOGETHER_MS;
}

function begun({ alert, nowMs }: Sighting): CorrelatedIncident {
  const { component, occurredAtMs } = alert;
  return {
    incidentId: operationIdOf(alert),
    absorbed: [],
    components: {},
    alerts: [],
    atFault: component,
    causes: [],
    operationIds: [],
    changeIds: [],
    hosts: [],
    beganAtMs: occurredAtMs,
    detectedAtMs: nowMs,
    lastAlertMs: occurredAtMs,
    personCalls: {},
    score: 0,
  };
}

function withSighting(
  incident: CorrelatedIncident,
  { alert, cause, operationId, nowMs }: Sighting,
): CorrelatedIncident {
  const { component, metric, severity, occurredAtMs, change, targets } = alert;
  const isNewAlert = !incident.alerts.some(
    (known) => known.component === component && known.metric === metric,
  );
  const alerts =
    isNewAlert && incident.alerts.length < ALERTS_AT_MOST
      ? [...incident.alerts, { component, metric, severity, occurredAtMs }]
      : incident.alerts;
  const found = [
    ...(cause ? [cause] : []),
    ...(alert.causes ?? []).map((each) => ({
      component: each.component,
      code: each.code,
      confidence: each.confidence,
    })),
  ];
  const { components, operationIds } = incident;
  const isFull = Object.keys(components).length >= COMPONENTS_AT_MOST;
  return {
    ...incident,
    components: isFull ? components : { ...components, [component]: components[component] ?? occurredAtMs },
    alerts,
    causes: found.reduce(withCause, incident.causes).slice(0, CAUSES_AT_MOST),
    operationIds: withMember(operationIds, operationId).slice(0, IDS_AT_MOST),
    changeIds: withMember(incident.changeIds, change?.changeId).slice(0, IDS_AT_MOST),
    hosts: targets.reduce(withMember, incident.hosts).slice(0, HOSTS_AT_MOST),
    beganAtMs: Math.min(incident.beganAtMs, occurredAtMs),
    lastAlertMs: isNewAlert ? Math.max(incident.lastAlertMs, occurredAtMs) : incident.lastAlertMs,
    ...(operationId !== undefined && { acknowledgedAtMs: incident.acknowledgedAtMs ?? nowMs }),
  };
}

/** One of each component and code, with the highest confidence that it was found with. */
function withCause(
  causes: CorrelatedIncident['causes'],
  cause: CorrelatedIncident['causes'][number],
): CorrelatedIncident['causes'] {
  const same = causes.find(({ component, code }) => component === cause.component && code === cause.code);
  if (same && same.confidence >= cause.confidence) return causes;
  return [...causes.filter((each) => each !== same), cause].toSorted(
    (a, b) => b.confidence - a.confidence || (a.component < b.component ? -1 : 1),
  );
}

function merged(incident: CorrelatedIncident, other: CorrelatedIncident): CorrelatedIncident {
  const acknowledged = [incident.acknowledgedAtMs, other.acknowledgedAtMs].filter(
    (atMs) => atMs !== undefined,
  );
  return {
    ...incident,
    absorbed: [...incident.absorbed, other.incidentId, ...other.absorbed].slice(0, IDS_AT_MOST),
    components: Object.fromEntries(
      [...Object.entries(incident.components), ...newComponents(other, incident)].slice(
        0,
        COMPONENTS_AT_MOST,
      ),
    ),
    alerts: [...incident.alerts, ...other.alerts].slice(0, ALERTS_AT_MOST),
    causes: other.causes.reduce(withCause, incident.causes).slice(0, CAUSES_AT_MOST),
    operationIds: other.operationIds.reduce(withMember, incident.operationIds).slice(0, IDS_AT_MOST),
    changeIds: other.changeIds.reduce(withMember, incident.changeIds).slice(0, IDS_AT_MOST),
    hosts: other.hosts.reduce(withMember, incident.hosts).slice(0, HOSTS_AT_MOST),
    beganAtMs: Math.min(incident.beganAtMs, other.beganAtMs),
    detectedAtMs: Math.min(incident.detectedAtMs, other.detectedAtMs),
    lastAlertMs: Math.max(incident.lastAlertMs, other.lastAlertMs),
    ...(acknowledged.length > 0 && { acknowledgedAtMs: Math.min(...acknowledged) }),
    personCalls: { ...other.personCalls, ...incident.personCalls },
  };
}

function newComponents(
  { components }: CorrelatedIncident,
  { components: known }: CorrelatedIncident,
): readonly (readonly [string, number])[] {
  return Object.entries(components).filter(([name]) => known[name] === undefined);
}

/** Which component is at fault, and how much that matters. */
function judged(incident: CorrelatedIncident, reach: Reach): CorrelatedIncident {
  const members = Object.keys(incident.components);
  const candidates = [...new Set([...members, ...incident.causes.map(({ component }) => component)])].map(
    (component) => ({
      component,
      explained: members.filter((member) => reach(member, component)).length,
      confidence: Math.max(
        0,
        ...incident.causes
          .filter((cause) => cause.component === component)
          .map(({ confidence }) => confidence),
      ),
    }),
  );
  const [best] = candidates.toSorted(
    (a, b) =>
      b.explained - a.explained ||
      b.confidence - a.confidence ||
      // Of two in a circle, the one that was first unhealthy.
      (incident.components[a.component] ?? Number.MAX_SAFE_INTEGER) -
        (incident.components[b.component] ?? Number.MAX_SAFE_INTEGER) ||
      (a.component < b.component ? -1 : 1),
  );
  if (!best) return incident;
  const share = best.explained / members.length;
  const score = priorityOfCause(severityScore(incident.alerts), share, best.confidence);
  return { ...incident, atFault: best.component, score };
}

function withMember(members: readonly string[], member: string | undefined): readonly string[] {
  return member === undefined || members.includes(member) ? members : [...members, member];
}

function byBeginning(a: CorrelatedIncident, b: CorrelatedIncident): number {
  return a.beganAtMs - b.beganAtMs || (a.incidentId < b.incidentId ? -1 : 1);
}

/** Both have their fields in the same order: one was made of the other. */
function isSame(one: CorrelatedIncident, other: CorrelatedIncident): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
