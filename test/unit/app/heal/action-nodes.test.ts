import { describe, expect, it } from 'vitest';
import { nodesForAction, stoppedNodes } from '../../../../functions/app/heal/action-nodes.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const [MANAGED, UNMANAGED, STOPPED, GONE] = [1, 2, 3, 4].map((n) => `i-${String(n).padStart(17, '0')}`) as [
  string,
  string,
  string,
  string,
];
const ALL = [MANAGED, UNMANAGED, STOPPED, GONE];
const TAGS = { tier: 'web' };
const offline = (instanceId: string) => ({ instanceId, online: false, platform: 'unknown' });
const START = [{ type: 'start_component' }, { type: 'start_instance' }] as const;

/** Of four hosts, Systems Manager knows one; of the others, one runs, one is stopped and one does not exist. */
async function world() {
  const made = createWorld();
  for (const instanceId of [MANAGED, UNMANAGED, STOPPED])
    made.instanceFleet.launch({ instanceId, tags: TAGS });
  await made.instances.stop(STOPPED);
  made.endDeployments();
  made.runbooks.nodes = [node(MANAGED)];
  const asked: (readonly string[])[] = [];
  const { read, stoppedWith } = made.instances;
  const instances = {
    read: async (ids: readonly string[]) => {
      asked.push(ids);
      return await read(ids);
    },
    stoppedWith,
  };
  return { deps: { ...made, instances }, asked };
}

describe('the hosts that an action may go to', () => {
  it('are those that exist, where EC2 carries the action out', async () => {
    const { deps, asked } = await world();
    expect(await nodesForAction(deps, ALL, { type: 'start_instance' })).toEqual([
      node(MANAGED),
      ...[UNMANAGED, STOPPED].map(offline),
    ]);
    expect(asked).toEqual([[UNMANAGED, STOPPED, GONE]]);
  });

  it('are those that Systems Manager knows, where it carries the action out, and EC2 is not asked', async () => {
    const { deps, asked } = await world();
    for (const type of ['start_component', 'restart_service', 'replace_instance'] as const)
      expect(await nodesForAction(deps, ALL, { type })).toEqual([node(MANAGED)]);
    expect(await nodesForAction(deps, [MANAGED], { type: 'start_instance' })).toEqual([node(MANAGED)]);
    expect(asked).toEqual([]);
  });
});

describe('the stopped hosts of a component', () => {
  it('are those that are stopped, and no others that Systems Manager does not know', async () => {
    const { deps, asked } = await world();
    expect(await stoppedNodes(deps, { instanceIds: ALL }, START, [node(MANAGED)])).toEqual([
      offline(STOPPED),
    ]);
    expect(asked).toEqual([[UNMANAGED, STOPPED, GONE]]);
  });

  it('are found by tags as well, without those that are known already', async () => {
    const { deps } = await world();
    expect(await stoppedNodes(deps, { tags: TAGS }, START, [node(MANAGED)])).toEqual([offline(STOPPED)]);
    expect(await stoppedNodes(deps, { tags: TAGS }, START, [node(STOPPED)])).toEqual([]);
  });

  it('are not looked for where nothing starts instances, or all are known', async () => {
    const { deps, asked } = await world();
    const restart = [{ type: 'start_component' }] as const;
    expect(await stoppedNodes(deps, { instanceIds: ALL }, restart, [])).toEqual([]);
    expect(await stoppedNodes(deps, { tags: TAGS }, restart, [])).toEqual([]);
    expect(await stoppedNodes(deps, { instanceIds: [MANAGED] }, START, [node(MANAGED)])).toEqual([]);
    expect(asked).toEqual([]);
  });
});
