import { describe, expect, it } from 'vitest';
import { type VerificationRound, verify } from '../../../../functions/app/heal/verify.ts';
import { chunked } from '../../../../functions/core/operation/layout.ts';
import { NotPermitted, RequestRefused } from '../../../../functions/ports/errors.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { admitted, createWorld, inputOf } from '../../../factories/ports/world.ts';

type Answer = 'healthy' | 'unhealthy' | 'none';

const idOf = (index: number) => `i-0123456789abcd${String(index).padStart(3, '0')}`;

/** The verification by runbook of a repair on `count` hosts, which answer each look as `answer` says. */
async function verification(count: number, answer: (instanceId: string, look: number) => Answer) {
  const ids = Array.from({ length: count }, (_, index) => idOf(index));
  const verifyBy = { by: 'runbook', timeoutSeconds: 30, stableSeconds: 10 };
  const world = createWorld(
    configured({
      components: { web: withMemoryAlarm({ targets: { instanceIds: ids } }) },
      strategies: [{ verify: verifyBy }],
    }),
  );
  const { runbooks } = world;
  runbooks.nodes = ids.map((id) => node(id));
  const looks = () => [...new Set(runbooks.sent.map(({ comment }) => comment))];
  const { listInvocations } = runbooks;
  Object.assign(runbooks, {
    listInvocations: async (commandId: string) => {
      const sent = runbooks.sent.find((each) => each.commandId === commandId);
      if (!sent?.comment.includes(' look-')) return await listInvocations(commandId);
      return sent.instanceIds.flatMap((instanceId) => {
        const said = answer(instanceId, looks().indexOf(sent.comment));
        const output = 'selfheal: UNHEALTHY: nginx.service is not active';
        if (said === 'none') return [];
        return said === 'healthy'
          ? [{ instanceId, status: 'Success', output: '' }]
          : [{ instanceId, status: 'Failed', output }];
      });
    },
  });
  const operation = await admitted(world);
  await world.store.layOut(operation.operationId, { batches: chunked(ids, 50), skipped: {} });
  const round = async (carried: VerificationRound = { round: 0 }) => {
    const taskToken = `token-${carried.round}`;
    await verify(world, { ...inputOf(operation, taskToken), verification: carried });
    return world.tokens.completed.find((each) => each.taskToken === taskToken);
  };
  return { world, ids, round, looks };
}

describe('the verification of more hosts than one command reaches', () => {
  it('checks all of them, fifty in a command, until they have been healthy for the window', async () => {
    const { world, ids, round, looks } = await verification(51, () => 'healthy');
    expect(await round()).toMatchObject({ output: { verdict: 'recovered', detail: 'good for 10 s' } });
    expect(looks().length).toBeGreaterThan(1);
    for (const comment of looks()) {
      const asked = world.runbooks.sent.filter((sent) => sent.comment === comment);
      expect(asked.map(({ instanceIds }) => instanceIds.length)).toEqual([50, 1]);
      expect(asked.flatMap(({ instanceIds }) => instanceIds)).toEqual(ids);
    }
  });

  it('asks with a new id in every round, as a host repeats its answer to a repetition', async () => {
    const { round, looks } = await verification(51, () => 'unhealthy');
    const first = await round();
    expect(first).toMatchObject({ output: { verdict: 'waiting' } });
    const before = looks();
    await round({ round: 1 });
    expect(looks().slice(0, before.length)).toEqual(before);
    expect(looks().length).toBeGreaterThan(before.length);
  });

  it('begins the window again when one of them is unhealthy meanwhile', async () => {
    const last = idOf(50);
    const { round, looks } = await verification(51, (id, look) =>
      id === last && look === 1 ? 'unhealthy' : 'healthy',
    );
    expect(await round()).toMatchObject({ output: { verdict: 'recovered' } });
    expect(looks().length).toBeGreaterThan(3);
  });

  it.each([
    ['unhealthy', 'last look: bad'],
    ['none', 'no-answer after 30 s: it did not recover and stay good for 10 s'],
  ] as const)('does not pass while one host answers “%s”, and says so', async (answer, detail) => {
    const { round } = await verification(51, (id) => (id === idOf(50) ? answer : 'healthy'));
    const completed = await round();
    expect(completed).toMatchObject({
      output: { verdict: expect.stringMatching(/^(waiting|failed)$/), detail },
    });
  });

  it('leaves out a host that has left the fleet since it was repaired', async () => {
    const { world, ids, round } = await verification(52, () => 'healthy');
    world.runbooks.nodes = world.runbooks.nodes.filter(({ instanceId }) => instanceId !== ids[7]);
    expect(await round()).toMatchObject({ output: { verdict: 'recovered' } });
    expect(world.runbooks.sent.some(({ instanceIds }) => instanceIds.includes(ids[7] ?? ''))).toBe(false);
  });

  it('does not pass if a check is refused: nothing is known of the hosts', async () => {
    const { world, round } = await verification(51, () => 'healthy');
    world.runbooks.onSend = () => {
      throw new RequestRefused('no such document');
    };
    expect(await round()).toMatchObject({ output: { verdict: 'waiting', detail: 'last look: no-answer' } });
  });

  it('has no verdict without the permission to look', async () => {
    const { world, round } = await verification(51, () => 'healthy');
    world.runbooks.onSend = () => {
      throw new NotPermitted({ action: 'ssm:SendCommand' });
    };
    await expect(round()).rejects.toThrow(NotPermitted);
    expect(world.tokens.completed).toEqual([]);
  });

  it('takes one command for fifty, whose status event ends it', async () => {
    const { world, round } = await verification(50, () => 'healthy');
    expect(await round()).toBeUndefined();
    expect(world.runbooks.sent.map(({ instanceIds }) => instanceIds.length)).toEqual([50]);
    expect(world.runbooks.sent).toMatchObject([{ maxConcurrency: 50 }]);
  });
});
