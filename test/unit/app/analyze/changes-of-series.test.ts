import { describe, expect, it } from 'vitest';
import { withChanges } from '../../../../functions/app/analyze/read-changes.ts';
import type { SeriesPlan } from '../../../../functions/core/analysis/judge-series.ts';
import type { SeriesRead } from '../../../../functions/core/analysis/read-window.ts';
import type { ChangeEvent } from '../../../../functions/core/change/change-event.ts';
import { NotPermitted } from '../../../../functions/ports/errors.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const MINUTE_MS = 60_000;
const READ: SeriesRead = { points: [], completeUntilMs: NOON };

function lab() {
  const world = createWorld(
    configured({
      components: {
        web: withMemoryAlarm({ changes: { holdSeconds: 600 } }),
        api: { targets: { instanceIds: ['i-0123456789abcdef1'] } },
      },
    }),
  );
  const planOf = (component: string, startMinute = 0, followsChanges = true) =>
    ({
      watched: { component, followsChanges },
      window: { startMs: NOON + startMinute * MINUTE_MS, endMs: NOON },
    }) as unknown as SeriesPlan;
  const asked: unknown[] = [];
  const { listChanges } = world.changes;
  Object.assign(world.changes, {
    listChanges: async (component: string, sinceMs: number) => {
      asked.push([component, (sinceMs - NOON) / MINUTE_MS]);
      return await listChanges(component, sinceMs);
    },
  });
  const changed = (changeId: string, minute: number, more: Partial<ChangeEvent> = {}) =>
    world.changes.recordChange({
      ...{ component: 'web', source: 'pipeline', kind: 'deployment', changeId, phase: 'finished' },
      ...{ atMs: NOON + minute * MINUTE_MS, summary: changeId, ...more },
    });
  const read = (...plans: readonly SeriesPlan[]) =>
    withChanges(world, new Map(plans.map((plan) => [plan, READ])));
  return { world, planOf, asked, changed, read };
}

describe('the changes that a series follows', () => {
  it('are the deployments and configurations that succeeded, in the order of their ends', async () => {
    const { planOf, changed, read } = lab();
    await changed('late', -1);
    await changed('early', -5, { kind: 'configuration' });
    await changed('patch', -4, { kind: 'maintenance' });
    await changed('more', -4, { kind: 'scaling' });
    await changed('broken', -3, { phase: 'failed' });
    await changed('running', -2, { phase: 'started' });
    await changed('repair', -2, { operationId: 'op-1' });
    const plan = planOf('web', -10);
    const { reads, problems } = await read(plan);
    expect(problems).toEqual([]);
    expect(reads.get(plan)).toEqual({ ...READ, changesMs: [NOON - 5 * MINUTE_MS, NOON - MINUTE_MS] });
  });

  it('are read once for a component, since the oldest period that is judged and what was under way then', async () => {
    const { planOf, asked, read } = lab();
    const plans = [planOf('web', -30), planOf('web', -60), planOf('web', -45)];
    const { reads } = await read(...plans);
    expect(asked).toEqual([['web', -70]]);
    for (const plan of plans) expect(reads.get(plan)).toEqual(READ);
  });

  it('are not read for a series that follows none, or a component whose changes are not watched', async () => {
    const { planOf, asked, changed, read } = lab();
    await changed('late', -1);
    const plans = [planOf('web', -30, false), planOf('api', -30)];
    const { reads } = await read(...plans);
    expect(asked).toEqual([]);
    expect([...reads]).toEqual(plans.map((plan) => [plan, READ]));
  });

  it('have the series of their component wait where they cannot be read, and no others', async () => {
    const { world, planOf, read } = lab();
    const denied = new NotPermitted({ action: 'dynamodb:Query' });
    Object.assign(world.changes, { listChanges: () => Promise.reject(denied) });
    const [web, api] = [planOf('web'), planOf('api')];
    const { reads, problems } = await read(web, api);
    expect([...reads.keys()]).toEqual([api]);
    expect(problems).toEqual([`changes of web: NotPermitted: ${denied.message}`]);
    expect(await world.store.listDenials()).toMatchObject([{ action: 'dynamodb:Query' }]);
  });

  it('hide no defect', async () => {
    const { world, planOf, read } = lab();
    Object.assign(world.changes, { listChanges: () => Promise.reject(new TypeError('not a function')) });
    await expect(read(planOf('web'))).rejects.toThrow(TypeError);
  });
});
