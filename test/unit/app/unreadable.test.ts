import { describe, expect, it } from 'vitest';
import { readOrSay } from '../../../functions/app/unreadable.ts';
import { NotPermitted, ServiceUnavailable } from '../../../functions/ports/errors.ts';

describe('what is read or said to be unreadable', () => {
  it('is the answer where there is one', async () => {
    expect(await readOrSay(async () => ['web'])).toEqual({ answer: ['web'] });
  });

  it('is the service’s own words where it does not answer', async () => {
    expect(await readOrSay(() => Promise.reject(new ServiceUnavailable('throttled')))).toEqual({
      unreadable: { problem: 'throttled' },
    });
  });

  it('is the permission that is missing, by name', async () => {
    const denial = { action: 'ssm:GetParameter', resource: 'arn:x', role: 'operator' };
    expect(await readOrSay(() => Promise.reject(new NotPermitted(denial)))).toEqual({
      unreadable: {
        problem: 'missing permission: ssm:GetParameter on arn:x for role operator',
        permission: 'ssm:GetParameter',
      },
    });
  });

  it('does not hide a defect', async () => {
    const defect = new TypeError('x is not a function');
    await expect(readOrSay(() => Promise.reject(defect))).rejects.toBe(defect);
  });
});
