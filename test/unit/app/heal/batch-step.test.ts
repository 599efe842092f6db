import { describe, expect, it } from 'vitest';
import { batchStep } from '../../../../functions/app/heal/batch-step.ts';
import { healStep } from '../../../../functions/core/operation/heal-steps.ts';
import type { Layout } from '../../../../functions/core/operation/layout.ts';
import type { StepId } from '../../../../functions/core/operation/operation.ts';
import { A, B, twoHosts } from '../two-hosts.ts';

interface Given {
  readonly stepId?: StepId;
  readonly only?: readonly string[];
  readonly offline?: readonly string[];
  readonly layout?: Layout;
}

/** What to do for a step on A and B together, which are stopped and then started. */
async function decided({ stepId = 'heal-1', only, offline = [], layout }: Given = {}) {
  const { world, operation, lies } = await twoHosts({
    component: { maxConcurrentTargets: 2, minHealthyTargets: 0 },
  });
  lies(...offline);
  const plan = await world.store.getPlan(operation.planId);
  const laidOut = { ...operation, layout: layout ?? { batches: [[A, B]], skipped: {} } };
  const step = plan && healStep(plan.strategy, laidOut, stepId);
  if (!step) throw new Error(`there is no ${stepId}`);
  const subject = { operation: laidOut, component: plan.component, fence: operation.fence };
  return await batchStep(world, subject, plan, step, [], 0, only);
}

describe('a step of a batch', () => {
  it('begins on all its hosts', async () => {
    for (const stepId of ['heal-0', 'heal-1'] as const)
      expect(await decided({ stepId })).toStrictEqual({
        ...{ kind: 'begin', targets: [A, B], skipped: {}, unreached: [] },
      });
  });

  it('leaves out a host that is offline before the batch begins', async () => {
    expect(await decided({ stepId: 'heal-0', offline: [B] })).toStrictEqual({
      ...{ kind: 'begin', targets: [A], skipped: { [B]: 'offline' }, unreached: [] },
    });
  });

  it('fails if a host is offline later', async () => {
    expect(await decided({ offline: [B] })).toStrictEqual({
      kind: 'over',
      end: {
        ...{ outcome: 'FAILED', failsAs: 'TargetsUnavailable' },
        detail: `${B} (offline): not an online Linux node`,
      },
    });
  });

  it('begins a lift on the hosts that are online, and says where it could not', async () => {
    expect(await decided({ only: [A, B], offline: [B] })).toStrictEqual({
      ...{ kind: 'begin', targets: [A], skipped: {}, unreached: [B] },
    });
    expect(await decided({ only: [B], offline: [B] })).toMatchObject({
      ...{ kind: 'over', end: { outcome: 'FAILED' } },
    });
    expect(await decided({ only: [A] })).toStrictEqual({
      ...{ kind: 'begin', targets: [A], skipped: {}, unreached: [] },
    });
  });

  it('goes on record with the hosts that it leaves out, if there are any', async () => {
    for (const offline of [[], [B]]) {
      const { diagnose, step, lies, record } = await twoHosts({
        component: { maxConcurrentTargets: 2, minHealthyTargets: 0 },
      });
      await diagnose();
      lies(...offline);
      await step('heal-0');
      const { targets, skipped } = (await record('heal-0')) ?? {};
      expect([targets, skipped]).toEqual(
        offline.length === 0 ? [[A, B], undefined] : [[A], { [B]: 'offline' }],
      );
    }
  });

  it('looks for no lost command where it leaves all hosts out, since nothing takes its place', async () => {
    const { world, diagnose, step, leaves, record } = await twoHosts({ component: { minHealthyTargets: 0 } });
    await diagnose();
    leaves(A);
    Object.assign(world.runbooks, { findCommand: () => Promise.reject(new Error('searched')) });
    await step('heal-0');
    expect(await record('heal-0')).toMatchObject({ outcome: 'SKIPPED' });
  });

  it('has nothing to lift where none of its hosts was isolated in that way', async () => {
    expect(await decided({ only: ['i-0000000000000000c'] })).toStrictEqual({
      ...{ kind: 'over', end: { outcome: 'SKIPPED', detail: 'nothing was isolated in this way' } },
    });
  });

  it('ends the operation if the batches could not be laid out', async () => {
    const problem = { code: 'TooManyTargets', detail: '9999 targets' } as const;
    expect(await decided({ layout: { batches: [[]], skipped: {}, problem } })).toStrictEqual({
      kind: 'over',
      end: { outcome: 'FAILED', failsAs: 'TooManyTargets', detail: '9999 targets', isFinal: true },
    });
  });
});
