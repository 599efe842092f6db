import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

const PIPELINE = 'selfheal.pipeline';

describe.each(PLACES)('deployments and other changes, $name', ({ open, together }) => {
  let place: Place;
  beforeAll(async () => {
    place = await open({
      components: {
        deploying: { more: { changes: {} } },
        deployed: {
          more: { changes: {} },
          strategies: [{ trigger: { causes: ['BAD_DEPLOYMENT'] } }, {}],
        },
        innocent: {
          more: { changes: {} },
          strategies: [{ trigger: { causes: ['BAD_DEPLOYMENT'] } }, {}],
        },
        overloaded: {
          more: { signals: ['throttles'] },
          strategies: [
            {
              trigger: { metrics: ['throttles'] },
              actions: [{ type: 'start_component', params: { mode: 'restart' } }],
            },
          ],
        },
        unwatched: {},
      },
    });
  });
  afterAll(() => place?.stop());

  const report = (component: string, status: string, id = 'run-1') =>
    place.putEvent({ source: PIPELINE, detailType: 'Selfheal Change', detail: { component, id, status } });
  /** The bus gives no order: the next event is sent when these have been recorded. */
  const recorded = (component: string, count: number) =>
    place.poll(async () => (await place.changes.listChanges(component, 0)).length).toBe(count);
  const untouched = (component: string) =>
    expect(place.hosts.requests.filter((run) => run.component === component)).toEqual([]);

  together('a component is not healed while a change is in progress, but afterwards', async () => {
    await report('deploying', 'started');
    await recorded('deploying', 1);
    await place.signal('deploying');
    await place.poll(() => place.reasons('deploying')).toContain('CHANGE_IN_PROGRESS');
    untouched('deploying');
    await report('deploying', 'finished');
    await recorded('deploying', 2);
    await place.signal('deploying');
    expect(await place.completed('deploying')).toMatchObject({ component: 'deploying' });
  });

  together('a deployment just before is suspected, and the strategy for it is taken', async () => {
    await report('deployed', 'finished', 'run-2');
    await recorded('deployed', 1);
    await place.signal('deployed');
    const { operation } = await place.ended('deployed');
    expect(operation).toMatchObject({
      diagnosis: { rootCause: 'BAD_DEPLOYMENT' },
      alert: { change: { changeId: 'run-2' } },
    });
    expect(operation.strategyId).toBe('deployed');
  });

  together('without a deployment, the strategy for one is skipped', async () => {
    await place.signal('innocent');
    const { operation } = await place.ended('innocent');
    expect(operation.strategyId).toBe('innocent-2');
  });

  together('throttling never leads to a restart', async () => {
    await place.signal('overloaded', { metric: 'throttles' });
    await place.poll(() => place.reasons('overloaded')).toContain('NO_STRATEGY');
    untouched('overloaded');
  });

  together('a change of a component whose changes are not watched is refused on record', async () => {
    await report('unwatched', 'started');
    await place.poll(() => place.reasons('unwatched')).toContain('NOT_UNDERSTOOD');
  });
});
