import { describe, expect, it } from 'vitest';
import { verify } from '../../../../functions/app/heal/verify.ts';
import { NODE } from '../../../factories/configuration.ts';
import { isolatedHost } from '../../../factories/ports/isolated-host.ts';
import { admitted, inputOf } from '../../../factories/ports/world.ts';

const LIFT = {
  ...{ id: 'lift-isolation', components: ['web'], trigger: { metrics: ['isolation_limit'] } },
  actions: [{ type: 'restore_network' }],
};

const RESTART = { id: 'plain', components: ['web'], trigger: { metrics: ['plain'] } };

describe('a lift of an isolation', () => {
  it('fails where the operation that it names has isolated nothing', async () => {
    const run = await isolatedHost({}, [], [LIFT, RESTART]);
    const restart = await admitted(run.world, { metric: 'plain', signalId: 'later' });
    await run.end(restart);
    const { operationId } = restart;
    const lift = await run.admit({
      ...{ component: 'web', metric: 'isolation_limit', severity: 'WARNING', signalId: 'by-hand' },
      ...{ strategy: 'lift-isolation', lifts: operationId, targets: [NODE] },
    });
    expect(await run.carryOut(lift, 'heal-0')).toMatchObject({
      ...{ outcome: 'FAILED', detail: `${operationId}: no isolation of this component on record` },
    });
  });

  it('is not verified as long as a host is still isolated', async () => {
    const run = await isolatedHost({}, [], [LIFT]);
    const lift = await run.admit({
      ...{ component: 'web', metric: 'isolation_limit', severity: 'WARNING', signalId: 'by-hand' },
      ...{ strategy: 'lift-isolation', lifts: run.operation.operationId },
    });
    const refused = { status: 'Failed', statusDetails: 'Failed', exitCode: 1 } as const;
    expect(await run.carryOut(lift, 'heal-0', refused)).toMatchObject({ outcome: 'FAILED' });
    await verify(run.world, { ...inputOf(lift, 'verify'), verification: { round: 0 } });
    expect(run.world.tokens.completed.at(-1)).toMatchObject({
      ...{ taskToken: 'verify', output: { verdict: 'failed', detail: expect.stringContaining(NODE) } },
    });
  });

  it('is of all hosts of the isolation where it names none', async () => {
    const run = await isolatedHost({}, [], [LIFT]);
    const lift = await run.admit({
      ...{ component: 'web', metric: 'isolation_limit', severity: 'WARNING', signalId: 'by-hand' },
      ...{ strategy: 'lift-isolation', lifts: run.operation.operationId },
    });
    expect(await run.carryOut(lift, 'heal-0')).toMatchObject({ outcome: 'SUCCEEDED', targets: [NODE] });
  });
});
