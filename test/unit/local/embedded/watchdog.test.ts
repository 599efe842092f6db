import { describe, expect, it } from 'vitest';
import { OPERATOR } from '../../../factories/events/selfheal-event.ts';
import { createLab, MINUTE_MS } from './embedded-lab.ts';
import { createWatchedLab } from './watched-lab.ts';

const URL = 'https://web.example.com/health';
const CONFIGURATION = `
components:
  web:
    targets: { instanceIds: [i-0a1b2c3d4e5f60001] }
    service: web.service
    health: { url: '${URL}' }
watchdog: { intervalSeconds: 30s }
strategies:
  - id: offline
    trigger: { statuses: [OFFLINE] }
    actions: [{ type: start_component, params: { mode: restart } }]
    verify: { timeoutSeconds: 10s, stableSeconds: 5s }
    cooldownSeconds: 0s
`;

describe('the watchdog on the embedded cloud', () => {
  it('asks for a restart after three misses, which heals the component', async () => {
    const { clock, cloud, services, operations, watchdogEvents } = await createWatchedLab(CONFIGURATION);
    await clock.advance(3 * MINUTE_MS);
    expect(watchdogEvents()).toEqual([]);

    services.sicken('web', { curedBy: ['start_component'] });
    await clock.advance(3 * MINUTE_MS);

    expect(watchdogEvents()).toEqual(['alert', 'alert', 'restart', 'Recovery']);
    expect(await operations()).toMatchObject([{ strategyId: 'offline', state: 'COMPLETED' }]);
    expect(cloud.topicMessages('selfheal-soc').map(({ message }) => JSON.parse(message))).toEqual([
      expect.stringMatching(
        /^Selfheal watchdog, HIGH, restart: peer web missed 3 heartbeats: restart attempt 1 \(/,
      ),
    ]);
    expect(cloud.defects()).toEqual([]);
    cloud.close();
  });

  it('isolates after three restarts in vain, and has the architect notified by a rule', async () => {
    const { clock, cloud, services, operations, watchdogEvents } = await createWatchedLab(CONFIGURATION);
    services.sicken('web', { curedBy: [] });
    await clock.advance(12 * MINUTE_MS);

    const rungs = watchdogEvents().filter((action) => action !== 'alert');
    expect(rungs).toEqual(['restart', 'restart', 'restart', 'isolate', 'alert_architect']);
    const signals = cloud.bus.log.filter(({ detail }) => 'suggestedAction' in (detail as object));
    const asked = signals.map(({ detail }) => (detail as { suggestedAction: string }).suggestedAction);
    expect(asked.slice(0, 4)).toEqual(['restart', 'restart', 'restart', 'isolate']);
    expect(new Set(asked.slice(4))).toEqual(new Set(['isolate']));
    expect((await operations()).map(({ state }) => state)).toEqual(['FAILED', 'FAILED', 'FAILED']);
    // Those with a subject are of the dead-man alarm, which goes off before the first round.
    const escalations = cloud.topicMessages('selfheal-architect').filter(({ subject }) => !subject);
    const told = escalations.map(({ message }) => JSON.parse(message));
    expect(told).toEqual([expect.stringContaining('CRITICAL, alert_architect: peer web offline after 3')]);
    cloud.close();
  });

  it.each(['statuses: [CRITICAL]', 'statuses: [OFFLINE]', 'metrics: [heartbeat]'])(
    'reminds of what is still down until the attempts of %s are spent, which is reported once',
    async (trigger) => {
      const text = CONFIGURATION.replace('statuses: [OFFLINE]', trigger).replace(/cooldownSeconds: 0s/, '');
      const { clock, cloud, services, operations, watchdogEvents } = await createWatchedLab(text);
      services.sicken('web', { curedBy: [] });
      await clock.advance(40 * MINUTE_MS);

      expect((await operations()).map(({ state }) => state)).toEqual(['FAILED', 'FAILED', 'FAILED']);
      const spent = cloud.notifier
        .notifications()
        .filter(({ subject }) => subject === 'Selfheal has spent its attempts on web');
      expect(spent).toHaveLength(1);
      const rungs = watchdogEvents().filter((action) => action !== 'alert');
      expect(rungs).toEqual(['restart', 'restart', 'restart', 'isolate', 'alert_architect']);
      expect(cloud.defects()).toEqual([]);
      cloud.close();
    },
  );

  it('heals nothing for a single miss, though a trigger names its metric', async () => {
    const text = CONFIGURATION.replace('statuses: [OFFLINE]', 'metrics: [heartbeat]');
    const { clock, cloud, services, operations, watchdogEvents } = await createWatchedLab(text);
    await clock.advance(MINUTE_MS);
    services.sicken('web', { curedBy: [] });
    await clock.advance(MINUTE_MS / 2);
    expect(new Set(watchdogEvents())).toEqual(new Set(['alert']));
    expect(await operations()).toEqual([]);
    cloud.close();
  });

  it('sends heartbeats to a peer that an event registers, from the next minute on', async () => {
    const { clock, cloud, asked } = await createWatchedLab(CONFIGURATION);
    const url = 'https://ledger.example.com/';
    cloud.bus.putEvent({
      source: OPERATOR,
      detailType: 'Selfheal Peer',
      detail: { command: 'register', name: 'ledger', peer: { url } },
    });
    await clock.advance(3 * MINUTE_MS);
    expect(await cloud.watchdogStore.listPeers()).toMatchObject([{ name: 'ledger' }]);
    expect(asked).toContain(url);
    cloud.close();
  });

  it('has an alarm that notifies the architect when its schedule stops', async () => {
    const { clock, cloud } = await createWatchedLab(CONFIGURATION);
    const stateOf = () => cloud.alarms.registry.get('SelfhealEngine-watchdog-silent-0').state.value;
    await clock.advance(5 * MINUTE_MS);
    expect(stateOf()).toBe('OK');

    cloud.bus.close();
    await clock.advance(6 * MINUTE_MS);

    expect(stateOf()).toBe('ALARM');
    expect(cloud.topicMessages('selfheal-architect').at(-1)).toMatchObject({
      subject: 'ALARM: "SelfhealEngine-watchdog-silent-0"',
    });
    cloud.close();
  });

  it('needs probers in virtual time, because the network is not in it', async () => {
    await expect(createLab({ watchdog: true })).rejects.toMatchObject({ code: 'PROBERS_MISSING' });
  });

  it('does not run unless it is requested', async () => {
    const { cloud } = await createLab();
    expect(Object.keys(cloud.lambda.invocations())).not.toContain('selfheal-watch-outside');
    cloud.close();
  });
});
