import type { CauseCode } from '../../../functions/core/diagnosis/cause.ts';
import { seededRandom } from '../diagnosis/degrade.ts';
import { ALARM_METRICS, alarmChanges } from './alarm-states.ts';
import { type Answer, type Judged, judgeCase } from './judge-case.ts';
import { SERVICES, type Service } from './landscape.ts';
import type { MadeFault, RecordedCase } from './recorded-case.ts';
import type { IsWatched } from './selfheal-over.ts';

export const ALL_WATCHED: IsWatched = () => true;

/**
 * Without a third of the monitoring, whichever is asked about first; the alarms of the entry are there, or nobody would
 * notice anything.
 */
export function withoutAThird(seed: number): IsWatched {
  return (what) =>
    what === 'error_rate of gateway' ||
    what === 'latency_p99 of gateway' ||
    seededRandom(hashOf(`${seed} ${what}`))() >= 1 / 3;
}

/** 32 bits (FNV-1a). */
function hashOf(text: string): number {
  return [...text].reduce((hash, char) => Math.imul(hash ^ char.charCodeAt(0), 0x01000193), 0x811c9dc5) >>> 0;
}

export async function judgeAll(
  cases: readonly RecordedCase[],
  watchedIn: (index: number) => IsWatched,
): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (const [index, recorded] of cases.entries()) judged.push(await judgeCase(recorded, watchedIn(index)));
  return judged;
}

const isAt = ({ at }: MadeFault, answer: Answer | undefined): boolean =>
  answer !== undefined && (at as readonly string[]).includes(answer.component);

/** Where there is no rule for a cause, none must be named with confidence: `DEPENDENCY_DOWN` says where, not why. */
function isCauseOf(fault: MadeFault, answer: Answer | undefined): boolean {
  if (!answer || !isAt(fault, answer)) return false;
  if (fault.code !== undefined) return answer.code === fault.code;
  return answer.code === undefined || answer.code === 'DEPENDENCY_DOWN' || answer.codeConfidence < 0.7;
}

/** Of one fault, the likeliest answer counts; of two at once, as many answers as there are faults. */
const namesEach = (judged: Judged, isIt: (fault: MadeFault, answer: Answer) => boolean): boolean => {
  const { faults } = judged.recorded;
  const answers = judged.answers.slice(0, faults.length);
  return faults.every((fault) => answers.some((answer) => isIt(fault, answer)));
};

export const isRightComponent = (judged: Judged): boolean => namesEach(judged, isAt);
export const isRightCause = (judged: Judged): boolean => namesEach(judged, isCauseOf);

/** The monitoring of the service at fault that shows a cause: of several, one is enough. */
const SHOWN_BY: Readonly<Partial<Record<CauseCode, readonly string[]>>> = {
  HOST_DOWN: ['heartbeat', 'traffic'],
  CPU_SATURATED: ['cpu', 'AWS/EC2'],
  MEMORY_LEAK: ['memory', 'CWAgent'],
  POOL_EXHAUSTED: ['pool', 'descriptors'],
  CERT_EXPIRED: ['certificate', 'heartbeat'],
  BAD_DEPLOYMENT: ['changes'],
  BAD_CONFIG: ['changes'],
  THROTTLED: ['throttles'],
  DISK_FULL: ['disk', 'CWAgent'],
  TRAFFIC_SURGE: ['requests', 'traffic'],
};

/** Whether there is any monitoring that tells the cause: without it, no rule can name it. */
export function isCauseShown(recorded: RecordedCase, isWatched: IsWatched): boolean {
  const red = alarmChanges(recorded).filter(({ state }) => state === 'ALARM');
  const isRed = (part: string, at: Service) =>
    red.some(({ metric, service }) => metric === part && service === at);
  const isAlarm = (part: string) => ALARM_METRICS.some((metric) => metric === part);
  return recorded.faults.every(({ code, at }) => {
    if (code === undefined) return true;
    // A surge at the entry shows in what is called, too.
    const seenAt = code === 'TRAFFIC_SURGE' && at.includes('gateway') ? SERVICES : at;
    return seenAt.some((service) =>
      SHOWN_BY[code]?.some(
        (part) => isWatched(`${part} of ${service}`) && (!isAlarm(part) || isRed(part, service)),
      ),
    );
  });
}

/** Repairs that take down what is healthy, or roll back what is innocent. */
export const harmOf = ({ recorded: { faults }, repairs }: Judged) =>
  repairs.filter(({ component, strategyId }) => {
    const own = faults.filter(({ at }) => (at as readonly string[]).includes(component));
    if (own.length === 0) return true;
    if (strategyId === 'roll-back')
      return !own.some(({ code }) => code === 'BAD_DEPLOYMENT' || code === 'BAD_CONFIG');
    return (
      strategyId !== 'clear-disk' &&
      own.every(({ restartHelps, code }) => !restartHelps && code === 'TRAFFIC_SURGE')
    );
  });

export interface Sure {
  readonly claims: number;
  readonly right: number;
}

/** Of what is said with a confidence of 0.8 or more, about the component and about the cause, how much is right. */
export function sureOf(judged: readonly Judged[]): Sure {
  const claims = judged.flatMap(({ recorded: { faults }, answers }) =>
    answers.flatMap((answer) => {
      const { confidence, codeConfidence, code } = answer;
      const own = faults.filter((fault) => isAt(fault, answer));
      const isCode = code !== undefined && code !== 'DEPENDENCY_DOWN' && codeConfidence >= 0.8;
      return [
        ...(confidence >= 0.8 ? [own.length > 0] : []),
        ...(isCode ? [own.some((fault) => fault.code === code)] : []),
      ];
    }),
  );
  return { claims: claims.length, right: claims.filter(Boolean).length };
}
