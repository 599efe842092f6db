import { beforeEach, describe, expect, it } from 'vitest';
import { missingChanges } from '../../../../cli/presenters/changes.ts';
import { createMemoryChangeStore } from '../../../../functions/adapters/memory/change-store.ts';
import { recentChanges } from '../../../../functions/app/queries/recent-changes.ts';
import { type ChangeStore, MAXIMUM_CHANGE_EVENTS } from '../../../../functions/ports/change-store.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { settableClock } from '../../../factories/ports/recording-ports.ts';

const HOUR_MS = 3_600_000;

describe('recent changes', () => {
  const configuration = configured({
    components: {
      web: { changes: {} },
      api: { changes: {} },
      quiet: {},
    },
  });
  const clock = settableClock();
  let changes: ChangeStore;
  beforeEach(() => {
    changes = createMemoryChangeStore();
  });

  const finished = (component: string, changeId: string, atMs: number) =>
    changes.recordChange({
      ...{ component, changeId, atMs, source: 'pipeline', kind: 'deployment', phase: 'finished' },
      summary: changeId,
    });
  const found = (wanted: { readonly days: number; readonly component?: string }) =>
    recentChanges({ changes, configuration, clock }, wanted);

  it('lists those of all components that have `changes`, the newest first', async () => {
    await finished('web', 'older', NOON - 2 * HOUR_MS);
    await finished('api', 'newer', NOON - HOUR_MS);
    await finished('quiet', 'not watched', NOON);
    const { changes: listed, cutAtMs } = await found({ days: 1 });
    expect(listed.map(({ changeId }) => changeId)).toEqual(['newer', 'older']);
    expect(cutAtMs).toEqual({});
  });

  it('lists those of the same moment by component', async () => {
    await finished('web', 'of web', NOON - HOUR_MS);
    await finished('api', 'of api', NOON - HOUR_MS);
    const { changes: listed } = await found({ days: 1 });
    expect(listed.map(({ changeId }) => changeId)).toEqual(['of api', 'of web']);
    const sorted = configured({ components: { api: { changes: {} }, web: { changes: {} } } });
    const again = await recentChanges({ changes, configuration: sorted, clock }, { days: 1 });
    expect(again.changes).toEqual(listed);
  });

  it('lists those of the same component and moment by their ids', async () => {
    for (const changeId of ['b', 'c', 'a']) await finished('web', changeId, NOON - HOUR_MS);
    const { changes: listed } = await found({ days: 1 });
    expect(listed.map(({ changeId }) => changeId)).toEqual(['a', 'b', 'c']);
  });

  it('lists only those of one component, and of the days asked for', async () => {
    await finished('web', 'yesterday', NOON - 25 * HOUR_MS);
    await finished('web', 'today', NOON - HOUR_MS);
    await finished('api', 'elsewhere', NOON - HOUR_MS);
    const { changes: listed } = await found({ days: 1, component: 'web' });
    expect(listed.map(({ changeId }) => changeId)).toEqual(['today']);
  });

  it('says since when it has read those of a component that has too many', async () => {
    await finished('api', 'only', NOON - HOUR_MS);
    for (let number = 0; number <= MAXIMUM_CHANGE_EVENTS; number += 1)
      await finished('web', `run-${number}`, NOON - number * 1_000);
    const { changes: listed, cutAtMs } = await found({ days: 1 });
    expect(listed).toHaveLength(MAXIMUM_CHANGE_EVENTS + 1);
    expect(cutAtMs).toEqual({ web: NOON - (MAXIMUM_CHANGE_EVENTS - 1) * 1_000 });
    expect(missingChanges(cutAtMs)).toEqual([
      expect.stringMatching(/changes of web before 2026-11-\d\d \d\d:\d\d:\d\dZ may be missing: .* 1000 /),
    ]);
  });
});
