import type { CauseCode } from '../cause.ts';
import { type CauseRule, NOT_APPLICABLE } from '../cause-rule.ts';
import type { MetricClass } from '../metric-classes.ts';
import { redSince, signsOf } from '../metric-signs.ts';
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
        confidence: Math.max(known.confidence, confidence),
        supports: [...known.supports, surgeText(surge.component, surge.times)],
      };
    },
  };
}

/** A process that ran out of memory before it fell silent was killed for it. Heartbeats that are not known lower nothing. */
const KILLED_FOR_MEMORY = 0.92;

function alsoBySilence(rule: CauseRule): CauseRule {
  return {
    ...rule,
    judge: (evidence) => {
      const verdict = rule.judge(evidence);
      const { components, alert } = evidence;
      const silent = components[0]?.silentPeers ?? [];
      const [lastSeenMs] = silent.filter(({ status }) => status !== 'DEGRADED').map((one) => one.lastSeenMs);
      if (verdict.verdict !== 'supported' || lastSeenMs === undefined) return verdict;
      const wasFull = redSince(evidence, 'memory') <= lastSeenMs + HEARTBEAT_MS;
      if (!wasFull) return verdict;
      return {
        ...verdict,
        confidence: KILLED_FOR_MEMORY,
        supports: [...verdict.supports, `${alert.component} fell silent after that`],
      };
    },
  };
}

/** Between two heartbeats a process may run full and die. */
const HEARTBEAT_MS = 2 * 60_000;

const THROTTLING_ERROR = /throttl|too.?many.?requests|\b429\b|quota|rate.?(limit|exceeded)/i;
const CERTIFICATE_ERROR = /certificate|\bCERT_|x509|\bTLS\b/i;

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
  alsoByErrors(
    shownBy('CERT_EXPIRED', 'certificate', { byAlert: 0.9, byOtherAlarm: 0.85 }, 'renew the certificate'),
    CERTIFICATE_ERROR,
    0.85,
  ),
  shownBy('DISK_FULL', 'disk', { byAlert: 0.9, byOtherAlarm: 0.75 }, 'clear temporary files'),
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
  alsoByLoad(
    shownBy(
      'TRAFFIC_SURGE',
      'traffic',
      { byAlert: 0.85, byOtherAlarm: 0.8 },
      'scale out or shed load; a restart makes it worse',
    ),
    0.8,
  ),
  alsoBySilence(
    shownBy('MEMORY_LEAK', 'memory', { byAlert: 0.75, byOtherAlarm: 0.6 }, 'restart, and look for the leak'),
  ),
  shownBy(
    'POOL_EXHAUSTED',
    'descriptors',
    { byAlert: 0.75, byOtherAlarm: 0.6 },
    'restart, and look for what is not closed',
  ),
  shownBy('CPU_SATURATED', 'cpu', { byAlert: 0.75, byOtherAlarm: 0.5 }, 'scale, or look for runaway threads'),
];
