import { describe, expect, it } from 'vitest';
import { diagnoseOperation } from '../../../../functions/app/heal/diagnose.ts';
import { NotPermitted } from '../../../../functions/ports/errors.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { admitted, createWorld } from '../../../factories/ports/world.ts';

const [RUNNING, STOPPED, OTHER] = [1, 2, 3].map((n) => `i-${String(n).padStart(17, '0')}`) as [
  string,
  string,
  string,
];
const TAGS = { tier: 'web' };

/** Hosts of which one runs and is managed, one is stopped, and a stopped one is not the component's. */
async function world({
  targets = { tags: TAGS } as object,
  actions = [{ type: 'start_instance' }] as readonly object[],
  named = [] as readonly string[],
} = {}) {
  const made = createWorld(
    configured({
      settings: { repairTimeoutSeconds: 3_600 },
      components: { web: withMemoryAlarm({ targets }) },
      strategies: [{ actions }],
    }),
  );
  const { instanceFleet: fleet, runbooks, instances } = made;
  for (const [id, tags] of [
    [RUNNING, TAGS],
    [STOPPED, TAGS],
    [OTHER, { tier: 'database' }],
  ] as const)
    fleet.launch({ instanceId: id, tags });
  for (const id of [STOPPED, OTHER]) await instances.stop(id);
  made.endDeployments();
  runbooks.nodes = [node(RUNNING)];
  const operation = await admitted(made, named.length > 0 ? { targets: named } : {});
  return {
    made,
    layout: async () => {
      await diagnoseOperation(made, operation);
      return (await made.store.getOperation(operation.operationId))?.layout;
    },
    diagnose: () => diagnoseOperation(made, operation),
  };
}

describe('a stopped host', () => {
  it.each([
    ['tags', { tags: TAGS }],
    ['its id', { instanceIds: [RUNNING, STOPPED] }],
  ])('starts by start_instance, though Systems Manager does not list it, by %s', async (_, targets) => {
    const { layout } = await world({ targets });
    // The other one runs, so the stopped one is what is wrong.
    expect((await layout())?.batches).toEqual([[STOPPED]]);
  });

  it('is repaired alone where the alert names it, and only if it is the component’s', async () => {
    const own = await world({ named: [STOPPED] });
    expect((await own.layout())?.batches).toEqual([[STOPPED]]);
    const foreign = await world({ named: [OTHER] });
    expect(await foreign.layout()).toMatchObject({ batches: [[]], problem: { code: 'TargetsUnavailable' } });
  });

  it('stays out where nothing starts instances, and EC2 is not asked', async () => {
    const { made, layout } = await world({ actions: [{ type: 'reboot_instance' }] });
    const fails = async () => {
      throw new Error('EC2 was asked');
    };
    Object.assign(made, { instances: { ...made.instances, read: fails, stoppedWith: fails } });
    expect((await layout())?.batches.flat() ?? []).not.toContain(STOPPED);
  });

  it('fails the diagnosis, instead of counting as missing, where EC2 may not be asked', async () => {
    const { made, diagnose } = await world();
    const stoppedWith = async () => {
      throw new NotPermitted({ action: 'ec2:DescribeInstances' });
    };
    Object.assign(made, { instances: { ...made.instances, stoppedWith } });
    await expect(diagnose()).rejects.toThrow('ec2:DescribeInstances');
  });
});
