import { afterAll, beforeAll, describe, expect } from 'vitest';
import { QUIET_LOOK } from '../factories/kernel-look.ts';
import type { Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

const strategies = [{ actions: [{ type: 'start_component' }] }];
const answer = JSON.stringify({ ...QUIET_LOOK, tcpListenDrops: 3 });

describe.each(PLACES)('looks at the kernel after failed repairs, $name', ({ open, together }) => {
  let place: Place;
  beforeAll(async () => {
    place = await open({
      settings: { kernelLookOnFailure: true },
      components: { slow: { strategies }, mute: { strategies } },
    });
  });
  afterAll(() => place?.stop());

  const failed = async (component: string) => {
    await place.signal(component);
    const { operation } = await place.ended(component);
    expect(operation).toMatchObject({ state: 'FAILED' });
    return operation.operationId;
  };
  const kept = async (operationId: string) =>
    (await place.store.listSteps(operationId)).find(({ action }) => action === 'look_at_kernel');

  together('arrive in the record, and with findings at the architect, after the escalation', async () => {
    place.hosts.script('slow', { start_component: 'fail', look_at_kernel: { takesMs: 10_000, answer } });
    const operationId = await failed('slow');
    await place.poll(() => kept(operationId)).toMatchObject({ outcome: 'SUCCEEDED' });
    await place
      .poll(() => place.notifications('architect', 'slow'))
      .toMatchObject([
        { operationId, failure: { error: 'ActionFailed' } },
        { operationId, kind: 'kernel-look', message: expect.stringContaining('CONNECTIONS_DROPPED') },
      ]);
  });

  together('change nothing about the end of an operation whose host does not answer', async () => {
    place.hosts.script('mute', { start_component: 'fail', look_at_kernel: 'fail' });
    const operationId = await failed('mute');
    await place
      .poll(() => kept(operationId))
      .toMatchObject({ outcome: 'FAILED', detail: expect.stringContaining('no look: selfheal: BROKEN') });
    expect(place.notifications('architect', 'mute')).toMatchObject([{ operationId }]);
    expect(await place.store.getOperation(operationId)).toMatchObject({ state: 'FAILED' });
  });
});
