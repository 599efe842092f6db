import { expect, it } from 'vitest';
import * as appConfig from '../../../../functions/app/executors/app-config.ts';
import * as codeDeploy from '../../../../functions/app/executors/code-deploy.ts';
import * as loadBalancer from '../../../../functions/app/executors/load-balancer.ts';
import * as replacement from '../../../../functions/app/executors/replacement.ts';
import * as scalingGroup from '../../../../functions/app/executors/scaling-group.ts';
import * as targetGroup from '../../../../functions/app/executors/target-group.ts';
import { admitted, createWorld } from '../../../factories/ports/world.ts';

/** A later configuration may no longer have what a strategy was admitted for. */
it.each([
  ['appConfig', appConfig.begin, 'declares no appConfig'],
  ['codeDeploy', codeDeploy.begin, 'declares no codeDeploy'],
  ['loadBalancer', loadBalancer.begin, 'declares no loadBalancer'],
  ['targetGroup', targetGroup.begin, 'declares no targetGroup'],
  ['autoScalingGroup', replacement.begin, 'has no Auto Scaling group'],
  ['autoScalingGroup', scalingGroup.begin, 'has no Auto Scaling group'],
] as const)('an action fails on a component without %s, and touches nothing (%#)', async (_, begin, why) => {
  const world = createWorld();
  const operation = await admitted(world);
  const component = world.configuration.components['web'];
  const call = { subject: { operation, component, fence: 1 }, targets: [], params: {}, changes: {} };
  const anyhow = begin as unknown as (...given: readonly unknown[]) => Promise<unknown>;
  expect(await anyhow({}, call, call)).toEqual({ outcome: 'FAILED', detail: `web ${why}` });
});
