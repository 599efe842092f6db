import { expect, it } from 'vitest';
import { snapshot } from '../../../../functions/app/executors/database-snapshot.ts';
import { RequestRefused, ServiceUnavailable, TargetBusy } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { stepCall } from './step-call.ts';

/** Takes a snapshot of an instance that RDS refuses to take. */
async function taken(refusal: Error) {
  const databases = { readSnapshot: async () => undefined, takeSnapshot: () => Promise.reject(refusal) };
  const clock = { nowMs: () => NOON };
  const answer = snapshot({ databases, clock } as never, 'instance', 'orders', stepCall().call);
  return await answer.catch((error: Error) => error);
}

it.each(['InvalidDBInstanceState', 'InvalidDBClusterStateFault'])(
  'a snapshot is tried again later where RDS answers %s',
  async (serviceCode) => {
    const refusal = new RequestRefused('backing up', { serviceCode });
    const answer = await taken(refusal);
    expect(answer).toBeInstanceOf(TargetBusy);
    expect(answer).toMatchObject({
      ...{ message: 'RDS takes no snapshot of orders yet: backing up', cause: refusal },
    });
  },
);

it.each([
  new RequestRefused('too many', { serviceCode: 'SnapshotQuotaExceeded' }),
  new RequestRefused('no code'),
  new ServiceUnavailable('throttled', { serviceCode: 'InvalidDBInstanceState' }),
])('a snapshot fails as RDS says otherwise: %o', async (refusal) => {
  expect(await taken(refusal)).toBe(refusal);
});
