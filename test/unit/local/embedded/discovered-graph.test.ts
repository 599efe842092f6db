import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../../functions/core/configuration/load.ts';
import { createLab, MINUTE_MS } from './embedded-lab.ts';

const component = (name: string, index: number) => `
  ${name}:
    targets: { instanceIds: [i-0a1b2c3d4e5f6000${index}] }
    service: ${name}.service
    alarms: { errors: { metric: error_rate, namespace: Shop, metricName: Errors, dimensions: { Service: ${name} }, threshold: 5 } }
`;

const loaded = loadConfiguration(
  `
settings: { graph: { discover: [xray], refreshSeconds: 30m } }
components:
${['web', 'orders', 'mail'].map(component).join('')}
strategies:
  - id: restart
    trigger: { metrics: [error_rate] }
    actions: [{ type: start_component }]
    verify: { timeoutSeconds: 30s, stableSeconds: 10s }
`,
  'lab.yaml',
);

const DAY_MS = 24 * 60 * MINUTE_MS;

async function lab() {
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { cloud, clock, sicken, settle } = await createLab({ configuration: loaded.compiled });
  const reasons = async (name: string) =>
    (await cloud.store.listRefusals(name, 10)).map(({ reason }) => reason);
  const healed = async () =>
    (await cloud.store.listOperations(10)).map((operation) => operation.component).sort();
  return { cloud, clock, sicken, settle, reasons, healed };
}

describe('dependencies that nobody declared', () => {
  it('are discovered on a schedule, and then only the component at fault is healed', async () => {
    const { cloud, clock, sicken, settle, reasons, healed } = await lab();
    cloud.serviceGraph.trace({ name: 'web' }, { name: 'orders' });
    await clock.advance(31 * MINUTE_MS);
    expect((await cloud.discoveredGraphs.readGraph()).dependencies).toMatchObject([
      { caller: 'web', callee: 'orders', sources: ['xray'] },
    ]);
    await sicken('orders', 'error_rate', ['start_component']);
    await sicken('web', 'error_rate', []);
    await settle(5 * MINUTE_MS);
    expect(await reasons('web')).toContain('CAUSE_ELSEWHERE');
    expect(await healed()).toEqual(['orders']);
  });

  it('leave components alone that are healthy, and hold back none when they are', async () => {
    const { cloud, clock, sicken, settle, reasons, healed } = await lab();
    for (const [caller, callee] of [
      ['web', 'mail'],
      ['web', 'orders'],
      ['mail', 'web'],
    ] as const)
      cloud.serviceGraph.trace({ name: caller }, { name: callee });
    await clock.advance(31 * MINUTE_MS);
    await sicken('web', 'error_rate', ['start_component']);
    await settle(30 * MINUTE_MS);
    expect(await reasons('web')).toEqual([]);
    expect(await healed()).toEqual(['web']);
  });

  it('are forgotten when they have not been seen for a week', async () => {
    const { cloud, clock } = await lab();
    cloud.serviceGraph.trace({ name: 'web' }, { name: 'orders' });
    await clock.advance(6 * DAY_MS);
    expect((await cloud.discoveredGraphs.readGraph()).dependencies).toHaveLength(1);
    await clock.advance(2 * DAY_MS);
    expect((await cloud.discoveredGraphs.readGraph()).dependencies).toEqual([]);
  });
});
