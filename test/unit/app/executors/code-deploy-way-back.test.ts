import { describe, expect, it } from 'vitest';
import { findWayBack } from '../../../../functions/app/executors/code-deploy-way-back.ts';
import type { CodeDeployment } from '../../../../functions/core/target/code-deployment.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const DAY_MS = 86_400_000;
const HOSTS = { kind: 'host', id: 'shop/production' } as const;

function deployment(id: string, daysAgo: number, more: Partial<CodeDeployment> = {}): CodeDeployment {
  return {
    ...{ id, group: HOSTS.id, status: 'Succeeded', platform: 'Server', creator: 'user', description: '' },
    ...{ createdAtMs: NOON - daysAgo * DAY_MS, revision: JSON.stringify({ key: id }) },
    ...more,
  };
}

/** Looks for the way back in a history. */
async function lookedFor(deployments: readonly CodeDeployment[]) {
  const windows: (readonly [number, number])[] = [];
  const { aliases } = createWorld(configured({}));
  const found = await findWayBack(
    {
      aliases,
      clock: { nowMs: () => NOON, sleep: async () => undefined },
      codeDeployments: {
        // Both bounds count: two windows share what was created at the second between them.
        since: async (_, sinceMs, untilMs = NOON) => {
          windows.push([(NOON - sinceMs) / DAY_MS, (NOON - untilMs) / DAY_MS]);
          return deployments.filter(({ createdAtMs }) => createdAtMs >= sinceMs && createdAtMs <= untilMs);
        },
        withAppSpec: async (_, revision) => revision,
      },
    },
    HOSTS.id,
    HOSTS,
    undefined,
  );
  return { found, windows };
}

describe('the history of a deployment group', () => {
  it('is read further back only until there is an answer, and nothing of it twice', async () => {
    const { found, windows } = await lookedFor([
      deployment('d-3', 1, { status: 'Failed' }),
      deployment('d-2', 30),
      deployment('d-1', 90),
    ]);
    expect(found).toMatchObject({ from: { id: 'd-3' }, good: { id: 'd-2' } });
    expect(windows).toEqual([
      [7, 0],
      [30, 7],
    ]);
  });

  it('counts a deployment once that was created at the end of one part and the beginning of another', async () => {
    const { found } = await lookedFor([deployment('d-2', 7), deployment('d-1', 7.5)]);
    expect(found).toMatchObject({ from: { id: 'd-2' }, good: { id: 'd-1' } });
  });

  it('ends with words after 500 days', async () => {
    const { found, windows } = await lookedFor([deployment('d-2', 1), deployment('d-1', 600)]);
    expect(found).toEqual({ problem: 'no earlier revision was deployed successfully within 500 days' });
    expect(windows.at(-1)).toEqual([500, 365]);
  });

  it('ends with words after thousands of deployments to instances that were launched', async () => {
    const launched = Array.from({ length: 60 * 100 }, (_, index) =>
      deployment(`d-launch-${index}`, index / 100, { creator: 'autoscaling', revision: '{"key":"d-2"}' }),
    );
    const { found, windows } = await lookedFor([...launched, deployment('d-2', 61), deployment('d-1', 62)]);
    expect(found).toEqual({
      problem: expect.stringMatching(/among its last \d+ deployments, within 60 days; .* no further/),
    });
    expect(windows).toHaveLength(3);
  });
});
