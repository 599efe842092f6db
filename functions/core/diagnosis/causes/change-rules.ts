import { type RolledBackChange, rolledBackChanges } from '../../admission/records.ts';
import type { Change } from '../../change/change.ts';
import {
  CHANGE_KINDS,
  type ChangeKind,
  REVERSIBLE_KINDS,
  type ReversibleKind,
} from '../../change/change-event.ts';
import { BLAMED_KIND, type SupportedCause } from '../cause.ts';
import { type CauseRule, NOT_APPLICABLE, type Verdict } from '../cause-rule.ts';
import { type Evidence, troubleSinceMs } from '../evidence.ts';
import { isOfClass, type MetricClass } from '../metric-classes.ts';
import { symptomOf } from '../traffic.ts';
import { isUnderLoad } from '../under-load.ts';

/** How likely a change is at fault, by how it stands. Judgement, not measured. */
const BASE = { starting: 0.6, inProgress: 0.8, ended: 0.85, failed: 0.9 } as const;
/** What an age of the whole suspect time takes away. */
const AGE_DISCOUNT = 0.25;
/** Trouble that is rarely a version's fault. */
const OTHER_TROUBLE: readonly MetricClass[] = ['disk', 'certificate', 'traffic', 'throttling'];
const OTHER_TROUBLE_FACTOR = 0.6;
/** How far to trust a change where the traffic shows another reason: more requests than usual, or what it depends on. */
const OTHER_REASON_FACTOR = 0.6;
/** How far to trust it where nothing tells the component's trouble from that of what it depends on. */
const UNTOLD_FACTOR = 0.9;
/** A component with a smaller share of what its callers suffer from suffers itself. */
const OWN_SHARE = 0.3;

/**
 * The latest change of one of these kinds that began before the trouble, within the suspect time, and was not a repair.
 * One that is no longer in effect is none: a rollback would hit what has taken its place.
 */
function suspectOf(evidence: Evidence, kinds: readonly ChangeKind[]): Change | undefined {
  return recentOf(evidence, kinds).find((change) => whyNotInEffect(change, evidence) === undefined);
}

/** Why a change no longer has an effect; `undefined` if it may have. */
function whyNotInEffect(change: Change, { components: [own] }: Evidence): string | undefined {
  if (change.rolledBackFor !== undefined)
    return `Selfheal has rolled it back with the repair of ${change.rolledBackFor}`;
  if (change.supersededBy !== undefined) return `${change.supersededBy} has taken its place`;
  return rolledBackChanges(own?.rolledBack).some((each) => isGone(change, each))
    ? 'Selfheal has rolled it back, or has gone back behind it'
    : undefined;
}

/**
 * A change of the same kind that began before the one that was rolled back has gone with it: two sources may report one
 * deployment. One of another kind is still there, and so is what the same source reports of another resource.
 */
function isGone({ kind, source, resource, startedAtMs }: Change, rolledBack: RolledBackChange): boolean {
  if (startedAtMs > rolledBack.startedUpToMs) return false;
  if (rolledBack.kinds && !rolledBack.kinds.some((each) => each === kind)) return false;
  const isOther = resource !== undefined && resource !== (rolledBack.resource ?? resource);
  return !(source === rolledBack.source && isOther);
}

/**
 * The change that an alert may be due to: the one that its likeliest cause blames, since that is what is acted on. Where
 * the cause is no change, one that could be rolled back; else, for people, any.
 */
export function suspectFor(causes: readonly SupportedCause[], evidence: Evidence): Change | undefined {
  const blamed = blamedKind(causes);
  if (blamed) return suspectOf(evidence, [blamed]);
  return suspectOf(evidence, REVERSIBLE_KINDS) ?? suspectOf(evidence, CHANGE_KINDS);
}

/** The kind of change that the likeliest cause blames. */
export function blamedKind([likeliest]: readonly SupportedCause[]): ReversibleKind | undefined {
  return likeliest && BLAMED_KIND[likeliest.code];
}

/** The changes that people or pipelines began within the suspect time before the trouble. */
function recentOf(evidence: Evidence, kinds: readonly ChangeKind[]): readonly Change[] {
  const [own] = evidence.components;
  const { suspectMs = 0 } = own?.watched ?? {};
  const onset = troubleSinceMs(evidence);
  return (own?.changes ?? []).filter(
    ({ kind, operationId, startedAtMs }) =>
      kinds.includes(kind) &&
      operationId === undefined &&
      startedAtMs <= onset &&
      startedAtMs > onset - suspectMs,
  );
}

/** Whether an alarm has been red for longer during the change than new versions take to start. */
export function isPastGrace(evidence: Evidence): boolean {
  const { graceMs = 0 } = evidence.components[0]?.watched ?? {};
  return evidence.nowMs - troubleSinceMs(evidence) >= graceMs;
}

function judge(evidence: Evidence, kinds: readonly ChangeKind[]): Verdict {
  const [own] = evidence.components;
  if (!own?.watched || own.changes === undefined) return NOT_APPLICABLE;
  const onset = troubleSinceMs(evidence);
  const change = suspectOf(evidence, kinds);
  if (!change) {
    const [gone] = recentOf(evidence, kinds);
    if (gone)
      return {
        verdict: 'refuted',
        reason: `${gone.summary} is no longer in effect: ${whyNotInEffect(gone, evidence)}`,
      };
    const later = own.changes.find(
      ({ kind, startedAtMs, operationId }) =>
        kinds.includes(kind) && operationId === undefined && startedAtMs > onset,
    );
    const reason = later
      ? `the trouble began at ${isoTime(onset)}, before ${later.summary} at ${isoTime(later.startedAtMs)}`
      : `nothing was changed within ${Math.round(own.watched.suspectMs / 60_000)} minutes before ${isoTime(onset)}`;
    return { verdict: 'refuted', reason };
  }
  const age = Math.min(1, Math.max(0, onset - (change.endedAtMs ?? onset)) / own.watched.suspectMs);
  const isOther = OTHER_TROUBLE.some((wanted) => isOfClass(evidence.alert.metric, wanted));
  const confidence =
    baseOf(change, evidence) *
    (1 - AGE_DISCOUNT * age) *
    (isOther ? OTHER_TROUBLE_FACTOR : 1) *
    (hasOtherReason(evidence) ? OTHER_REASON_FACTOR : 1) *
    (isUntold(evidence) ? UNTOLD_FACTOR : 1);
  return {
    verdict: 'supported',
    confidence,
    supports: [
      `${change.summary} (${change.source}, ${change.status}) began at ${isoTime(change.startedAtMs)}, ${Math.round((onset - change.startedAtMs) / 60_000)} minutes before the trouble`,
    ],
  };
}

function hasOtherReason(evidence: Evidence): boolean {
  const { alert, excess } = evidence;
  if (isUnderLoad(evidence)) return true;
  const own = excess?.candidates.find(({ component }) => component === alert.component);
  return excess !== undefined && (own?.share ?? 0) < OWN_SHARE;
}

function isUntold({ alert, components, excess }: Evidence): boolean {
  return excess === undefined && components.length > 1 && symptomOf(alert.metric) !== undefined;
}

function baseOf({ status }: Change, evidence: Evidence): number {
  if (status === 'FAILED') return BASE.failed;
  if (status === 'SUCCEEDED') return BASE.ended;
  return isPastGrace(evidence) ? BASE.inProgress : BASE.starting;
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

export const badDeployment: CauseRule = {
  code: 'BAD_DEPLOYMENT',
  uses: ['changes', 'alarms', 'metrics'],
  remedy: 'roll the deployment back',
  judge: (evidence) => judge(evidence, ['deployment']),
};

export const badConfig: CauseRule = {
  code: 'BAD_CONFIG',
  uses: ['changes', 'alarms', 'metrics'],
  remedy: 'roll the configuration back',
  judge: (evidence) => judge(evidence, ['configuration']),
};
