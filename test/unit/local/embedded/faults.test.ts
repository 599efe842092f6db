import { describe, expect, it } from 'vitest';
import { ServiceUnavailable, StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { createSeededRandom } from '../../../../local/embedded/random/seeded-random.ts';
import { createLab, MINUTE_MS } from './embedded-lab.ts';

const COMPONENTS = ['web-a', 'web-b', 'db'];

/** A few incidents among lost and doubled events, crashes, lost answers and failing calls; then two hours without. */
async function faultyRun(seed: number) {
  const draw = createSeededRandom(seed);
  let isFaulty = true;
  const chance = (share: number) => isFaulty && draw() < share;
  const unavailable = (port: string) =>
    port === 'store' ? new StoreUnavailable('throttled') : new ServiceUnavailable('throttled');
  const lab = await createLab({
    seed,
    perform: () => ({ takesMs: chance(0.05) ? 400_000 : draw() * 8_000, exitCode: chance(0.1) ? 1 : 0 }),
    planDelivery: ({ event }) => {
      const isBestEffort = ['aws.ssm', 'aws.states'].includes(event.source);
      if (isBestEffort && chance(0.15)) return [];
      return chance(0.1) ? [100, draw() * 5_000] : [50 + draw() * 100];
    },
    expressRuns: () => (chance(0.05) ? 2 : 1),
    interceptCall: async ({ port }, proceed, crash) => {
      if (port === 'metrics') return await proceed();
      if (chance(0.01)) return await crash();
      if (chance(0.02)) throw unavailable(port);
      const answer = await proceed();
      if (chance(0.01)) return await crash();
      if (chance(0.01)) throw unavailable(port);
      return answer;
    },
  });
  for (let incident = 0; incident < 5; incident += 1) {
    const component = COMPONENTS[Math.floor(draw() * 3)] ?? 'db';
    const metric = draw() < 0.7 ? 'memory' : 'error_rate';
    if (lab.services.isHealthy(component))
      await lab.sicken(component, metric, draw() < 0.6 ? ['start_component', 'rollback_config'] : []);
    await lab.clock.advance(draw() * 10 * MINUTE_MS);
  }
  isFaulty = false;
  for (const component of COMPONENTS) lab.services.cure(component);
  await lab.clock.advance(120 * MINUTE_MS);
  lab.cloud.close();
  return lab;
}

describe('incidents among faults', () => {
  it.each(Array.from({ length: 25 }, (_, index) => index + 1))('end well: seed %i', async (seed) => {
    const lab = await faultyRun(seed);
    for (const { state } of await lab.operations()) expect(['COMPLETED', 'FAILED']).toContain(state);
    expect(await lab.cloud.store.listClaims()).toEqual([]);
    const effects = lab.hosts
      .effects()
      .map((effect) => `${effect.instanceId} ${effect.operationId} ${effect.stepId}`);
    expect(new Set(effects).size).toBe(effects.length);
    expect(lab.cloud.defects()).toEqual([]);
  });
});
