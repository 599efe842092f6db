import {
  type AnalysisLab,
  createAnalysisLab,
  LAB_NOW,
  LATENCY,
  type LabPlan,
  STEP_MS,
} from './analysis-lab.ts';

export const DAY_MS = 86_400_000;

/** A lab whose series have two weeks of history, all of it learned. */
export async function learnedLab(plan: LabPlan = {}): Promise<AnalysisLab> {
  const lab = createAnalysisLab(plan);
  for (const [service, watched] of Object.entries(plan.anomalies ?? { shop: { latency: LATENCY } })) {
    for (const { metricName } of Object.values(watched))
      lab.ordinary(LAB_NOW - 14 * DAY_MS, LAB_NOW, { service, name: String(metricName) });
  }
  await lab.catchUp();
  return lab;
}

/** Values of the next 5-minute steps, each followed by a run that reads it. */
export async function live(lab: AnalysisLab, ...values: readonly number[]): Promise<void> {
  for (const value of values) {
    lab.put(value, lab.clock.now);
    lab.clock.now += STEP_MS + 180_000;
    await lab.run();
    lab.clock.now -= 180_000;
  }
}
