import { describe, expect, it } from 'vitest';
import { createLab, MINUTE_MS } from './embedded-lab.ts';

async function runOf(seed: number): Promise<string> {
  const lab = await createLab({ seed, perform: () => ({ takesMs: Math.ceil(lab.random() * 5_000) }) });
  for (const component of ['web-a', 'db', 'web-b', 'web-a']) {
    await lab.sicken(component, 'memory', lab.random() < 0.5 ? ['start_component'] : []);
    await lab.clock.advance(20 * MINUTE_MS);
  }
  return JSON.stringify({
    log: lab.cloud.bus.log,
    operations: await lab.operations(),
    history: lab.cloud.stepFunctions.listExecutions().map(({ history }) => history.events),
    effects: lab.hosts.effects(),
    told: lab.cloud.notifier.notifications(),
  });
}

describe('the embedded cloud in virtual time', () => {
  it('does the same thing with the same seed, byte for byte', async () => {
    const [once, again] = [await runOf(7), await runOf(7)];
    expect(again).toBe(once);
  });

  it('does another thing with another seed', async () => {
    const [one, other] = [await runOf(1), await runOf(2)];
    expect(other).not.toBe(one);
  });
});
