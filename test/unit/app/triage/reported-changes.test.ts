import { describe, expect, it } from 'vitest';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { configured } from '../../../factories/configuration.ts';
import { codeDeployEvent } from '../../../factories/events/change-events.ts';
import { HOME } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const SOURCE = 'ci.pipeline';

const world = () =>
  createWorld(
    configured({
      settings: { sources: { changes: [SOURCE] } },
      components: { web: { changes: {} }, db: {} },
    }),
  );

const changeEvent = (detail: Readonly<Record<string, unknown>>) => ({
  ...{ ...HOME, id: 'event-1', source: SOURCE, 'detail-type': 'Selfheal Change' },
  ...{
    time: '2026-11-22T13:30:00Z',
    detail: { component: 'web', id: 'run-1', status: 'started', ...detail },
  },
});

describe('a reported change', () => {
  it('is kept for its component', async () => {
    const deps = world();
    expect(await triage(deps, changeEvent({}))).toMatchObject({ decision: 'observe' });
    expect(await deps.changes.listChanges('web', 0)).toMatchObject([
      { component: 'web', source: 'pipeline', kind: 'deployment', changeId: 'run-1', atMs: NOON },
    ]);
  });

  it('is ignored if it is of no component', async () => {
    const deps = world();
    const event = { ...codeDeployEvent('START'), ...HOME };
    expect(await triage(deps, event)).toMatchObject({
      ...{ decision: 'observe', detail: expect.stringMatching(/: a change of no watched component$/) },
    });
    expect(await deps.changes.listChanges('web', 0)).toEqual([]);
  });

  it.each([
    ['it is not understood', { status: 'half' }, 'NOT_UNDERSTOOD', /status/],
    [
      'changes of its component are not watched',
      { component: 'db' },
      'NOT_UNDERSTOOD',
      /^changes of db are not watched/,
    ],
    ['its component is not declared', { component: 'cache' }, 'UNKNOWN_COMPONENT', /cache/],
  ])('is refused if %s', async (_, detail, reason, says) => {
    const deps = world();
    expect(await triage(deps, changeEvent(detail))).toMatchObject({
      ...{ decision: 'refuse', reason, detail: expect.stringMatching(says) },
    });
    expect(await deps.changes.listChanges('web', 0)).toEqual([]);
  });
});
