import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { configured } from '../../../factories/configuration.ts';
import { admitted, createWorld, inputOf, plannedStep } from '../../../factories/ports/world.ts';

async function sentParameters(component: Readonly<Record<string, unknown>>) {
  const world = createWorld(configured({ components: { web: component } }));
  const operation = await admitted(world);
  await act(world, { ...inputOf(operation), step: plannedStep(world, operation, 0) });
  return world.runbooks.sent[0]?.parameters;
}

describe('a runbook', () => {
  it('receives the service manager of a component without systemd', async () => {
    expect(await sentParameters({ serviceManager: 'sysv' })).toMatchObject({ serviceManager: 'sysv' });
  });

  it('keeps its default with systemd', async () => {
    expect(await sentParameters({})).not.toHaveProperty('serviceManager');
  });
});
