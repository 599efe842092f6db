import { isAccepted, type MissReason, missText } from '../../watchdog/miss-reason.ts';
import type { CauseCode } from '../cause.ts';
import { type CauseRule, NOT_APPLICABLE } from '../cause-rule.ts';
import type { Evidence } from '../evidence.ts';
import type { MetricClass } from '../metric-classes.ts';
import { redSince, signsOf, troubledSince } from '../metric-signs.ts';
import { surgeAbove, surgeText } from '../under-load.ts';

/** How likely the cause is if the alert itself shows it, and if only another alarm does. Judgement, not measured. */
interface Weights {
  readonly byAlert: number;
  readonly byOtherAlarm: number;
}

function shownBy(code: CauseCode, wanted: MetricClass, weights: Weights, remedy: string): CauseRule {
  return {
    code,
    uses: ['alarms'],
    remedy,
    judge: (evidence) => {
      const { isAlert, isFirst, signs } = signsOf(evidence, wanted);
      if (signs.length === 0) return NOT_APPLICABLE;
      const weight = isAlert ? weights.byAlert : weights.byOtherAlarm;
      const confidence = isFirst === undefined ? weight : weight + (isFirst ? BY_ORDER : -BY_ORDER);
      return { verdict: 'supported', confidence, supports: signs };
    },
  };
}

/** What was red first is nearer to the cause: a leak makes the garbage collector use the processor, not the reverse. */
const BY_ORDER = 0.1;

/** More requests than usual show a surge without any alarm on them. They only raise it: it is as likely if they are not known. */
function alsoByLoad(rule: CauseRule, confidence: number): CauseRule {
  return {
    ...rule,
    judge: (evidence) => {
      const verdict = rule.judge(evidence);
      const surge = surgeAbove(evidence);
      if (!surge) return verdict;
      const known = verdict.verdict === 'supported' ? verdict : { confidence: 0, supports: [] };
      return {
        verdict: 'supported',
        component: surge.component,
        confidence: Math.max(known.confidence, confidence),
        supports: [...known.supports, surgeText(surge)],
      };
    },
  };
}

/** Heartbeats that are not known lower nothing. */
interface Silence {
  readonly confidence: number;
  readonly says: string;
  /** Whether the cause is behind the silence. */
  readonly explains: (evidence: Evidence, lastSeenMs: number) => boolean;
}

/** A cause that makes its component fall silent. Silence alone would say that the host is down. */
function alsoBySilence(rule: CauseRule, { confidence, says, explains }: Silence): CauseRule {
  return {
    ...rule,
    judge: (evidence) => {
      const verdict = rule.judge(evidence);
      const silent = evidence.components[0]?.silentPeers ?? [];
      const [lastSeenMs] = silent.filter(({ status }) => status !== 'DEGRADED').map((one) => one.lastSeenMs);
      if (verdict.verdict !== 'supported' || lastSeenMs === undefined) return verdict;
      if (!explains(evidence, lastSeenMs)) return verdict;
      const supports = [...verdict.supports, `${evidence.alert.component} ${says}`];
      return { ...verdict, confidence, supports };
    },
  };
}

/** Between two heartbeats a process may run full and die. */
const HEARTBEAT_MS = 2 * 60_000;

/** A process that ran out of memory before it fell silent was killed for it. */
const KILLED_FOR_MEMORY: Silence = {
  confidence: 0.92,
  says: 'fell silent after that',
  explains: (evidence, lastSeenMs) => troubledSince(evidence, 'memory') <= lastSeenMs + HEARTBEAT_MS,
};

/** How likely the same is where no heartbeat tells the silence, but its callers' requests do. */
const UNANSWERING_FOR_MEMORY = 0.8;

/** The requests of a component that no heartbeat watches tell that it has fallen silent, too. */
function alsoByUnanswered(rule: CauseRule): CauseRule {
  return {
    ...rule,
    judge: (evidence) => {
      const verdict = rule.judge(evidence);
      const { alert, components, unanswering = [] } = evidence;
      const isUnanswering = components[0]?.hasHeartbeat !== true && unanswering.includes(alert.component);
      if (verdict.verdict !== 'supported' || !isUnanswering) return verdict;
      if (troubledSince(evidence, 'memory') > alert.occurredAtMs) return verdict;
      const supports = [...verdict.supports, `${alert.component} has answered no requests since then`];
      return { ...verdict, confidence: Math.max(verdict.confidence, UNANSWERING_FOR_MEMORY), supports };
    },
  };
}

/**
 * A process without a free descriptor still runs: the kernel accepts connections, and it closes them or does not take
 * them. One that is down has none open.
 */
const TAKES_NO_CONNECTION: Silence = {
  confidence: 0.92,
  says: 'runs, and takes no new connection',
  explains: ({ components: [own] }) =>
    own?.silentPeers.some(({ missedFor }) => missedFor !== undefined && isAccepted(missedFor)) === true,
};

/** Who checks certificates gets no answer where one has expired; no silence makes a certificate expire. */
const NOT_TRUSTED: Silence = {
  confidence: 0.92,
  says: 'does not answer those who check its certificate',
  explains: (evidence) => redSince(evidence, 'certificate') !== Number.POSITIVE_INFINITY,
};

const THROTTLING_ERROR = /throttl|too.?many.?requests|\b(HTTP_)?429\b|quota|rate.?(limit|exceeded)/i;
/** To renew a certificate helps neither against a wrong clock nor against a revocation. */
const CERTIFICATE_ERROR = /certificate|\bCERT_(?!NOT_YET_VALID|REVOKED)|x509|\bTLS\b/i;

/** One answer with a status. A date of a certificate needs no second look. */
const ONE_ANSWER = 0.5;

/** A rule that what the watchdog's heartbeats meet supports as well. */
function alsoByHeartbeats(rule: CauseRule, reason: MissReason, confidence: number): CauseRule {
  return {
    ...rule,
    judge: (evidence) => {
      const verdict = rule.judge(evidence);
      const met = evidence.components[0]?.silentPeers.filter(({ missedFor }) => missedFor === reason) ?? [];
      if (met.length === 0) return verdict;
      const known = verdict.verdict === 'supported' ? verdict : { confidence: 0, supports: [] };
      const isOnce = reason.startsWith('HTTP_') && met.every(({ status }) => status === 'DEGRADED');
      const says = met.map(({ peer }) => `the heartbeat of ${peer} finds that ${missText(reason)}`);
      return {
        verdict: 'supported',
        confidence: Math.max(known.confidence, isOnce ? ONE_ANSWER : confidence),
        supports: [...known.supports, ...says],
      };
    },
  };
}

/** A rule that errors of a type support as well. */
function alsoByErrors(rule: CauseRule, pattern: RegExp, confidence: number): CauseRule {
  return {
    ...rule,
    judge: (evidence) => {
      const verdict = rule.judge(evidence);
      const { errorType = '' } = evidence.alert;
      if (verdict.verdict === 'supported' || !pattern.test(errorType)) return verdict;
      return { verdict: 'supported', confidence, supports: [`errors are of type ${errorType}`] };
    },
  };
}

/** Causes that a metric shows by what it measures. */
export const METRIC_RULES: readonly CauseRule[] = [
  alsoByHeartbeats(
    alsoBySilence(
      alsoByErrors(
        shownBy('CERT_EXPIRED', 'certificate', { byAlert: 0.9, byOtherAlarm: 0.85 }, 'renew the certificate'),
        CERTIFICATE_ERROR,
        0.85,
      ),
      NOT_TRUSTED,
    ),
    'CERT_HAS_EXPIRED',
    // Every client sees the date when it connects, and no load or other component changes it.
    0.92,
  ),
  shownBy('DISK_FULL', 'disk', { byAlert: 0.9, byOtherAlarm: 0.75 }, 'clear temporary files'),
  alsoByHeartbeats(
    alsoByErrors(
      shownBy(
        'THROTTLED',
        'throttling',
        { byAlert: 0.9, byOtherAlarm: 0.8 },
        'send less, or have the quota raised; a restart does not help',
      ),
      THROTTLING_ERROR,
      0.85,
    ),
    'HTTP_429',
    0.85,
  ),
  alsoByLoad(
    shownBy(
      'TRAFFIC_SURGE',
      'traffic',
      { byAlert: 0.85, byOtherAlarm: 0.8 },
      'scale out or shed load; a restart makes it worse',
    ),
    0.8,
  ),
  alsoByUnanswered(
    alsoBySilence(
      shownBy(
        'MEMORY_LEAK',
        'memory',
        { byAlert: 0.75, byOtherAlarm: 0.6 },
        'restart, and look for the leak',
      ),
      KILLED_FOR_MEMORY,
    ),
  ),
  alsoBySilence(
    shownBy(
      'POOL_EXHAUSTED',
      'descriptors',
      { byAlert: 0.75, byOtherAlarm: 0.6 },
      'restart, and look for what is not closed',
    ),
    TAKES_NO_CONNECTION,
  ),
  shownBy('CPU_SATURATED', 'cpu', { byAlert: 0.75, byOtherAlarm: 0.5 }, 'scale, or look for runaway threads'),
];
