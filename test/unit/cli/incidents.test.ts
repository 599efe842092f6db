import { describe, expect, it } from 'vitest';
import { incidentDetail, incidentLines } from '../../../cli/presenters/incidents.ts';
import { correlatedIncidents } from '../../../functions/app/queries/correlated-incidents.ts';
import { periodRecords } from '../../../functions/app/queries/period-records.ts';
import { triage } from '../../../functions/app/triage/triage.ts';
import { reportOf } from '../../../functions/core/report/report.ts';
import { configured, withMemoryAlarm } from '../../factories/configuration.ts';
import { signalEvent } from '../../factories/events/selfheal-event.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { createWorld } from '../../factories/ports/world.ts';
import { output } from './presented-world.ts';

describe('incidents of several components', () => {
  /** A database and a component that depends on it, both alarmed. */
  async function alarmedTogether() {
    const world = createWorld(
      configured({ components: { web: withMemoryAlarm({ dependsOn: ['db'] }), db: withMemoryAlarm() } }),
    );
    for (const component of ['web', 'db'])
      await triage(world, signalEvent({ component, metric: 'memory' }, `${component}-alarm`));
    return world;
  }

  it('appear in a list with the component at fault and what it explains', async () => {
    const world = await alarmedTogether();
    const found = await correlatedIncidents(world, { days: 7 });
    const [headings, row] = incidentLines(output, found, 7, world.clock.now);
    expect(headings).toMatch(/^BEGAN +INCIDENT +AT FAULT +COMPONENTS +ALERTS/);
    expect(row).toMatch(/^\S+ \S+ +\S+ +db +2 +2 +\d +0\.\d\d .* open$/);
    expect(incidentLines(output, [], 7, NOON)[0]).toContain('last 7 days');
  });

  it('show when they were detected and repaired, their operations and each alert', async () => {
    const world = await alarmedTogether();
    const [incident] = await correlatedIncidents(world, { days: 7 });
    if (!incident) throw new Error('there is no incident');
    const text = incidentDetail(output, incident, world.clock.now).join('\n');
    expect(text).toMatch(/^At fault +db$/m);
    expect(text).toMatch(/^Repair began +2026-11-22 /m);
    expect(text).toContain(incident.operationIds[0]);
    expect(text).toMatch(/^\S+ \S+ +web +memory +CRITICAL$/m);
  });

  it('come from what was kept when they are over, once, and appear in the report', async () => {
    const world = await alarmedTogether();
    const [board] = await world.correlation.readBoards(['db']);
    const [open] = board?.incidents ?? [];
    if (!board || !open) throw new Error('there is no incident');
    const over = { ...open, resolvedAtMs: open.beganAtMs + 90_000 };
    await world.correlation.keepEnded(over);
    expect(await correlatedIncidents(world, { days: 7 })).toEqual([open]);
    await world.correlation.saveBoard({ ...board, revision: board.revision + 1, incidents: [] });
    world.clock.now += 1_000;
    const found = await correlatedIncidents(world, { days: 7 });
    expect(found).toEqual([over]);
    const report = reportOf(await periodRecords(world, { days: 7 }), found);
    expect(report.acrossComponents).toMatchObject([{ atFault: 'db', components: 2, tookMs: 90_000 }]);
  });
});
