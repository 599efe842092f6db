import { describe, expect, it } from 'vitest';
import { correlatedIncidents } from '../../../../functions/app/queries/correlated-incidents.ts';
import type { CorrelatedIncident } from '../../../../functions/core/correlation/correlated-incident.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const DAY_MS = 86_400_000;

const incident = (incidentId: string, beganAtMs: number, more: Partial<CorrelatedIncident> = {}) => ({
  ...{ incidentId, absorbed: [], components: { web: beganAtMs }, alerts: [], atFault: 'web', causes: [] },
  ...{ operationIds: [], changeIds: [], hosts: [], personCalls: {}, score: 0.5 },
  ...{ beganAtMs, detectedAtMs: beganAtMs, lastAlertMs: beganAtMs },
  ...more,
});

/** The ids of what is found of the last two days, with what the stores were asked for. */
async function found(onBoard: readonly CorrelatedIncident[], ended: readonly CorrelatedIncident[], days = 2) {
  const asked: unknown[] = [];
  const components = { web: { dependsOn: ['db'] }, db: {}, lone: {} };
  const world = createWorld(configured({ components }));
  const correlation = {
    readBoards: async (names: readonly string[]) => {
      asked.push(names);
      return [{ neighbourhood: 'db', revision: 1, incidents: onBoard }];
    },
    listEnded: async (...of: readonly [number, number]) => {
      asked.push(of);
      return ended;
    },
  };
  const incidents = await correlatedIncidents({ ...world, correlation }, { days });
  return { asked, ids: incidents.map(({ incidentId }) => incidentId) };
}

describe('the incidents of the last days', () => {
  it('are asked for by the boards of all components with neighbours, and by when they ended', async () => {
    const { asked } = await found([], []);
    const [names, ofEnded] = asked;
    expect(names).toHaveLength(1);
    expect(ofEnded).toEqual([NOON - 2 * DAY_MS, 10_000]);
    const { asked: sinceEver } = await found([], [], 100_000);
    expect(sinceEver[1]).toEqual([0, 10_000]);
  });

  it('are those that began then, and all that are open, the newest first', async () => {
    const sinceMs = NOON - 2 * DAY_MS;
    const over = { resolvedAtMs: NOON };
    const open = [incident('old-and-open', sinceMs - 1), incident('a', NOON), incident('b', NOON)];
    const ended = [incident('in-time', sinceMs, over), incident('too-old', sinceMs - 1, over)];
    for (const onBoard of [open, open.toReversed()])
      expect((await found(onBoard, ended)).ids).toEqual(['b', 'a', 'in-time', 'old-and-open']);
  });

  it('are as their board has them, where it knows them, even as part of another', async () => {
    const open = [incident('one', NOON, { absorbed: ['two'] })];
    const ended = ['one', 'two', 'three'].map((id) => incident(id, NOON - 1, { resolvedAtMs: NOON }));
    expect((await found(open, ended)).ids).toEqual(['one', 'three']);
  });
});
