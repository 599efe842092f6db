import { describe, expect, it } from 'vitest';
import { findWayBack, unfitAlias } from '../../../../functions/app/executors/code-deploy-way-back.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { BAD, GOOD, GROUP } from './code-deploy-call.ts';

const ALIAS = { kind: 'lambda_alias', id: 'orders:live' } as const;
const HOST = { kind: 'host', id: GROUP } as const;
const UNKNOWN = '{"s3Location":{"key":"appspec.yml"}}';
const UNKNOWN_SHIFT = 'its AppSpec is not part of the deployment, so that its versions are not known';

/** Deployments that all failed, the newest first. */
const inVain = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...BAD, id: `d-${index}`, status: 'Failed' as const }));

/** Looks for the way back where every look at the history finds this. */
async function found(each: readonly object[], target: Parameters<typeof findWayBack>[2] = HOST) {
  const looks: (readonly unknown[])[] = [];
  const codeDeployments = {
    since: async (_: string, ...range: readonly unknown[]) => {
      looks.push(range);
      return each;
    },
    withAppSpec: async () => UNKNOWN,
  };
  const way = await findWayBack(
    { codeDeployments, clock: { nowMs: () => NOON } } as never,
    GROUP,
    target,
    undefined,
  );
  return { way, looks };
}

describe('the history of a deployment group', () => {
  it('is read further and further, and a deployment that is listed twice counts once', async () => {
    const { way, looks } = await found(inVain(1_000));
    expect(way).toEqual({ problem: 'no earlier revision was deployed successfully within 500 days' });
    const days = [7, 30, 60, 90, 180, 365, 500].map((count) => NOON - count * 86_400_000);
    expect(looks).toEqual(days.map((sinceMs, index) => [sinceMs, days[index - 1]]));
  });

  it('is read no further after 5,000 deployments', async () => {
    const { way, looks } = await found(inVain(5_000));
    expect(way).toEqual({
      problem:
        'no earlier revision was deployed successfully among its last 5000 deployments, within 7 days; its history is read no further',
    });
    expect(looks).toHaveLength(1);
    expect((await found(inVain(4_999))).looks).toHaveLength(7);
  });

  it('is no help where the versions of an alias are not known', async () => {
    const { way } = await found(
      [BAD, GOOD].map((one) => ({ ...one, platform: 'Lambda' })),
      ALIAS,
    );
    expect(way).toEqual({ problem: `d-2: ${UNKNOWN_SHIFT}` });
  });
});

describe('a revision', () => {
  const aliases = { read: async () => ({ pointer: { version: '1', weights: {} } }) as never };

  it('is not deployed to an alias if its versions are not known', async () => {
    expect(await unfitAlias({ aliases }, ALIAS, UNKNOWN)).toEqual({ detail: UNKNOWN_SHIFT, isThere: false });
  });

  it('may be deployed to anything else', async () => {
    expect(await unfitAlias({ aliases }, HOST, UNKNOWN)).toBeUndefined();
  });
});
