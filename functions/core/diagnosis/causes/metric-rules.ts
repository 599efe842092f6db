import type { CauseCode } from '../cause.ts';
import { type CauseRule, NOT_APPLICABLE } from '../cause-rule.ts';
import { type MetricClass, signsOf } from '../metric-classes.ts';

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
      const { isAlert, signs } = signsOf(evidence, wanted);
      if (signs.length === 0) return NOT_APPLICABLE;
      const confidence = isAlert ? weights.byAlert : weights.byOtherAlarm;
      return { verdict: 'supported', confidence, supports: signs };
    },
  };
}

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
  shownBy(
    'TRAFFIC_SURGE',
    'traffic',
    { byAlert: 0.85, byOtherAlarm: 0.8 },
    'scale out or shed load; a restart makes it worse',
  ),
  shownBy('MEMORY_LEAK', 'memory', { byAlert: 0.75, byOtherAlarm: 0.6 }, 'restart, and look for the leak'),
  shownBy(
    'POOL_EXHAUSTED',
    'descriptors',
    { byAlert: 0.75, byOtherAlarm: 0.6 },
    'restart, and look for what is not closed',
  ),
  shownBy('CPU_SATURATED', 'cpu', { byAlert: 0.75, byOtherAlarm: 0.5 }, 'scale, or look for runaway threads'),
];
