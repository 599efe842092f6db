import type { Incident } from './incidents/incident.ts';
import type { DemoReport } from './report/report.ts';
import type { Target } from './target.ts';

/** The incidents that this machine can play. The report names each of the others, and what they need. */
export function playableIncidents(
  incidents: readonly Incident[],
  { missingFor }: Pick<Target, 'missingFor'>,
  report: Pick<DemoReport, 'leftOut'>,
): readonly Incident[] {
  return incidents.filter(({ name, component }) => {
    const missing = missingFor(component);
    if (missing !== undefined) report.leftOut(name, missing);
    return missing === undefined;
  });
}
