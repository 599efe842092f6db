import { expect, it } from 'vitest';
import { loadConfiguration } from '../../../../functions/core/configuration/load.ts';
import { createLab } from './embedded-lab.ts';

const NAMES = ['web', 'orders', 'mail'];
const loaded = loadConfiguration(
  `
settings: { maxConcurrentRepairs: 3 }
components:
${NAMES.map(
  (name, index) => `
  ${name}:
    targets: { instanceIds: [i-0a1b2c3d4e5f6000${index}] }
    service: ${name}.service
    logs: [/${name}]
    alarms: { errors: { metric: error_rate, namespace: Shop, metricName: Errors, dimensions: { Service: ${name} }, threshold: 5 } }
`,
).join('')}
strategies:
  - id: restart
    trigger: { metrics: [error_rate] }
    actions: [{ type: start_component }]
    verify: { timeoutSeconds: 30s, stableSeconds: 10s }
    maxAttempts: 1
`,
  'lab.yaml',
);

it('investigates two of the operations that fail at once, and then the third', async () => {
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { cloud, clock, sicken } = await createLab({ configuration: loaded.compiled });
  cloud.logGroups.slow(50_000);
  let mostAtOnce = 0;
  for (const name of NAMES) {
    await sicken(name, 'error_rate', []);
    cloud.logGroups.write(`/${name}`, 'disk failed');
  }
  for (let second = 0; second < 10 * 60; second += 5) {
    await clock.advance(5_000);
    const running = cloud.logGroups.searches().filter((status) => status === 'Running').length;
    mostAtOnce = Math.max(mostAtOnce, running);
  }
  expect(mostAtOnce).toBe(4);
  expect(cloud.logGroups.searches()).toHaveLength(6);
  for (const { operationId, result } of await cloud.store.listOperations(10)) {
    expect(result).toBe('FAILED');
    expect((await cloud.store.getStep(operationId, 'keep-1'))?.detail).toContain('1 × disk failed');
  }
  expect(Object.values(cloud.deadLetters()).flat()).toEqual([]);
  expect(cloud.defects()).toEqual([]);
});
