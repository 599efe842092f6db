import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { USER_FUNCTION } from '../factories/deployed-engine/user-function.ts';
import type { Ended, Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

const VERIFY = { timeoutSeconds: 4, stableSeconds: 1 };
const UNDO = { type: 'healer', params: { phase: 'undo' } };
const does = (what: string, more: object = {}) => ({
  type: 'healer',
  params: { parameters: { does: what } },
  ...more,
});
const outcomes = ({ steps }: Ended) => steps.map(({ stepId, action, outcome }) => [stepId, action, outcome]);

describe.each(PLACES)('actions of one’s own, $name', ({ open, together }) => {
  let place: Place;
  const requestsOf = (component: string) =>
    (place.userFunction?.requests ?? []).filter((request) => request.component === component);

  beforeAll(async () => {
    const custom = (name: string, actions: readonly object[], more: object = {}) => ({
      custom: `arn:aws:ecs:us-east-1:000000000000:service/prod/${name}`,
      strategies: [{ actions, verify: VERIFY, ...more }],
    });
    place = await open({
      actions: {
        healer: { type: 'invoke_function', params: { function: USER_FUNCTION, undo: true } },
        builder: {
          type: 'invoke_function',
          params: { function: USER_FUNCTION, undo: true, lasting: true },
          timeoutSeconds: 240,
        },
      },
      components: {
        orders: custom('orders', [does('heal')]),
        useless: custom('useless', [does('nothing')], { rollback: { actions: [UNDO] } }),
        refusing: custom('refusing', [does('nothing'), does('fail', { onError: 'rollback' })]),
        released: { versions: ['answers'], strategies: [{ actions: [does('heal')], verify: VERIFY }] },
        rebuilt: custom('rebuilt', [{ type: 'builder', params: { parameters: { does: 'rebuild' } } }]),
        broken: custom('broken', [does('throw'), { type: 'notify_soc' }]),
        babbling: custom('babbling', [does('babble')]),
        hosts: {
          strategies: [{ actions: [does('heal'), { type: 'start_component' }], verify: VERIFY }],
        },
      },
    });
  });
  afterAll(async () => await place?.stop());

  together('own actions heal a component that has no hosts', async () => {
    await place.signal('orders');
    const { operationId } = await place.completed('orders');
    expect(requestsOf('orders')).toMatchObject([
      {
        phase: 'do',
        idempotencyKey: `${operationId}/heal-0`,
        targetKind: 'custom',
        targets: ['arn:aws:ecs:us-east-1:000000000000:service/prod/orders'],
        parameters: { does: 'heal' },
      },
    ]);
  });

  together(
    'own actions that last end when their function says so, once their event has it asked',
    async () => {
      await place.signal('rebuilt');
      await place.until('the start', 30, () => requestsOf('rebuilt')[0]);
      // A step is first looked at after half a minute.
      await place.sleep(31_000);
      await place.putEvent({ source: 'selfheal.action', detailType: 'Selfheal Action Ended', detail: {} });
      const { operationId } = await place.completed('rebuilt');
      const [step] = await place.store.listSteps(operationId);
      expect(step).toMatchObject({
        outcome: 'SUCCEEDED',
        detail: `${USER_FUNCTION} succeeded: rebuilt`,
        undo: '{"version":42}',
      });
      const idempotencyKey = `${operationId}/heal-0`;
      expect(place.userFunction?.looks).toMatchObject([
        { phase: 'inspect', idempotencyKey, reference: 'job-17' },
      ]);
      expect(requestsOf('rebuilt')).toHaveLength(1);
    },
  );

  together('own actions are undone when the component does not recover', async () => {
    await place.signal('useless');
    const ended = await place.ended('useless');
    expect(ended.operation).toMatchObject({ state: 'FAILED' });
    expect(requestsOf('useless').map(({ phase, undo }) => [phase, undo])).toEqual([
      ['do', undefined],
      ['undo', { version: 41 }],
    ]);
  });

  together('own actions are undone when a later one fails', async () => {
    await place.signal('refusing');
    expect(outcomes(await place.ended('refusing'))).toEqual([
      ['heal-0', 'invoke_function', 'SUCCEEDED'],
      ['heal-1', 'invoke_function', 'FAILED'],
      ['rollback-0', 'invoke_function', 'SUCCEEDED'],
      ['rollback-1', 'invoke_function', 'SUCCEEDED'],
      ['escalate-0', 'notify_architect', 'SUCCEEDED'],
    ]);
  });

  together('own actions that throw or answer nonsense fail, and people learn why', async () => {
    await Promise.all([place.signal('broken'), place.signal('babbling')]);
    const broken = await place.ended('broken');
    expect(broken.steps[0]).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('RangeError'),
    });
    const babbling = await place.ended('babbling');
    expect(babbling.operation.failure?.cause).toContain('did not answer {"outcome"');
    expect(place.notifications('architect', 'babbling')).toHaveLength(1);
  });

  together('own actions run on an alias of Lambda, which they receive by name', async () => {
    await place.signal('released');
    await place.completed('released');
    expect(requestsOf('released')).toMatchObject([
      { targetKind: 'lambda_alias', targets: ['released:live'] },
    ]);
  });

  together('own actions run on hosts, beside runbooks', async () => {
    await place.signal('hosts');
    await place.completed('hosts');
    const [host] = place.landscape.instancesOf('hosts');
    expect(requestsOf('hosts')).toMatchObject([{ targetKind: 'host', targets: [host] }]);
    expect(place.effectsOf('hosts').map(({ action }) => action)).toEqual(['start_component']);
  });
});

describe.each(PLACES)('a function that may not be invoked, $name', ({ open }) => {
  let place: Place;
  beforeAll(async () => {
    place = await open({
      actions: { healer: { type: 'invoke_function', params: { function: USER_FUNCTION } } },
      components: { orders: { custom: 'orders', strategies: [{ actions: [does('heal')], verify: VERIFY }] } },
    });
  });
  afterAll(async () => await place?.stop());

  it('a missing permission for an own action fails the repair, which names it', async ({ skip }) => {
    if (!place.whileDenied) return skip('this place enforces no permissions');
    await place.whileDenied('selfheal-act', 'lambda:InvokeFunction', async () => {
      await place.signal('orders');
      const { operation } = await place.ended('orders');
      expect(operation.failure?.cause).toContain('missing permission: lambda:InvokeFunction');
    });
    expect(place.userFunction?.requests).toEqual([]);
  });
});
