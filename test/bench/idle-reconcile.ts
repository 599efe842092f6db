import { setTimeout as sleep } from 'node:timers/promises';
import { invokeFunction } from '../factories/deployed-engine/functions.ts';
import { type Counts, countsOf } from './figures.ts';
import { functionReports } from './function-reports.ts';
import type { MeasuredCloud } from './measured-cloud.ts';

const NAME = 'selfheal-reconcile';
const LOGGED_AFTER_MS = 500;

/** The reconciler's second run, warm, with nothing to do: what a quiet minute costs. */
export async function idleReconcile({ cloud, calls }: MeasuredCloud): Promise<Counts> {
  await invokeFunction(cloud.aws, NAME, {});
  await sleep(LOGGED_AFTER_MS);
  const before = calls.length;
  const sinceMs = Date.now();
  await invokeFunction(cloud.aws, NAME, {});
  await sleep(LOGGED_AFTER_MS);
  const reports = await functionReports(cloud.aws, [NAME], sinceMs);
  return countsOf({ standardTransitions: 0, expressTransitions: 0 }, calls.slice(before), reports);
}
