import { diagnoseOperation } from '../../../../functions/app/heal/diagnose.ts';
import type { Revision } from '../../../../local/embedded/code-deploy/deployment-record.ts';
import { configured, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { runningOperation } from '../../../factories/operations/running-operation.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { createWorld } from '../../../factories/ports/world.ts';

/** Of the component. */
export const GROUP = 'shop/production';

/** The rollback. */
export const BACK = { type: 'rollback_deployment', params: { by: 'code_deploy' }, timeoutSeconds: 600 };

/** A revision of the releases, by its key. */
export const revision = (key: string): Revision => ({
  revisionType: 'S3',
  s3Location: { bucket: 'releases', key, bundleType: 'zip' },
});

export const MINUTE_MS = 60_000;

/** An operation on two hosts, to which `shop-1.zip` and then `shop-2.zip` were deployed. */
export async function shop({
  isDone = true,
  isWatched = false,
  more = [] as readonly object[],
  rollback = {},
} = {}) {
  const world = createWorld(
    configured({
      settings: { repairTimeoutSeconds: 3_600 },
      components: {
        web: withMemoryAlarm({
          codeDeploy: GROUP,
          targets: { instanceIds: [NODE, 'i-00000000000000002'] },
          ...(isWatched && { changes: { graceSeconds: 0 } }),
        }),
      },
      strategies: [{ actions: [BACK, ...more], rollback }],
    }),
  );
  // What is read is read at once: nothing waits for its time-out.
  if (isWatched) Object.assign(world.clock, { sleep: () => new Promise<void>(() => undefined) });
  const groups = world.deploymentGroups;
  groups.create(GROUP);
  world.clock.now -= 2 * MINUTE_MS;
  groups.deploy(GROUP, revision('shop-1.zip'), true);
  world.clock.now += MINUTE_MS;
  const second = groups.deploy(GROUP, revision('shop-2.zip'), isDone);
  if (isWatched)
    await world.changes.recordChange({
      ...{ component: 'web', source: 'codedeploy', kind: 'deployment', changeId: second, resource: GROUP },
      ...{ phase: 'started', atMs: world.clock.now, summary: 'a deployment' },
    });
  world.clock.now += MINUTE_MS;
  world.runbooks.nodes = [node(NODE), node('i-00000000000000002')];
  const running = await runningOperation(world);
  const { steps } = await diagnoseOperation(world, running.operation);
  return {
    ...running,
    ...{ world, groups, second },
    steps: steps.map(({ stepId }) => stepId),
    deployed: () => (groups.lastOf(GROUP).revision['s3Location'] as { readonly key: string }).key,
  };
}
