import { describe, expect, it } from 'vitest';
import { sharedRollbackRefusal } from '../../../../functions/core/admission/shared-rollback.ts';

const change = { source: 'codedeploy', changeId: 'd-1', summary: 'deployment d-1' } as Parameters<
  typeof sharedRollbackRefusal
>[1];
const rolled = { source: 'codedeploy', changeId: 'd-1' } as const;

const reasonWith = (
  rollingBack: Parameters<typeof sharedRollbackRefusal>[2]['rollingBack'],
  inFlight: readonly string[],
) => sharedRollbackRefusal('web', change, { ...(rollingBack && { rollingBack }), inFlight });

describe('the rollback of a change that several components have', () => {
  it('waits for the operation on another component that rolls the same change back', () => {
    expect(reasonWith({ mail: { ...rolled, changeId: 'd-2' }, api: rolled }, ['mail', 'api'])).toStrictEqual({
      reason: 'CHANGE_IN_PROGRESS',
      detail: 'an operation on api is rolling deployment d-1 back, which is the same change',
    });
  });

  it.each([
    ['an operation of its own', { web: rolled }, ['web']],
    ['one that has ended', { api: rolled }, ['mail']],
    ['another change of the source', { api: { ...rolled, changeId: 'd-2' } }, ['api']],
    ['a change of another source', { api: { ...rolled, source: 'ecs' as const } }, ['api']],
    ['none', undefined, ['api']],
  ])('does not wait for %s', (_, rollingBack, inFlight) => {
    expect(reasonWith(rollingBack, inFlight)).toBeUndefined();
  });

  it('does not wait where no change is rolled back', () => {
    expect(
      sharedRollbackRefusal('web', undefined, { rollingBack: { api: rolled }, inFlight: ['api'] }),
    ).toBeUndefined();
  });
});
