import { expect } from 'vitest';
import type { StepId } from '../../../../functions/core/operation/operation.ts';
import { HOST, type TargetPlan } from '../target-configuration.ts';
import type { TargetPlace } from '../target-place.ts';
import type { TargetScenario } from './target-scenario.ts';

const INVESTIGATED_AFTER = 5;
const HOUR_MS = 3_600_000;

const PLAN: TargetPlan = {
  component: { service: 'web.service', logs: ['/ecs/web'] },
  actions: [{ type: 'start_component' }],
};

/** The repair fails, and the log says why. */
function prepare({ cloud: { logGroups }, fail }: TargetPlace): void {
  fail('start_component');
  logGroups.write('/ecs/web', 'disk failed');
}

/** What was found, in the logs unless another step is named. */
async function readIn(place: TargetPlace, stepId: StepId = 'keep-1'): Promise<string> {
  const { operation } = await place.operation('web');
  await place.pass(INVESTIGATED_AFTER);
  const step = await place.cloud.store.getStep(operation.operationId, stepId);
  expect(step?.outcome).toBe('SUCCEEDED');
  return step?.detail ?? '';
}

/** What is read after a repair that did not heal. */
export const INVESTIGATION: readonly TargetScenario[] = [
  {
    name: 'searches logs after a failed repair',
    plan: PLAN,
    prepare,
    run: async (place) => expect(await readIn(place)).toContain('1 × disk failed'),
  },
  {
    name: 'looks up who changed what, after a failed repair',
    plan: { ...PLAN, settings: { investigate: ['cloudtrail'] } },
    prepare: (place) => {
      prepare(place);
      place.cloud.eventHistory.record({
        ...{ name: 'RebootInstances', service: 'ec2.amazonaws.com', resources: [HOST] },
        userIdentity: { type: 'Root' },
      });
    },
    run: async (place) => expect(await readIn(place, 'keep-2')).toContain('RebootInstances'),
  },
  {
    name: 'reads why traced requests failed, after a failed repair',
    plan: { ...PLAN, settings: { investigate: ['xray'] } },
    prepare: (place) => {
      prepare(place);
      place.cloud.traceSummaries.record({ entry: 'web', failed: { web: 'fault' } });
    },
    run: async (place) => expect(await readIn(place, 'keep-3')).toContain('1 × fault: web'),
  },
  {
    name: 'stops a search in logs that takes too long',
    plan: PLAN,
    prepare: (place) => {
      prepare(place);
      place.cloud.logGroups.slow(HOUR_MS);
    },
    run: async (place) => expect(await readIn(place)).toContain('the search was stopped'),
  },
];
