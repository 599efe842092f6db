import type { CauseCode } from '../../../functions/core/diagnosis/cause.ts';
import { seededRandom } from '../diagnosis/degrade.ts';
import { type Judged, judgeCase } from './judge-case.ts';
import { SERVICES } from './landscape.ts';
import type { RecordedCase } from './recorded-case.ts';
import type { IsWatched } from './selfheal-over.ts';

export const ALL_WATCHED: IsWatched = () => true;

/** Without a third of the monitoring; the alarms of the entry are there, or nobody would notice anything. */
export function withoutAThird(seed: number): IsWatched {
  const random = seededRandom(seed);
  const known = new Map<string, boolean>();
  return (what) => {
    if (what === 'error_rate of gateway' || what === 'latency_p99 of gateway') return true;
    const watched = known.get(what) ?? random() >= 1 / 3;
    known.set(what, watched);
    return watched;
  };
}

export async function judgeAll(
  cases: readonly RecordedCase[],
  watchedIn: (index: number) => IsWatched,
): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (const [index, recorded] of cases.entries()) judged.push(await judgeCase(recorded, watchedIn(index)));
  return judged;
}

export const isRightComponent = ({ recorded: { at }, answer }: Judged): boolean =>
  answer !== undefined && (at as readonly string[]).includes(answer.component);

/** Where there is no rule for a cause, none must be named with confidence: `DEPENDENCY_DOWN` says where, not why. */
export function isRightCause(judged: Judged): boolean {
  const { recorded, answer } = judged;
  if (!answer || !isRightComponent(judged)) return false;
  if (recorded.code !== undefined) return answer.code === recorded.code;
  return answer.code === undefined || answer.code === 'DEPENDENCY_DOWN' || answer.codeConfidence < 0.7;
}

/** The monitoring of the service at fault that shows a cause: of several, one is enough. */
const SHOWN_BY: Readonly<Partial<Record<CauseCode, readonly string[]>>> = {
  HOST_DOWN: ['heartbeat', 'traffic'],
  CPU_SATURATED: ['cpu'],
  MEMORY_LEAK: ['memory'],
  POOL_EXHAUSTED: ['pool'],
  BAD_DEPLOYMENT: ['changes'],
  BAD_CONFIG: ['changes'],
  THROTTLED: ['throttles'],
  DISK_FULL: ['disk'],
  TRAFFIC_SURGE: ['requests', 'traffic'],
};

/** Whether there is any monitoring that tells the cause: without it, no rule can name it. */
export function isCauseShown({ code, at }: RecordedCase, isWatched: IsWatched): boolean {
  if (code === undefined) return true;
  // A surge at the entry shows in what is called, too.
  const seenAt = code === 'TRAFFIC_SURGE' && at.includes('gateway') ? SERVICES : at;
  return seenAt.some(
    (service) => SHOWN_BY[code]?.some((part) => isWatched(`${part} of ${service}`)) === true,
  );
}

/** Repairs that take down what is healthy, or roll back what is innocent. */
export const harmOf = ({ recorded: { at, restartHelps, code }, repairs }: Judged) =>
  repairs.filter(({ component, strategyId }) => {
    const isAtFault = (at as readonly string[]).includes(component);
    if (!isAtFault) return true;
    if (strategyId === 'roll-back') return code !== 'BAD_DEPLOYMENT' && code !== 'BAD_CONFIG';
    return strategyId !== 'clear-disk' && !restartHelps && code === 'TRAFFIC_SURGE';
  });

export interface Sure {
  readonly claims: number;
  readonly right: number;
}

/** Of what is said with a confidence of 0.8 or more, about the component and about the cause, how much is right. */
export function sureOf(judged: readonly Judged[]): Sure {
  const claims = judged.flatMap((one) => {
    const { answer, recorded } = one;
    if (!answer) return [];
    const { confidence, codeConfidence, code } = answer;
    const isCode = code !== undefined && code !== 'DEPENDENCY_DOWN' && codeConfidence >= 0.8;
    return [
      ...(confidence >= 0.8 ? [isRightComponent(one)] : []),
      ...(isCode ? [isRightComponent(one) && code === recorded.code] : []),
    ];
  });
  return { claims: claims.length, right: claims.filter(Boolean).length };
}
