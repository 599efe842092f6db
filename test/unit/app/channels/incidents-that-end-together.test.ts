import { describe, expect, it } from 'vitest';
import { incidentKey } from '../../../../functions/core/notification/incident-key.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { HOME } from '../../../factories/events/selfheal-event.ts';
import { lab, TICK } from './channels-lab.ts';

describe('many incidents that end together', () => {
  const NAMES = Array.from({ length: 300 }, (_, nth) => `web-${nth}`);

  function crowd() {
    const place = lab({ components: Object.fromEntries(NAMES.map((name) => [name, withMemoryAlarm()])) });
    for (const name of NAMES) place.states.set(memoryAlarm(name), 'OK');
    return place;
  }

  it('have their alarms read together, and their ends announced together', async () => {
    const { deps, say, failed, advance } = crowd();
    const { states } = deps.alarms;
    let reads = 0;
    let announcing = 0;
    let most = 0;
    Object.assign(deps.alarms, {
      states: async (names: readonly string[]) => {
        reads += 1;
        return await states(names);
      },
    });
    for (const name of NAMES) await say(failed(name));
    const { deliver } = deps.channels;
    Object.assign(deps.channels, {
      deliver: async (each: Parameters<typeof deliver>[0]) => {
        announcing += 1;
        most = Math.max(most, announcing);
        await deliver(each);
        announcing -= 1;
      },
    });
    advance(60_000);
    expect(await say(TICK)).toHaveLength(NAMES.length);
    expect(reads).toBe(1);
    expect(most).toBeGreaterThan(1);
  });

  it('all have their ends announced, except those whose ends cannot be', async () => {
    const { deps, say, failed, advance } = crowd();
    for (const name of NAMES) await say(failed(name));
    const { saveIncident, readIncident } = deps.incidents;
    const stuck = ['web-0', 'web-7'].map((name) => incidentKey(name, HOME));
    Object.assign(deps.incidents, {
      saveIncident: async (...[record, previous]: Parameters<typeof saveIncident>) => {
        if (stuck.includes(record.key)) throw new ServiceUnavailable('PutItem: throttled');
        return await saveIncident(record, previous);
      },
    });
    advance(60_000);
    const problems = await say(TICK).catch(({ code, message }) => [code, ...message.split('\n').toSorted()]);
    expect(problems).toEqual([
      'RESOLVE_INCOMPLETE',
      ...stuck.map((key) => `incident ${key}: ServiceUnavailable: PutItem: throttled`),
    ]);
    for (const name of NAMES) {
      const status = stuck.includes(incidentKey(name, HOME)) ? 'open' : 'resolved';
      expect(await readIncident(incidentKey(name, HOME))).toMatchObject({ status });
    }
  });
});
