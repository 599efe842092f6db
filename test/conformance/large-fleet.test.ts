import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbedded } from './places/embedded.ts';
import type { Place } from './places/place.ts';

const HOSTS = 60;

/** In virtual time alone: elsewhere it would take an hour. */
describe('a component of 60 targets', () => {
  let place: Place;
  beforeAll(async () => {
    place = await openEmbedded({
      settings: { repairTimeoutSeconds: '4h' },
      components: {
        fleet: {
          hosts: HOSTS,
          more: { maxConcurrentTargets: 25, minHealthyTargets: 20 },
          strategies: [{ actions: [{ type: 'graceful_stop' }, { type: 'start_component' }] }],
        },
        down: {
          hosts: HOSTS,
          more: { maxConcurrentTargets: 50 },
          strategies: [{ verify: { by: 'runbook', timeoutSeconds: 30, stableSeconds: 4 } }],
        },
      },
    });
  });
  afterAll(() => place?.stop());

  it('repairs a large fleet in as many batches as needed, none larger than the component allows', async () => {
    await place.signal('fleet');
    const { operation } = await place.ended('fleet', 1, 3_600);
    expect(operation).toMatchObject({ state: 'COMPLETED' });
    expect(operation.layout?.batches.map(({ length }) => length)).toEqual([25, 25, 10]);
    const started = place.effectsOf('fleet').filter(({ action }) => action === 'start_component');
    expect(started).toHaveLength(HOSTS);
  });

  it('checks and verifies all hosts of a large fleet, although one command reaches only 50', async () => {
    place.hosts.sicken(place.landscape.instancesOf('down'));
    await place.signal('down');
    const { operation } = await place.ended('down', 1, 3_600);
    expect(operation).toMatchObject({ state: 'COMPLETED' });
    expect(operation.layout?.batches.map(({ length }) => length)).toEqual([50, 10]);
    const looks = place.requestsOf('down').filter(({ stepId }) => /^look-5\d{5}$/.test(stepId));
    expect(new Set(looks.map(({ instanceId }) => instanceId)).size).toBe(HOSTS);
  });
});
