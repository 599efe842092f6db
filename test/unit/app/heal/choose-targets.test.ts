import { describe, expect, it } from 'vitest';
import type { ActionSubject } from '../../../../functions/app/executors/action-call.ts';
import { TargetsUnavailable, targetRefs, targetsOf } from '../../../../functions/app/heal/choose-targets.ts';
import { configured } from '../../../factories/configuration.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { admitted, createWorld } from '../../../factories/ports/world.ts';

const [ONLINE, OFFLINE, OTHER] = ['i-0000000000000000a', 'i-0000000000000000b', 'i-0000000000000000c'];
const BY_IDS = { instanceIds: [ONLINE, OFFLINE] };
const BY_TAGS = { tags: { role: 'web' } };

/** An operation of a component with these targets, of which one is online, and one is not. */
async function repair(targets: object, signal: object = {}) {
  const world = createWorld(configured({ components: { web: { targets } } }));
  world.runbooks.nodes = [node(ONLINE), node(OFFLINE, { online: false })];
  const operation = await admitted(world, { ...signal });
  const component = world.configuration.components['web'];
  if (!component) throw new Error('web is not configured');
  const subject: ActionSubject = { operation, component, fence: operation.fence };
  return { world, subject, component };
}

describe('the targets of an action', () => {
  it('are out of reach if one of them is, unless some are enough', async () => {
    const { world, subject } = await repair(BY_IDS);
    await expect(targetsOf(world, subject, undefined)).rejects.toThrow(
      new TargetsUnavailable(`${OFFLINE} (offline): not an online Linux node`),
    );
    expect(await targetsOf(world, subject, undefined, true)).toMatchObject({
      ...{ fit: [ONLINE], unfit: [OFFLINE] },
    });
  });

  it('are out of reach if all are, even where some are enough', async () => {
    const { world, subject } = await repair(BY_IDS);
    await expect(targetsOf(world, subject, [OFFLINE], true)).rejects.toMatchObject({
      ...{ name: 'TargetsUnavailable', code: 'TARGETS_UNAVAILABLE' },
    });
  });

  it('are those that have the tags, where nobody names them', async () => {
    const { world, subject } = await repair(BY_TAGS);
    world.runbooks.nodes = [node(OTHER)];
    expect(await targetsOf(world, subject, undefined)).toStrictEqual({ fit: [OTHER], unfit: [] });
  });

  it('need no agent where the action goes elsewhere', async () => {
    const { world, subject } = await repair(BY_IDS);
    expect(await targetsOf(world, subject, undefined, false, false)).toStrictEqual({
      ...{ fit: [ONLINE, OFFLINE], unfit: [] },
    });
  });

  it('are asked for by their ids where those are known, and by their tags elsewhere', async () => {
    for (const [targets, given, selector] of [
      [BY_IDS, undefined, BY_IDS],
      [BY_IDS, [ONLINE], { instanceIds: [ONLINE] }],
      [BY_TAGS, [ONLINE], { instanceIds: [ONLINE] }],
      [BY_TAGS, undefined, BY_TAGS],
    ] as const) {
      const { world, subject } = await repair(targets);
      await targetsOf(world, subject, given, true);
      expect(world.runbooks.selectors).toStrictEqual([selector]);
    }
  });

  it('are those that the alert names unless others are given', async () => {
    const { world, subject } = await repair(BY_TAGS, { targets: [ONLINE] });
    world.runbooks.nodes = [node(ONLINE), node(OTHER)];
    expect(await targetsOf(world, subject, undefined)).toMatchObject({ fit: [ONLINE], unfit: [] });
    expect(await targetsOf(world, subject, [OTHER])).toMatchObject({ fit: [OTHER], unfit: [] });
  });

  it('are missing if Systems Manager lists none of those that the configuration does', async () => {
    const { world, subject } = await repair({ instanceIds: [ONLINE, OTHER] });
    world.runbooks.nodes = [node(ONLINE)];
    expect(await targetsOf(world, subject, undefined, true)).toMatchObject({ fit: [ONLINE], unfit: [OTHER] });
  });

  it('may be found elsewhere than with Systems Manager', async () => {
    const { world, subject } = await repair(BY_IDS);
    const nodesOf = async (ids: readonly string[]) => ids.map((id) => node(id));
    expect(await targetsOf(world, subject, [OTHER], false, true, nodesOf)).toMatchObject({ fit: [OTHER] });
    expect(world.runbooks.selectors).toStrictEqual([]);
  });

  it('are the resource itself where that is no host', async () => {
    const { world, subject, component } = await repair({ custom: 'queue-7' });
    expect(await targetsOf(world, subject, undefined)).toStrictEqual({ fit: ['queue-7'], unfit: [] });
    expect(targetRefs(component, ['queue-7'])).toStrictEqual([{ kind: 'custom', id: 'queue-7' }]);
  });
});
