import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createLab, MINUTE_MS } from './embedded-lab.ts';

const INCIDENTS = 336;
const COMPONENTS = ['web-a', 'db', 'web-b'];

/** A week with an incident every half an hour, on one component after the other, at the end of which nothing is under way. */
async function weekOf(seed: number) {
  const lab = await createLab({ seed, perform: () => ({ takesMs: Math.ceil(lab.random() * 5_000) }) });
  for (let incident = 0; incident < INCIDENTS; incident += 1) {
    await lab.sicken(COMPONENTS[incident % 3] ?? 'db', 'memory', ['start_component']);
    await lab.clock.advance(30 * MINUTE_MS);
  }
  const { cloud, hosts } = lab;
  const operations = await lab.operations();
  cloud.close();
  return {
    states: operations.map(({ state }) => state),
    running: cloud.stepFunctions.listExecutions().filter(({ status }) => status === 'RUNNING').length,
    defects: cloud.defects(),
    digest: createHash('sha256')
      .update(
        JSON.stringify({
          operations,
          log: cloud.bus.log,
          history: cloud.stepFunctions.listExecutions().map(({ history }) => history.events),
          effects: hosts.effects(),
          told: cloud.notifier.notifications(),
        }),
      )
      .digest('hex'),
  };
}

describe('a week in virtual time', () => {
  it('heals each of 336 incidents, one every 30 minutes, and twice with the same result, byte for byte', async () => {
    const once = await weekOf(7);
    expect(once.states).toEqual(Array.from({ length: INCIDENTS }, () => 'COMPLETED'));
    expect([once.running, once.defects]).toEqual([0, []]);
    expect((await weekOf(7)).digest).toBe(once.digest);
  }, 600_000);
});
