import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended, Place, PlaceAliases } from './places/place.ts';
import { PLACES } from './places/places.ts';

const VERIFY = { timeoutSeconds: 4, stableSeconds: 1 };
const BACK = { type: 'rollback_deployment' };
const FORWARD = { type: 'rollback_deployment', params: { phase: 'undo' } };
const outcomes = ({ steps }: Ended) =>
  steps
    .filter(({ stepId }) => !stepId.startsWith('escalate'))
    .map(({ stepId, action, outcome }) => [stepId, action, outcome]);

describe.each(PLACES)('functions behind an alias, $name', ({ open, together }) => {
  let place: Place;
  let aliases: PlaceAliases;
  const strategies = (actions: readonly object[], undo: readonly object[] = [FORWARD]) => [
    { actions, verify: VERIFY, rollback: { actions: undo } },
  ];

  beforeAll(async () => {
    place = await open({
      components: {
        released: { versions: ['answers', 'throws'], strategies: strategies([BACK]) },
        useless: { versions: ['throws', 'throws'], strategies: strategies([BACK]) },
        contested: { versions: ['throws', 'throws', 'throws'], ahead: 1, strategies: strategies([BACK]) },
        first: { versions: ['throws'], strategies: strategies([BACK]) },
        denied: { versions: ['answers', 'throws'], strategies: strategies([BACK]) },
        scaled: {
          versions: ['answers'],
          strategies: strategies([{ type: 'scale_resources', params: { to: 5 } }, { type: 'health_check' }]),
        },
      },
    });
    if (!place.aliases) throw new Error('no functions here');
    ({ aliases } = place);
  });
  afterAll(async () => await place?.stop());

  together('moves an alias back from a bad version to the one that served before', async () => {
    await place.setAlarm('released', 'ALARM', 'errors');
    const { operationId } = await place.completed('released');
    expect(await aliases.version('released')).toBe('1');
    const [step] = await place.store.listSteps(operationId);
    expect(step).toMatchObject({
      outcome: 'SUCCEEDED',
      targets: ['released:live'],
      detail: 'alias released:live was changed from version 2 to version 1',
    });
  });

  together('moves an alias forward again where going back did not help', async () => {
    await place.signal('useless');
    const ended = await place.ended('useless');
    expect(ended.operation).toMatchObject({ state: 'FAILED', failure: { error: 'NotRecovered' } });
    expect(outcomes(ended)).toEqual([
      ['heal-0', 'rollback_deployment', 'SUCCEEDED'],
      ['rollback-0', 'rollback_deployment', 'SUCCEEDED'],
    ]);
    expect(await aliases.version('useless')).toBe('2');
  });

  together('leaves an alias where someone else has put it meanwhile', async () => {
    await place.signal('contested');
    await place.until('the rollback of contested', 20, async () =>
      (await aliases.version('contested')) === '1' ? true : undefined,
    );
    await aliases.point('contested', '3');
    const ended = await place.ended('contested');
    expect(outcomes(ended)).toEqual([
      ['heal-0', 'rollback_deployment', 'SUCCEEDED'],
      ['rollback-0', 'rollback_deployment', 'FAILED'],
    ]);
    expect(ended.steps[1]).toMatchObject({
      failsAs: 'ChangedBySomeoneElse',
      detail: expect.stringContaining('has version 3, neither version 1 as before nor version 2 as intended'),
    });
    expect(await aliases.version('contested')).toBe('3');
  });

  together('leaves an alias without an earlier version as it is, and people learn why', async () => {
    await place.signal('first');
    const { operation, steps } = await place.ended('first');
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'ActionFailed' } });
    expect(steps[0]?.detail).toBe('alias first:live: no version before 1 is left; the function has 1');
    expect(await aliases.version('first')).toBe('1');
  });

  together('scales a function, and checks it by what Lambda reports', async () => {
    await place.signal('scaled');
    const { operationId } = await place.completed('scaled');
    expect((await place.store.listSteps(operationId)).map(({ detail }) => detail)).toEqual([
      'reserved concurrency of scaled was changed from none to 5',
      'scaled:live is Active',
    ]);
  });

  it('leaves an alias alone where a permission is missing, and names the permission', async () => {
    await place.whileDenied?.('selfheal-act', 'lambda:UpdateAlias', async () => {
      await place.signal('denied');
      const { operation, steps } = await place.ended('denied');
      expect(operation.state).toBe('FAILED');
      expect(steps[0]?.detail).toContain('missing permission: lambda:UpdateAlias');
      expect(await aliases.version('denied')).toBe('2');
    });
  });
});
