import type { ComponentEvidence, Evidence } from './evidence.ts';
import type { Suspect } from './suspect.ts';
import { symptomOf } from './traffic.ts';

/** How likely one component is behind the trouble of several that call it, if nothing of it is measured. */
const COMMON_CAUSE = 0.75;

/**
 * The suspects, with what several of them call in their place if nothing that is measured clears it: that two fail by
 * themselves at the same time is less likely. Trouble that they have of their own, or their repairs, are another thing.
 */
export function withCommonCause(suspects: readonly Suspect[], evidence: Evidence): readonly Suspect[] {
  const { graph, components, excess, alert } = evidence;
  const suffering = suspects.filter(({ isSuffering }) => isSuffering);
  if (suffering.length < 2) return suspects;
  const symptoms = new Set(suffering.map(({ ownAlarm }) => symptomOf(ownAlarm?.metric ?? alert.metric)));
  const isCleared = ({ component, alarmMetrics = [] }: ComponentEvidence) =>
    [...symptoms].every((symptom) => alarmMetrics.some((metric) => symptomOf(metric) === symptom)) ||
    (excess !== undefined && excess.unjudged?.includes(component) !== true);
  const common = components.filter(
    (each) =>
      !isCleared(each) &&
      suffering.every(({ component }) => graph.callees.get(component)?.includes(each.component) === true),
  );
  const [only, ...more] = common;
  if (!only || more.length > 0) return suspects;
  const names = suffering.map(({ component }) => component).join(' and ');
  const shared: Suspect = {
    component: only.component,
    confidence: COMMON_CAUSE,
    supports: [`${names} call it and are unhealthy, and nothing is known of it`],
    sinceMs: Math.min(...suffering.map(({ sinceMs }) => sinceMs)),
    ...{ isBeingHealed: false, isSilent: false, isSuffering: false, hasOwnTrouble: false, isUnknown: true },
  };
  return [shared, ...suspects.filter((suspect) => !suffering.includes(suspect))];
}
