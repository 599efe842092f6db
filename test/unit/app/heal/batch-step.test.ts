import { describe, expect, it } from 'vitest';
import { batchStep } from '../../../../functions/app/heal/batch-step.ts';
import { healStep } from '../../../../functions/core/operation/heal-steps.ts';
import type { Layout } from '../../../../functions/core/operation/layout.ts';
import type { StepId, StepRecord } from '../../../../functions/core/operation/operation.ts';
import { stepOf } from '../../../factories/operations/admissions.ts';
import { A, B, twoHosts } from '../two-hosts.ts';

interface Given {
  readonly stepId?: StepId;
  readonly only?: readonly string[];
  readonly offline?: readonly string[];
  readonly gone?: readonly string[];
  readonly layout?: Layout;
  readonly records?: readonly Partial<StepRecord>[];
  readonly component?: object;
  readonly strategy?: object;
}

/** What to do for a step on A and B together, which are stopped and then started. */
async function decided({ stepId = 'heal-1', only, offline = [], gone = [], ...given }: Given = {}) {
  const { layout, records = [], component = {}, strategy = {} } = given;
  const { world, operation, lies, leaves } = await twoHosts({
    component: { maxConcurrentTargets: 2, minHealthyTargets: 0, ...component },
    strategy: { ...strategy },
  });
  lies(...offline);
  leaves(...gone);
  const steps = records.map((record) => stepOf(operation, record));
  const plan = await world.store.getPlan(operation.planId);
  const laidOut = { ...operation, layout: layout ?? { batches: [[A, B]], skipped: {} } };
  const step = plan && healStep(plan.strategy, laidOut, stepId);
  if (!step) throw new Error(`there is no ${stepId}`);
  const subject = { operation: laidOut, component: plan.component, fence: operation.fence };
  return await batchStep(world, subject, plan, step, steps, 0, only);
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

  it('leaves out an offline host whatever is on record, unless the step itself has changed something', async () => {
    const change = { before: '1', intended: '2' };
    const skipped = { kind: 'begin', targets: [A], skipped: { [B]: 'offline' }, unreached: [] };
    const decide = (...records: readonly Partial<StepRecord>[]) =>
      decided({ stepId: 'heal-0', offline: [B], records });
    expect(await decide({ stepId: 'heal-1', change })).toStrictEqual(skipped);
    expect(await decide({ stepId: 'heal-0' })).toStrictEqual(skipped);
    expect(await decide({ stepId: 'heal-0', change })).not.toHaveProperty('targets');
  });

  it('does not leave out a host that has gone offline since a try whose record was lost', async () => {
    const { world, diagnose, step, lies, record } = await twoHosts({
      component: { maxConcurrentTargets: 2, minHealthyTargets: 0 },
    });
    await diagnose();
    const { recordStep } = world.store;
    Object.assign(world.store, { recordStep: () => Promise.reject(new Error('crash')) });
    await expect(step('heal-0')).rejects.toThrow('crash');
    Object.assign(world.store, { recordStep });
    lies(B);
    await step('heal-0', 1);
    expect(await record('heal-0')).toMatchObject({
      ...{ outcome: 'FAILED', detail: `${B} (offline): not an online Linux node` },
    });
  });

  it('names the hosts that are gone where one that is left is offline', async () => {
    expect(await decided({ offline: [B], gone: [A] })).toStrictEqual({
      kind: 'over',
      end: {
        ...{ outcome: 'FAILED', failsAs: 'TargetsUnavailable', skipped: { [A]: 'gone' } },
        detail: `${B} (offline): not an online Linux node`,
      },
    });
  });

  it('checks that the hosts are online where there is no service, and that they are isolated in any case', async () => {
    const check = (type: string) =>
      decided({
        component: { service: undefined },
        strategy: { actions: [{ type }] },
        layout: { batches: [[A, B], []], skipped: {} },
      });
    expect(await check('clear_temp_files')).toStrictEqual({
      ...{ kind: 'over', end: { outcome: 'SUCCEEDED', detail: `${A}, ${B}: online` } },
    });
    expect(await check('isolate_network')).toMatchObject({ kind: 'begin', targets: [A, B] });
  });

  it('asks nothing about the hosts of a batch that has none', async () => {
    const { world, operation } = await twoHosts();
    const plan = await world.store.getPlan(operation.planId);
    const laidOut = { ...operation, layout: { batches: [[]], skipped: {} } };
    const step = plan && healStep(plan.strategy, laidOut, 'heal-0');
    if (!step) throw new Error('there is no heal-0');
    const subject = { operation: laidOut, component: plan.component, fence: operation.fence };
    const asked = world.runbooks.selectors.length;
    expect(await batchStep(world, subject, plan, step, [], 0)).toMatchObject({ kind: 'over' });
    expect(world.runbooks.selectors).toHaveLength(asked);
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
