import { describe, expect, it } from 'vitest';
import { isolatedHosts } from '../../../../functions/app/recover/isolated-hosts.ts';
import type { Operation, StepRecord } from '../../../../functions/core/operation/operation.ts';
import type { OperationPlan } from '../../../../functions/core/operation/operation-plan.ts';
import { configured, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { BEFORE, BY_GROUPS, GROUP } from '../../../factories/ports/isolated-host.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const OTHER = 'i-0aaaaaaaaaaaaaaaa';

describe('a host that was isolated already when its batch ran', () => {
  it('counts as isolated, and is not let in by a lift of this operation', async () => {
    const [strategy] = configured({
      strategies: [{ actions: [{ type: 'isolate_network', params: BY_GROUPS }] }],
    }).strategies;
    const world = createWorld(configured({ components: { web: withMemoryAlarm() } }));
    world.runbooks.nodes = [node(NODE), node(OTHER)];
    world.instanceFleet.launch({ instanceId: NODE, interfaces: BEFORE });
    world.instanceFleet.launch({ instanceId: OTHER, interfaces: { 'eni-b': [GROUP] } });
    const change = {
      before: JSON.stringify({ 'eni-a': 'sg-0000000a' }),
      intended: JSON.stringify({ 'eni-a': GROUP }),
    };
    const step = { action: 'isolate_network', outcome: 'SUCCEEDED' } as const;
    const store = {
      getOperation: async () =>
        ({ layout: { batches: [[NODE], [OTHER]], skipped: {} } }) as unknown as Operation,
      getPlan: async () => ({ strategy }) as unknown as OperationPlan,
      listSteps: async () =>
        [
          { ...step, stepId: 'heal-0', targets: [NODE], change },
          { ...step, stepId: 'heal-1', targets: [OTHER] },
        ] as unknown as readonly StepRecord[],
    };
    const deps = { store, instances: world.instances, runbooks: world.runbooks };
    expect(await isolatedHosts(deps, 'the-isolation', [NODE, OTHER], [])).toMatchObject({
      letIn: [NODE],
      liftable: [NODE],
    });
  });
});
