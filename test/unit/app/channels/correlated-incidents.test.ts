import { describe, expect, it } from 'vitest';
import { createMemoryCorrelationStore } from '../../../../functions/adapters/memory/correlation-store.ts';
import { createMemoryIncidentStore } from '../../../../functions/adapters/memory/incident-store.ts';
import { notifyChannels } from '../../../../functions/app/channels/notify-channels.ts';
import type { ResolveDeps } from '../../../../functions/app/channels/resolve.ts';
import { EMPTY_FLEET } from '../../../../functions/core/admission/records.ts';
import { close } from '../../../../functions/core/correlation/close.ts';
import { join } from '../../../../functions/core/correlation/join.ts';
import { configuredGraph } from '../../../../functions/core/diagnosis/dependency-graph.ts';
import type { AlarmState } from '../../../../functions/core/verification/alarm-observation.ts';
import type { ChannelDelivery } from '../../../../functions/ports/channels.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { HOME } from '../../../factories/events/selfheal-event.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';

const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-a1b2c3';
const PAGER = { type: 'pagerduty', secretArn };
const NAMES = ['web', 'api', 'db'];
/** The pages of an incident of several components. */
const OPEN = [['open', 'incident']];
const ENDED = [...OPEN, ['resolve', 'incident']];

/** Two components that depend on a third, all with alarms, and a component that has nothing to do with them. */
function lab(channel: object = PAGER) {
  const deliveries: ChannelDelivery[] = [];
  const states = new Map<string, AlarmState>();
  const correlation = createMemoryCorrelationStore();
  const configuration = configured({
    settings: { notify: { channels: { pager: channel } } },
    components: {
      web: withMemoryAlarm({ dependsOn: ['db'] }),
      api: withMemoryAlarm({ dependsOn: ['db'] }),
      db: withMemoryAlarm(),
      lone: withMemoryAlarm({ targets: { instanceIds: ['i-0a1b2c3d4e5f6ffff'] } }),
    },
  });
  const deps: ResolveDeps = {
    configuration,
    correlation,
    home: HOME,
    clock: { nowMs: () => NOON + 600_000 },
    incidents: createMemoryIncidentStore(),
    store: { readFleet: async () => EMPTY_FLEET },
    alarms: { states: async () => states },
    channels: { deliver: async (each) => void deliveries.push(...each) },
  };
  const board = async () => {
    const [read] = await correlation.readBoards(['api']);
    if (!read) throw new Error('there is no board');
    return read;
  };
  return {
    ...{ deliveries, deps, configuration, states },
    alert: async (...names: readonly string[]) => {
      const graph = configuredGraph(configuration.components);
      for (const name of names) {
        const joined = join(await board(), { alert: alertOf(name), nowMs: NOON }, graph);
        await correlation.saveBoard(joined.board);
      }
    },
    /** Deploys a configuration of these components. */
    deploy: (declared: Readonly<Record<string, Readonly<Record<string, unknown>>>>) => {
      const { components } = configured({ components: declared });
      Object.assign(deps, { configuration: { ...configuration, components } });
    },
    /** Takes a component out of the configuration. */
    remove: (name: string) => {
      const { [name]: _removed, ...components } = configuration.components;
      Object.assign(deps, { configuration: { ...configuration, components } });
    },
    recover: async () => {
      const { board: closed } = close(await board(), () => true, NOON + 600_000);
      await correlation.saveBoard(closed);
    },
    failed: (component: string) =>
      notifyChannels(deps, {
        ...{ kind: 'message', topic: 'architect', subject: `Selfheal: ${component}`, atMs: NOON },
        text: JSON.stringify({
          ...{ kind: 'operation', message: 'm', component, origin: 'alarm', metric: 'memory' },
          failure: { error: 'NotRecovered', cause: 'c' },
        }),
      }),
    tick: () => notifyChannels(deps, { kind: 'tick' }),
    repaired: (component: string) =>
      notifyChannels(deps, { kind: 'repaired', component, operationId: 'op', atMs: NOON + 60_000 }),
    pages: () =>
      deliveries.map(({ request, body }) => [
        request,
        (body as { readonly dedup_key: string }).dedup_key.replace(/^.*-incident-.*$/, 'incident'),
      ]),
  };
}

describe('the incident of several components', () => {
  it('pages under one key, whichever of them fails, and names the others', async () => {
    const { alert, failed, pages, deliveries } = lab();
    await alert(...NAMES);
    for (const name of NAMES) await failed(name);
    expect(pages()).toEqual(Array.from({ length: 3 }, () => ['open', 'incident']));
    expect(new Set(deliveries.map(({ key }) => key)).size).toBe(1);
    expect(JSON.stringify(deliveries[0]?.body)).toContain('"Also unhealthy":"api, db"');
  });

  it('ends once, when all of its components have recovered, and not when one is repaired', async () => {
    const { alert, failed, repaired, recover, tick, pages } = lab();
    await alert(...NAMES);
    await failed('web');
    await repaired('web');
    await tick();
    expect(pages()).toEqual(OPEN);
    await recover();
    await tick();
    await tick();
    expect(pages()).toEqual(ENDED);
  });

  it('says at its end that all of its components have recovered', async () => {
    const hook = { type: 'webhook', url: 'https://hooks.example.com/selfheal', secretArn };
    const { alert, failed, recover, tick, deliveries } = lab(hook);
    await alert(...NAMES);
    await failed('web');
    await recover();
    await tick();
    expect(deliveries.at(-1)?.body).toMatchObject({
      ...{ title: 'Selfheal: web has recovered', component: 'web' },
      message: 'All components of the incident have recovered.',
    });
  });

  it('stays open though its neighbourhood has another name since a deployment, until all have recovered', async () => {
    const { alert, failed, deploy, recover, tick, pages, states } = lab();
    await alert(...NAMES);
    await failed('web');
    deploy({
      'a-cache': withMemoryAlarm(),
      api: withMemoryAlarm({ dependsOn: ['a-cache', 'web'] }),
      web: withMemoryAlarm(),
    });
    await tick();
    states.set(memoryAlarm('web'), 'OK');
    await tick();
    expect(pages()).toEqual(OPEN);
    await recover();
    await tick();
    expect(pages()).toEqual(ENDED);
  });

  it('stays open though the component that it pages for has recovered, and no neighbours any more', async () => {
    const { alert, failed, deploy, recover, tick, pages, states } = lab();
    await alert(...NAMES);
    await failed('web');
    const web = withMemoryAlarm({ targets: { instanceIds: ['i-0a1b2c3d4e5f6eeee'] } });
    deploy({ api: withMemoryAlarm({ dependsOn: ['db'] }), db: withMemoryAlarm(), web });
    states.set(memoryAlarm('web'), 'OK');
    await tick();
    expect(pages()).toEqual(OPEN);
    await recover();
    await tick();
    expect(pages()).toEqual(ENDED);
  });

  it('stays open where no component has neighbours any more, until the reconciler has ended it', async () => {
    const { alert, failed, deploy, recover, tick, pages, states } = lab();
    await alert(...NAMES);
    await failed('web');
    const alone = (name: string) => withMemoryAlarm({ targets: { tags: { Name: name } } });
    deploy({ api: alone('api'), db: alone('db'), web: alone('web') });
    states.set(memoryAlarm('web'), 'OK');
    await tick();
    expect(pages()).toEqual(OPEN);
    await recover();
    await tick();
    expect(pages()).toEqual(ENDED);
  });

  it('ends with its first component if there is no board of it any more', async () => {
    const { alert, failed, tick, pages, deps, states } = lab();
    await alert(...NAMES);
    await failed('web');
    Object.assign(deps, { correlation: createMemoryCorrelationStore() });
    await tick();
    expect(pages()).toEqual(OPEN);
    states.set(memoryAlarm('web'), 'OK');
    await tick();
    expect(pages()).toEqual(ENDED);
  });

  it('stays open without the component that it pages for, until all that are left have recovered', async () => {
    const { alert, failed, remove, recover, tick, pages } = lab();
    await alert(...NAMES);
    await failed('web');
    remove('web');
    await tick();
    expect(pages()).toEqual(OPEN);
    await recover();
    await tick();
    expect(pages()).toEqual(ENDED);
  });

  it('ends with the removal of the component after which its board is named, if that is what it pages for', async () => {
    const { alert, failed, remove, tick, pages, deliveries } = lab();
    await alert(...NAMES);
    await failed('api');
    remove('api');
    await tick();
    await tick();
    expect(pages()).toEqual(ENDED);
    expect(deliveries.at(-1)?.key).toBe(deliveries[0]?.key);
  });

  it('keeps the key that pagers know when it turns out to be part of another', async () => {
    const { alert, failed, deliveries } = lab();
    await alert('web', 'api');
    await failed('web');
    await failed('api');
    await alert('db');
    await failed('db');
    const [web, api, db] = deliveries.map(({ key }) => key);
    expect(web).not.toBe(api);
    expect([web, api]).toContain(db);
  });

  it('has no part in what fails after its end', async () => {
    const { alert, failed, recover, pages } = lab();
    await alert(...NAMES);
    await failed('web');
    await recover();
    await failed('api');
    expect(pages()).toEqual([
      ['open', 'incident'],
      ['open', `selfheal-${HOME.account}-${HOME.region}-api`],
    ]);
  });

  it('leaves a component alone that belongs to none', async () => {
    const { alert, failed, pages } = lab();
    await alert(...NAMES);
    await failed('lone');
    expect(pages()).toEqual([['open', `selfheal-${HOME.account}-${HOME.region}-lone`]]);
  });

  it('stays open while its board cannot be read, and the round says so', async () => {
    const { alert, failed, pages, tick, deps, recover } = lab();
    await alert(...NAMES);
    await failed('web');
    await recover();
    const unreadable = new Error('not decodable');
    Object.assign(deps, {
      correlation: { ...deps.correlation, readBoards: () => Promise.reject(unreadable) },
    });
    await expect(tick()).rejects.toMatchObject({
      ...{ name: 'ResolveIncomplete', code: 'RESOLVE_INCOMPLETE' },
      message: 'incidents of several components: Error: not decodable',
    });
    expect(pages()).toEqual(OPEN);
  });

  it('is looked for on its own board first, and on no other if it is there', async () => {
    const { alert, failed, tick, deps } = lab();
    await alert(...NAMES);
    await failed('web');
    const read: (readonly string[])[] = [];
    const { readBoards } = deps.correlation;
    Object.assign(deps.correlation, {
      readBoards: async (names: readonly string[]) => {
        read.push(names);
        return await readBoards(names);
      },
      readBoardNames: () => Promise.reject(new Error('asked')),
    });
    expect(await tick()).toEqual([]);
    expect(read).toEqual([['api']]);
  });

  it('is looked for on every other board once, if its own has it no more', async () => {
    const { alert, failed, deploy, tick, deps } = lab();
    await alert(...NAMES);
    await failed('web');
    deploy({
      'a-cache': withMemoryAlarm(),
      api: withMemoryAlarm({ dependsOn: ['a-cache', 'web'] }),
      web: withMemoryAlarm(),
    });
    const read: string[] = [];
    const { readBoards } = deps.correlation;
    Object.assign(deps.correlation, {
      readBoards: async (names: readonly string[]) => {
        if (names.length === 0) throw new Error('asked for no board');
        read.push(...names);
        return await readBoards(names);
      },
    });
    expect(await tick()).toEqual([]);
    expect(read).toContain('api');
    expect(read).toEqual([...new Set(read)]);
  });

  it('needs no alarm to be asked', async () => {
    const { alert, failed, tick, deps } = lab();
    await alert(...NAMES);
    await failed('web');
    Object.assign(deps.alarms, { states: () => Promise.reject(new Error('asked')) });
    expect(await tick()).toEqual([]);
  });
});

describe('an incident of one component', () => {
  it('needs no board to be read', async () => {
    const { failed, tick, deps } = lab();
    await failed('lone');
    const asked = () => Promise.reject(new Error('asked'));
    Object.assign(deps.correlation, { readBoards: asked, readBoardNames: asked });
    expect(await tick()).toEqual([]);
  });
});
