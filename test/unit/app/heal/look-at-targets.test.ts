import { describe, expect, it } from 'vitest';
import { lookAtTargets } from '../../../../functions/app/heal/look-at-targets.ts';
import type { CommandInvocation } from '../../../../functions/ports/runbook-runner.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld } from '../../../factories/ports/world.ts';

const IDS = Array.from({ length: 60 }, (_, n) => `i-${String(n).padStart(17, '0')}`);
const answer = (instanceId: string, status = 'Success'): CommandInvocation => ({
  ...{ instanceId, status, output: '' },
});

/** A look at sixty hosts, by one command for fifty of them and one for ten. */
async function looked(answersOf: (commandId: string, seconds: number) => readonly CommandInvocation[]) {
  const world = createWorld();
  const operation = await admitted(world);
  const component = world.configuration.components['web'];
  if (!component) throw new Error('web is not configured');
  const subject = { operation, component, fence: operation.fence };
  const asked: string[] = [];
  const listInvocations = async (commandId: string) => {
    const seconds = (world.clock.now - NOON) / 1_000;
    asked.push(`${seconds} s: ${commandId}`);
    return answersOf(commandId, seconds);
  };
  const runbooks = { ...world.runbooks, listInvocations };
  const health = await lookAtTargets({ ...world, runbooks }, subject, 'look-0', IDS);
  return { health, asked, sent: world.runbooks.sent };
}

describe('a look at many hosts', () => {
  it('asks each command once a second until all its hosts have answered', async () => {
    const { health, asked, sent } = await looked((commandId, seconds) => {
      if (commandId === 'command-1') return IDS.slice(0, 50).map((id) => answer(id));
      return IDS.slice(50).map((id, n) => answer(id, n === 0 || seconds > 2 ? 'Failed' : 'InProgress'));
    });
    expect(sent.map(({ instanceIds }) => instanceIds)).toEqual([IDS.slice(0, 50), IDS.slice(50)]);
    expect(asked).toEqual(['1 s: command-1', '1 s: command-2', '2 s: command-2', '3 s: command-2']);
    expect([...health.keys()]).toEqual(IDS);
    expect(IDS.slice(0, 50).every((id) => health.get(id) === 'healthy')).toBe(true);
    expect(IDS.slice(50).some((id) => health.get(id) === 'healthy')).toBe(false);
  });

  it('does not ask a command again whose hosts have all answered, though the first one’s have not', async () => {
    const { asked } = await looked((commandId, seconds) => {
      if (commandId === 'command-2') return IDS.slice(50).map((id) => answer(id));
      return seconds > 1 ? IDS.slice(0, 50).map((id) => answer(id)) : [];
    });
    expect(asked).toEqual(['1 s: command-1', '1 s: command-2', '2 s: command-1']);
  });

  it('knows nothing after twenty seconds of a host that has not answered', async () => {
    const { health, asked } = await looked((commandId) =>
      commandId === 'command-1' ? IDS.slice(0, 49).map((id) => answer(id)) : [],
    );
    expect(asked.at(-1)).toBe('20 s: command-2');
    expect(asked).toHaveLength(40);
    expect(IDS.slice(49).every((id) => health.get(id) === 'unknown')).toBe(true);
  });
});
