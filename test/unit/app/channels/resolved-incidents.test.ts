import { describe, expect, it } from 'vitest';
import { incidentKey } from '../../../../functions/core/notification/incident-key.ts';
import { memoryAlarm } from '../../../factories/configuration.ts';
import { HOME } from '../../../factories/events/selfheal-event.ts';
import { LATER_MS, lab, repaired, START_MS, TICK } from './channels-lab.ts';

/** A component with two alarms, one of which rarely has data. */
function twoAlarms() {
  const alarms = {
    memory: { metric: 'memory', threshold: 80 },
    sparse: { metric: 'errors', threshold: 1 },
  };
  const place = lab({ components: { web: { alarms } } });
  const nameOf = (wanted: string) =>
    Object.entries(place.deps.configuration.alarms).find(([, { metric }]) => metric === wanted)?.[0] ?? '';
  return { ...place, memory: nameOf('memory'), sparse: nameOf('errors') };
}

describe('the incident of a component', () => {
  it('ends when a person has repaired the component, and its alarms say so', async () => {
    const { say, failed, pages, states, unhealthy, advance } = lab();
    unhealthy.add('web');
    await say(failed());
    advance(60_000);
    expect(await say(TICK)).toEqual([]);
    unhealthy.delete('web');
    expect(await say(TICK)).toEqual([]);
    states.delete(memoryAlarm());
    expect(await say(TICK)).toEqual([]);
    states.set(memoryAlarm(), 'INSUFFICIENT_DATA');
    expect(await say(TICK)).toEqual([]);
    states.set(memoryAlarm(), 'OK');
    expect(await say(TICK)).toEqual(['web']);
    expect(await say(TICK)).toEqual([]);
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it('ends though an alarm never has data, and the next failure pages again', async () => {
    const { say, failed, pages, tickets, states, advance, memory, sparse } = twoAlarms();
    states.set(sparse, 'INSUFFICIENT_DATA').set(memory, 'ALARM');
    await say(failed());
    advance(60_000);
    expect(await say(TICK)).toEqual([]);
    states.set(memory, 'OK');
    expect(await say(TICK)).toEqual(['web']);
    await say(failed('web', START_MS + 3_600_000));
    expect(pages()).toEqual(['open', 'resolve', 'open']);
    expect(tickets()).toEqual(['open', 'open']);
  });

  it('stays open while the fault is contained, although nothing reports it any longer', async () => {
    const { say, failed, states, advance } = lab();
    await say(failed('web', START_MS, { origin: 'alarm', metric: 'memory', result: 'CONTAINED' }));
    states.set(memoryAlarm(), 'OK');
    advance(10 * 60_000);
    expect(await say(TICK)).toEqual([]);
  });

  it.each([
    ['ends when its component is no longer configured, once nothing heals it', {}, ['web']],
    [
      'stays open while a removed component is contained: nobody else would lift that',
      { result: 'CONTAINED' },
      [],
    ],
  ])('%s', async (_, more, ended) => {
    const { say, failed, deps, advance, inFlight } = lab();
    await say(failed('web', START_MS, { origin: 'alarm', metric: 'memory', ...more }));
    advance(60_000);
    Object.assign(deps, { configuration: { ...deps.configuration, components: {} } });
    inFlight.add('web');
    expect(await say(TICK)).toEqual([]);
    inFlight.delete('web');
    expect(await say(TICK)).toEqual(ended);
    expect(await say(TICK)).toEqual([]);
  });

  it('stays open while another of its alarms is red', async () => {
    const { say, failed, states, advance, memory, sparse } = twoAlarms();
    states.set(sparse, 'ALARM').set(memory, 'OK');
    await say(failed());
    advance(60_000);
    expect(await say(TICK)).toEqual([]);
  });

  it('ends after a repair that held as soon as no alarm is red, though its only alarm has no data then', async () => {
    const { say, failed, states, advance, pages, unhealthy, inFlight } = lab();
    await say(failed());
    advance(60_000);
    expect(await say(repaired(LATER_MS))).toEqual([]);
    // The reconciler has seen the alarm red after the repair, and no OK since.
    unhealthy.add('web');
    expect(await say(TICK)).toEqual([]);
    states.set(memoryAlarm(), 'INSUFFICIENT_DATA');
    inFlight.add('web');
    expect(await say(TICK)).toEqual([]);
    inFlight.delete('web');
    expect(await say(TICK)).toEqual(['web']);
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it('stays open without data if it has failed again since the repair that held', async () => {
    const { say, failed, states, advance } = lab();
    await say(failed());
    advance(60_000);
    await say(repaired(LATER_MS));
    await say(failed('web', LATER_MS + 1));
    states.set(memoryAlarm(), 'INSUFFICIENT_DATA');
    advance(120_000);
    expect(await say(TICK)).toEqual([]);
  });

  it('stays open after a repair that held while another of its alarms is red, and ends with that alarm', async () => {
    const { say, failed, states, advance, pages, memory, sparse } = twoAlarms();
    states.set(sparse, 'ALARM').set(memory, 'OK');
    await say(failed());
    advance(60_000);
    expect(await say(repaired(LATER_MS))).toEqual([]);
    expect(pages()).toEqual(['open']);
    states.set(sparse, 'OK');
    expect(await say(TICK)).toEqual(['web']);
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it('is no longer contained after a repair that held, so that the alarm that was red ends it', async () => {
    const { say, failed, states, advance, memory, sparse } = twoAlarms();
    await say(failed('web', START_MS, { origin: 'alarm', metric: 'memory', result: 'CONTAINED' }));
    states.set(sparse, 'ALARM').set(memory, 'OK');
    advance(60_000);
    expect(await say(repaired(LATER_MS))).toEqual([]);
    states.set(sparse, 'OK');
    expect(await say(TICK)).toEqual(['web']);
  });

  it('ends whatever an alarm says that is for display only', async () => {
    const shown = { metric: 'cpu', threshold: 90, severity: 'INFO' };
    const components = { web: { alarms: { memory: { metric: 'memory', threshold: 80 }, shown } } };
    const { deps, say, failed, pages, states, advance } = lab({ components });
    for (const [name, { severity }] of Object.entries(deps.configuration.alarms))
      states.set(name, severity === 'INFO' ? 'ALARM' : 'OK');
    await say(failed());
    advance(60_000);
    expect(await say(TICK)).toEqual(['web']);
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it.each(['manual', 'monitor', 'diagnosis', undefined] as const)(
    'ends when the component no longer counts as unhealthy, whatever it began with: %s',
    async (origin) => {
      const { say, failed, pages, states, unhealthy, inFlight, advance } = lab();
      states.set(memoryAlarm(), 'OK');
      unhealthy.add('web');
      await say(failed('web', START_MS, origin === undefined ? {} : { origin, metric: 'errors' }));
      advance(60_000);
      expect(await say(TICK)).toEqual([]);
      unhealthy.delete('web');
      inFlight.add('web');
      expect(await say(TICK)).toEqual([]);
      inFlight.delete('web');
      expect(await say(TICK)).toEqual(['web']);
      expect(pages()).toEqual(['open', 'resolve']);
    },
  );

  it('stays open at first: the component may not count as unhealthy yet', async () => {
    const { say, failed, states, advance } = lab();
    states.set(memoryAlarm(), 'OK');
    await say(failed());
    advance(30_000);
    expect(await say(TICK)).toEqual([]);
    advance(30_000);
    expect(await say(TICK)).toEqual(['web']);
  });
});

describe('the end of an incident that channels do not know yet', () => {
  it('is announced though an old failure arrives meanwhile', async () => {
    const { say, failed, advance, states, pages, whileDown } = lab();
    await say(failed());
    states.set(memoryAlarm(), 'OK');
    advance(60_000);
    await whileDown(() => expect(say(repaired(LATER_MS))).rejects.toThrow('throttled'));
    await say(failed('web', START_MS + 1_000));
    expect(pages()).toEqual(['open']);
    expect(await say(TICK)).toEqual(['web']);
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it('costs no second write for a failure that channels know of', async () => {
    const { deps, say, failed } = lab();
    await say(failed());
    const { saveIncident } = deps.incidents;
    let writes = 0;
    Object.assign(deps.incidents, {
      saveIncident: async (...given: Parameters<typeof saveIncident>) => {
        writes += 1;
        return await saveIncident(...given);
      },
    });
    await say(failed('web', START_MS + 60_000));
    expect(writes).toBe(1);
  });

  it('is announced though the fault was shut in', async () => {
    const { deps, say, states, advance, pages } = lab();
    const key = incidentKey('web', HOME);
    const record = { key, component: 'web', contained: true, status: 'resolved', announced: false } as const;
    await deps.incidents.saveIncident({ ...record, sinceMs: START_MS }, undefined);
    states.set(memoryAlarm(), 'OK');
    advance(120_000);
    expect(await say(TICK)).toEqual(['web']);
    expect(pages()).toEqual(['resolve']);
  });
});

describe('an incident of a component that no alarm observes', () => {
  const health = { url: 'https://web.example.com/health' };

  it('stays open after a repair that held while the component counts as unhealthy', async () => {
    const { deps, say, unhealthy, advance } = lab({ components: { web: { health } }, watchdog: {} });
    unhealthy.add('web');
    const open = {
      key: incidentKey('web', HOME),
      component: 'web',
      status: 'open',
      announced: true,
    } as const;
    await deps.incidents.saveIncident({ ...open, sinceMs: START_MS, repairedAtMs: START_MS }, undefined);
    advance(120_000);
    expect(await say(TICK)).toEqual([]);
    unhealthy.delete('web');
    expect(await say(TICK)).toEqual(['web']);
  });

  it('asks for no alarm', async () => {
    const { deps, say, failed, advance } = lab({ components: { web: { health } }, watchdog: {} });
    Object.assign(deps.alarms, { states: () => Promise.reject(new Error('asked')) });
    await say(failed());
    advance(60_000);
    expect(await say(TICK)).toEqual(['web']);
  });
});
