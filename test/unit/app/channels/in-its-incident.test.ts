import { describe, expect, it } from 'vitest';
import { inItsIncident } from '../../../../functions/app/channels/in-its-incident.ts';
import { correlatedIncidentKey } from '../../../../functions/core/notification/incident-key.ts';
import type { Notice } from '../../../../functions/core/notification/notice.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { HOME } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { TEXTS } from './channels-lab.ts';

const keyOf = (id: string) => correlatedIncidentKey(id, HOME);
const INCIDENT = {
  ...{ incidentId: 'whole', absorbed: ['first', 'second'], atFault: 'db', causes: [], alerts: [] },
  ...{ components: { web: NOON, db: NOON }, operationIds: [], changeIds: [], hosts: [] },
  ...{ startedAtMs: NOON, lastAlertMs: NOON },
};
const NOTICE = {
  ...TEXTS,
  incident: { key: 'selfheal-web', change: 'open' },
} as const satisfies Notice;

/** The notice, where these keys have an incident with this status. */
async function noticed(notice: Notice, statuses: Readonly<Record<string, 'open' | 'resolved'>> = {}) {
  const deps = {
    configuration: configured({
      components: {
        web: withMemoryAlarm({ dependsOn: ['db'] }),
        db: withMemoryAlarm(),
        lone: withMemoryAlarm({ targets: { instanceIds: ['i-0a1b2c3d4e5f6ffff'] } }),
      },
    }),
    home: HOME,
    incidents: {
      readIncident: async (key: string) => statuses[key] && ({ key, status: statuses[key] } as never),
    },
    correlation: {
      readBoards: async (names: readonly string[]) => {
        if (names.includes(undefined as never)) throw new Error('asked for no board');
        return [{ name: 'db', version: 0, incidents: [INCIDENT] }] as never;
      },
    },
  };
  return await inItsIncident(deps, notice);
}

describe('a notice on a component of an incident of several', () => {
  it('goes out under the key of that incident', async () => {
    const { incident } = await noticed(NOTICE);
    expect(incident).toMatchObject({ key: keyOf('whole'), incidentId: 'whole', change: 'open' });
  });

  it.each(['first', 'second'])('goes out under the key that pagers know: %s', async (id) => {
    expect((await noticed(NOTICE, { [keyOf(id)]: 'open' })).incident).toMatchObject({
      ...{ key: keyOf(id), incidentId: 'whole' },
    });
  });

  it('does not go out under the key of a page that is over', async () => {
    expect((await noticed(NOTICE, { [keyOf('first')]: 'resolved' })).incident?.key).toBe(keyOf('whole'));
  });

  it('stays as it is where it is about no incident, or its component has no neighbours', async () => {
    const { incident: _, ...plain } = NOTICE;
    const lone = { ...NOTICE, component: 'lone' };
    const { component: _web, ...ofNone } = NOTICE;
    for (const notice of [plain, lone, ofNone]) expect(await noticed(notice)).toBe(notice);
  });
});
