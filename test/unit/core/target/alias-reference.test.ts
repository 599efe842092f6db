import { describe, expect, it } from 'vitest';
import { describeReference } from '../../../../functions/core/actions/action-reference.ts';
import { aliasProgress } from '../../../../functions/core/target/alias-progress.ts';
import { aliasReferenceId, parseAliasReference } from '../../../../functions/core/target/alias-reference.ts';
import { parseInstanceReference } from '../../../../functions/core/target/instance-reference.ts';

const MOVE = { id: 'orders:live', version: '4' };
const READY = { requested: 5, status: 'READY' };
const PREPARING = { requested: 5, status: 'IN_PROGRESS' };

describe('a reference to a move of an alias', () => {
  it('says which alias, and to which version', () => {
    const id = aliasReferenceId(MOVE);
    expect(parseAliasReference(id)).toEqual(MOVE);
    expect(describeReference({ executor: 'resource', id })).toBe('move of alias orders:live to version 4');
  });

  it('cannot be confused with a reference to anything else', () => {
    expect(parseAliasReference('production/orders/ecs-svc/1')).toBeUndefined();
    expect(parseAliasReference('ec2:reboot:1:i-0123456789abcdef0')).toBeUndefined();
    expect(parseInstanceReference(aliasReferenceId(MOVE))).toBeUndefined();
  });
});

describe('a move of an alias', () => {
  it('goes on while the version before has all requests', () => {
    expect(aliasProgress(MOVE, { version: '4', weights: { 5: 1 } }, PREPARING)).toEqual({
      detail: 'version 5 still gets all requests until provisioned concurrency is ready on version 4',
    });
  });

  it('succeeds once its version serves, even if not all environments are ready', () => {
    expect(aliasProgress(MOVE, { version: '4', weights: {} }, PREPARING)).toEqual({
      outcome: 'SUCCEEDED',
      detail: 'it serves version 4',
    });
  });

  it('succeeds for a weighted rollout once the shares are as they were', () => {
    expect(aliasProgress(MOVE, { version: '4', weights: { 5: 0.1 } }, READY)).toEqual({
      outcome: 'SUCCEEDED',
      detail: 'it serves version 4 and 10 % of version 5',
    });
  });

  it('fails where environments of its version cannot be made ready', () => {
    const failed = { requested: 5, status: 'FAILED', reason: 'FUNCTION_ERROR_INIT_FAILURE' };
    expect(aliasProgress(MOVE, { version: '4', weights: { 5: 1 } }, failed)).toEqual({
      outcome: 'FAILED',
      detail:
        'version 5 still gets all requests: provisioned concurrency cannot be made ready on version 4 (FUNCTION_ERROR_INIT_FAILURE)',
    });
  });

  it('fails without a reason where Lambda gives none', () => {
    const failed = { requested: 5, status: 'FAILED' };
    expect(aliasProgress(MOVE, { version: '4', weights: { 5: 1 } }, failed)).toEqual({
      outcome: 'FAILED',
      detail: 'version 5 still gets all requests: provisioned concurrency cannot be made ready on version 4',
    });
  });

  it('fails where the weight is left and nothing is being prepared any longer', () => {
    expect(aliasProgress(MOVE, { version: '4', weights: { 5: 1 } }, { requested: null })).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('no longer has provisioned concurrency'),
    });
  });

  it('fails where someone else has moved the alias on', () => {
    expect(aliasProgress(MOVE, { version: '6', weights: {} }, READY)).toEqual({
      outcome: 'FAILED',
      detail: 'it has version 6: someone else has changed it',
    });
  });
});
