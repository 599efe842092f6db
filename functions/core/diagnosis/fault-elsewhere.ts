import { missText } from '../watchdog/miss-reason.ts';
import { withCommonCause } from './common-cause.ts';
import { callersFirst, type DependencyGraph } from './dependency-graph.ts';
import {
  type ComponentEvidence,
  type Evidence,
  type EvidenceSource,
  onsetMs,
  type RedAlarm,
  type Sign,
} from './evidence.ts';
import type { Candidate } from './excess-balance.ts';
import { isOfClass, type MetricClass } from './metric-classes.ts';
import type { Suspect } from './suspect.ts';
import { symptomOf } from './traffic.ts';
import type { ExcessEvidence } from './traffic-evidence.ts';
import { isUnderLoad, surgeText } from './under-load.ts';

/** Confidence from which an alarmed component is left alone because another is at fault. */
const ELSEWHERE_FROM = 0.7;

/** Trouble that began longer before the onset is not its cause: an alarm may be red for weeks. */
const CAUSE_WITHIN_MS = 60 * 60_000;
/** How long a component has to recover after what it depends on was healed. */
export const RECOVERY_MS = 10 * 60_000;

const CERTAINTY_AT_MOST = 0.95;
/** How far to trust the rest when a source of evidence could not be read. */
const PER_MISSING_SOURCE = 0.9;

/** How likely each observation makes it that the dependency is at fault. Judgement, not measured. */
const WEIGHTS = {
  silent: 0.9,
  missing: 0.4,
  // Enough to decide, not to be sure: alarms also ring for noise, and for what another component does.
  criticalAlarm: 0.79,
  warningAlarm: 0.6,
  beingHealed: 0.8,
  justHealed: 0.75,
  surge: 0.5,
} as const;

/** A smaller part of the excess is noise. */
const NOTABLE_PART = 0.2;
/** Of what rises with the load, while the alarmed component has more requests than usual. */
const UNDER_LOAD = 0.6;
/** Of an alarm on failures or latency, while the traffic blames another component with confidence. */
const BLAMED_ELSEWHERE = 0.6;
/** Trouble that neither a load nor another component makes. */
const OWN_TROUBLE: readonly MetricClass[] = ['disk', 'certificate', 'memory'];
const isOwnTrouble = (metric: string) => OWN_TROUBLE.some((wanted) => isOfClass(metric, wanted));

/**
 * The dependencies that are at fault, each with enough confidence, the strongest first. Of several on one path, the last is
 * the cause of the others: what is down there makes its callers look unhealthy, and not the other way round. On different
 * paths, each is at fault by itself.
 *
 * A dependency that was only discovered is weighed by what is seen of itself. It can keep another from being healed, and
 * never has one healed that would not be without it: among declared dependencies, only what is declared decides. In a
 * circle that what was discovered closes, it says nothing: else each component there could be left to another.
 */
export function faultsElsewhere(evidence: Evidence): readonly Suspect[] {
  const [alarmed, ...dependencies] = evidence.components;
  if (!alarmed) return [];
  const own = suspectOf(alarmed, evidence);
  const reaches = (from: Suspect, to: Suspect) =>
    callersFirst(graphBetween(from, to, evidence), from.component).includes(to.component);
  // Within a circle, each reaches the other: the stronger is the cause, if the circle is a declared one.
  const outranks = (one: Suspect, other: Suspect) =>
    !reaches(one, other) ||
    (one.isDiscovered !== true && other.isDiscovered !== true && byEvidence(one, other) < 0);
  const isStronger = (suspect: Suspect) => suspect.isBeingHealed || outranks(suspect, own);
  const suspects = dependencies
    .map((dependency) => suspectOf(dependency, evidence))
    .filter((suspect) => suspect.confidence >= ELSEWHERE_FROM && isStronger(suspect));
  // None outranks itself.
  const isCauseOf = (other: Suspect, suspect: Suspect) =>
    reaches(suspect, other) && outranks(other, suspect) && !suspect.hasOwnTrouble;
  const isLast = (suspect: Suspect) => !suspects.some((other) => isCauseOf(other, suspect));
  return withCommonCause(suspects.filter(isLast), evidence).toSorted(byEvidence);
}

/** The dependencies by which one may be the cause of the other. */
function graphBetween(one: Suspect, other: Suspect, { graph, completedGraph }: Evidence): DependencyGraph {
  return one.isDiscovered || other.isDiscovered ? (completedGraph ?? graph) : graph;
}

/** The dependency that most speaks for, if anything does for one, however little. */
export function strongestSuspect(evidence: Evidence): Suspect | undefined {
  const [, ...dependencies] = evidence.components;
  return dependencies
    .map((dependency) => suspectOf(dependency, evidence))
    .filter(({ supports }) => supports.length > 0)
    .toSorted(byEvidence)
    .at(0);
}

/** The strongest first. The name decides last, so that of two in a circle each sees the same one at fault. */
function byEvidence(a: Suspect, b: Suspect): number {
  return b.confidence - a.confidence || a.sinceMs - b.sinceMs || (a.component < b.component ? -1 : 1);
}

/** What observations of a dependency come from. */
const SOURCES: readonly EvidenceSource[] = ['operations', 'alarms', 'heartbeats', 'changes'];

function suspectOf(dependency: ComponentEvidence, evidence: Evidence): Suspect {
  const { component, isDiscovered, redAlarms, silentPeers, operationId, lastAdmittedMs } = dependency;
  const signs = dependency.signs ?? [];
  const { nowMs } = evidence;
  // Each is worth what it says, whether metrics could be read or not.
  const missing = evidence.missing.filter(({ source }) => SOURCES.includes(source));
  const earliestMs = onsetMs(evidence) - CAUSE_WITHIN_MS;
  const red = redAlarms
    .filter(({ sinceMs, severity }) => sinceMs >= earliestMs && severity !== 'INFO')
    .toSorted((a, b) => a.sinceMs - b.sinceMs);
  const silent = silentPeers.filter(({ lastSeenMs }) => lastSeenMs >= earliestMs);
  const ownAlarm = red.find(({ severity }) => severity === 'CRITICAL') ?? red[0];
  const isJustHealed = lastAdmittedMs !== undefined && nowMs - lastAdmittedMs < RECOVERY_MS;
  const observations = [
    ...silent.map(({ peer, status, lastSeenMs, missedFor }) => ({
      weight: status === 'DEGRADED' ? WEIGHTS.missing : WEIGHTS.silent,
      says: `${peer} has not answered its heartbeat since ${isoTime(lastSeenMs)}${missedFor ? `: ${missText(missedFor)}` : ''}`,
      sinceMs: lastSeenMs,
    })),
    ...red.map((alarm) => alarmObservation(component, alarm, evidence)),
    ...signs.map(signObservation),
    ...trafficObservations(component, evidence),
    ...(operationId === undefined
      ? []
      : [{ weight: WEIGHTS.beingHealed, says: `operation ${operationId} is healing it`, sinceMs: nowMs }]),
    ...(operationId === undefined && isJustHealed
      ? [
          {
            weight: WEIGHTS.justHealed,
            says: `its repair began at ${isoTime(lastAdmittedMs)}`,
            sinceMs: lastAdmittedMs,
          },
        ]
      : []),
  ];
  return {
    component,
    confidence:
      Math.min(CERTAINTY_AT_MOST, together(observations, evidence)) * PER_MISSING_SOURCE ** missing.length,
    supports: observations.map(({ says }) => says),
    sinceMs: Math.min(nowMs, ...observations.map(({ sinceMs }) => sinceMs)),
    isBeingHealed: operationId !== undefined || isJustHealed,
    ...(ownAlarm && { ownAlarm }),
    isSilent: silent.length > 0,
    ...(isDiscovered && { isDiscovered }),
    hasOwnTrouble:
      [...red, ...signs].some(({ metric }) => isOwnTrouble(metric)) ||
      silent.some(({ missedFor }) => missedFor === 'CERT_HAS_EXPIRED'),
    isSuffering:
      silent.length === 0 &&
      operationId === undefined &&
      !isJustHealed &&
      [...red, ...signs].every(({ metric }) => isSymptom(metric)),
  };
}

interface Observation {
  readonly weight: number;
  readonly says: string;
  readonly sinceMs: number;
  /** Several of one kind see the same thing: the strongest counts. @default it stands for itself */
  readonly kind?: 'alarm';
  /** Whether too many requests alone would do that. */
  readonly risesWithLoad?: boolean;
}

/**
 * Whether something that a component calls, directly or through others of which nothing is known either, is not observed:
 * its own trouble and theirs then look alike.
 */
function callsTheUnknown(
  component: string,
  { unjudged }: ExcessEvidence,
  { graph, components }: Evidence,
): boolean {
  const isUnknown = (name: string) =>
    unjudged?.includes(name) === true &&
    components.find((each) => each.component === name)?.alarmMetrics?.some(isSymptom) !== true;
  return graph.callees.get(component)?.some(isUnknown) === true;
}

const isSymptom = (metric: string) => symptomOf(metric) !== undefined;

function alarmObservation(component: string, alarm: RedAlarm, evidence: Evidence): Observation {
  const { alarmName, metric, severity, sinceMs } = alarm;
  const isTraffic = isOfClass(metric, 'traffic');
  const byS = severity === 'CRITICAL' ? WEIGHTS.criticalAlarm : WEIGHTS.warningAlarm;
  const trust = isBlamedElsewhere(component, metric, evidence) ? BLAMED_ELSEWHERE : 1;
  return {
    weight: isTraffic ? surgeWeight(evidence) : trust * byS,
    says: `alarm ${alarmName} has been red since ${isoTime(sinceMs)}`,
    sinceMs,
    ...(!isTraffic && { kind: 'alarm' as const }),
    risesWithLoad: !isOwnTrouble(metric),
  };
}

/** As much as a warning: whether it is critical, and since when, is not known. */
function signObservation({ metric, atMs, says }: Sign): Observation {
  return {
    ...{ weight: WEIGHTS.warningAlarm, says, sinceMs: atMs },
    kind: 'alarm',
    risesWithLoad: !isOwnTrouble(metric),
  };
}

/** What requests, failures and latency say of a dependency. Where two are at fault, each accounts for a part. */
function trafficObservations(component: string, evidence: Evidence): readonly Observation[] {
  const { excess, surges } = evidence;
  const own = excess?.candidates.find((candidate) => candidate.component === component);
  const times = surges?.[component];
  const sinceMs = onsetMs(evidence);
  return [
    ...(excess && own && own.coverage >= NOTABLE_PART
      ? [
          {
            ...{ says: explained(excess, own, evidence), sinceMs, risesWithLoad: true },
            // Its alarms then see the same thing.
            ...(callsTheUnknown(component, excess, evidence)
              ? { weight: Math.min(own.confidence, WEIGHTS.criticalAlarm), kind: 'alarm' as const }
              : { weight: own.confidence }),
          },
        ]
      : []),
    ...(times === undefined || surgeWeight(evidence) === 0
      ? []
      : [{ weight: surgeWeight(evidence), says: surgeText({ component, times }), sinceMs }]),
  ];
}

/** More requests of a dependency are its trouble unless the alarmed component passes its own on. */
function surgeWeight(evidence: Evidence): number {
  return isUnderLoad(evidence) ? 0 : WEIGHTS.surge;
}

/** How likely they make it together that the component is at fault. */
function together(observations: readonly Observation[], evidence: Evidence): number {
  const strongestAlarm = Math.max(
    0,
    ...observations.filter(({ kind }) => kind === 'alarm').map(({ weight }) => weight),
  );
  const strongest = observations.findIndex(
    ({ kind, weight }) => kind === 'alarm' && weight === strongestAlarm,
  );
  const counted = observations.filter(({ kind }, index) => kind !== 'alarm' || index === strongest);
  const likely = (some: readonly Observation[]) =>
    1 - some.reduce((doubt, { weight }) => doubt * (1 - weight), 1);
  const underLoad = isUnderLoad(evidence) ? UNDER_LOAD : 1;
  const byLoad = underLoad * likely(counted.filter(({ risesWithLoad }) => risesWithLoad === true));
  return 1 - (1 - byLoad) * (1 - likely(counted.filter(({ risesWithLoad }) => risesWithLoad !== true)));
}

/** Whether the traffic blames another component for what an alarm shows, and this one for no notable part. */
function isBlamedElsewhere(component: string, metric: string, { excess }: Evidence): boolean {
  if (!excess) return false;
  const [blamed] = excess.candidates;
  if (!blamed || blamed.component === component || blamed.confidence < ELSEWHERE_FROM) return false;
  // What an unmeasured component does is charged to its caller: that clears nobody.
  if (excess.unjudged?.includes(component) === true) return false;
  const own = excess.candidates.find((candidate) => candidate.component === component);
  return isSymptom(metric) && (own?.coverage ?? 0) < NOTABLE_PART;
}

/** What a candidate accounts for at the alarmed component, for people. */
function explained({ symptom }: ExcessEvidence, { coverage }: Candidate, { alert }: Evidence): string {
  const what = symptom === 'latency' ? 'the additional waiting' : 'the additional failures';
  const share = Math.round(coverage * 100);
  return `by requests and ${symptom}, it accounts for ${share} % of ${what} at ${alert.component}`;
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
