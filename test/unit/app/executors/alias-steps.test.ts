import { describe, expect, it } from 'vitest';
import { RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { begun, type Place } from './alias-call.ts';
import type { stepCall } from './step-call.ts';

const failed = (detail: string) => ({ outcome: 'FAILED', detail });
const changed = (detail: string) => ({ outcome: 'SUCCEEDED', detail });
const rollback = (given: Parameters<typeof stepCall>[0] = {}, place: Place = {}) =>
  begun('rollback_deployment', given, place);

describe('a rollback of an alias', () => {
  const SHIFTING = { version: '1', weights: { 2: 0.1 } };
  const suspecting = (change: object) => ({
    operation: { alert: { change: { changeId: 'd-1', ...change } } },
  });

  it('stops while CodeDeploy shifts its requests, and says what to do', async () => {
    const change = suspecting({ source: 'codedeploy', isInProgress: true });
    const { answer, asked } = await rollback(change, { pointer: SHIFTING });
    expect(answer).toStrictEqual(
      failed(
        'alias orders:live: CodeDeploy is shifting its requests by the deployment d-1, and would go on: stop that one, with its rollback, or have its deployment group watch the alarm',
      ),
    );
    expect(asked).toEqual([]);
  });

  it.each([[{ source: 'codedeploy', isInProgress: false }], [{ source: 'lambda', isInProgress: true }]])(
    'ends a rollout that CodeDeploy does not carry out: %o',
    async (change) => {
      const { answer, asked } = await rollback(suspecting(change), { pointer: SHIFTING });
      expect(answer).toStrictEqual(
        changed('alias orders:live was changed from version 1 and 10 % of version 2 to version 1'),
      );
      expect(asked).toEqual([['point', { version: '1', weights: {} }, 'alias 1']]);
    },
  );

  it.each([
    ['Failed', 'version 1 is Failed: out of date'],
    [
      'Inactive',
      'version 1 is Inactive: out of date; requests to it fail until Lambda has prepared it again, which the first of them begins. Invoke `orders:1` once, and roll back when it is Active, or name another `version`',
    ],
  ])('does not end a rollout with an older version that is %s', async (state, why) => {
    const states = { 1: { state, reason: 'out of date' } };
    const { answer, asked } = await rollback({}, { pointer: SHIFTING, states });
    expect(answer).toStrictEqual(failed(`alias orders:live: ${why}`));
    expect(asked).toEqual([]);
  });

  it.each([
    [11, undefined],
    [12, 'Lambda is still preparing orders:1; it is asked again'],
  ])(
    'looks twelve times whether Lambda has prepared the version: after %i in vain',
    async (preparedAfter, why) => {
      const { answer, sleeps } = await rollback({}, { preparedAfter });
      expect(answer).toMatchObject(
        why ? { name: 'ServiceUnavailable', message: why } : { outcome: 'SUCCEEDED' },
      );
      expect(sleeps).toEqual(Array(11).fill(2_000));
    },
  );
});

describe('an alias with provisioned concurrency', () => {
  const refusal = failed(
    'alias orders:live has provisioned concurrency, which takes minutes to be ready on another version, and the action has 119 s: write `timeoutSeconds: 10m`, and raise `settings.repairTimeoutSeconds` accordingly',
  );
  const underWay = (version: string) => ({
    reference: { executor: 'resource', id: `lambda:${version}:orders:live` },
  });
  const MORE = { ladder: [{ memoryMiB: 256 }] };

  it.each([
    ['rollback_deployment', {}],
    ['increase_resources', MORE],
  ])('is not moved by %s with less than two minutes', async (type, params) => {
    const late = await begun(type, { timeoutSeconds: 119, params }, { requested: 5 });
    expect(late).toMatchObject({ answer: refusal, asked: [], kept: [] });
    const { answer } = await begun(type, { timeoutSeconds: 120, params }, { requested: 5 });
    expect(answer).toStrictEqual(underWay(type === 'rollback_deployment' ? '1' : '3'));
  });

  it('is followed further by a repetition, however little time that has', async () => {
    const earlier = { before: '{"version":"2","weights":{}}', intended: '{"version":"1","weights":{}}' };
    const { answer } = await rollback({ timeoutSeconds: 60, changes: { earlier } }, { requested: 5 });
    expect(answer).toStrictEqual(underWay('1'));
  });

  it('is not waited for where it was not moved', async () => {
    const { answer } = await rollback({ timeoutSeconds: 600, params: { version: '9' } }, { requested: 5 });
    expect(answer).toStrictEqual(failed('alias orders:live: the function has no version 9; it has 1, 2'));
  });

  it('has the weights on record that someone else has set', async () => {
    const pointer = { version: '1', weights: { 2: 0.1 } };
    const { kept } = await rollback({ timeoutSeconds: 600 }, { requested: 5, pointer });
    expect(kept).toMatchObject([{ before: '{"version":"1","weights":{"2":0.1}}' }]);
  });

  it('has nothing to undo where nothing is on record', async () => {
    const undo = { params: { phase: 'undo' } };
    expect((await rollback(undo, { requested: 5 })).answer).toStrictEqual(
      changed('alias orders:live was never changed'),
    );
    expect((await begun('adjust_timeout', undo, { requested: 5 })).answer).toMatchObject(
      changed('nothing was changed'),
    );
  });
});

describe('the concurrency of a function', () => {
  it.each<[object, Place, string, readonly unknown[]]>([
    [
      { concurrency: 'provisioned', add: 5 },
      { requested: 5 },
      'provisioned concurrency of orders:live was changed from 5 to 10',
      ['provision', 10],
    ],
    [
      { concurrency: 'provisioned', add: 5 },
      {},
      'provisioned concurrency of orders:live was changed from none to 5',
      ['provision', 5],
    ],
    [{ add: 5 }, { reserved: 5 }, 'reserved concurrency of orders was changed from 5 to 10', ['reserve', 10]],
    [{ to: 5 }, {}, 'reserved concurrency of orders was changed from none to 5', ['reserve', 5]],
  ])('is changed by %o', async (params, place, detail, request) => {
    const { answer, asked } = await begun('scale_resources', { params: { ...params } }, place);
    expect(answer).toStrictEqual(changed(detail));
    expect(asked).toEqual([request]);
  });

  it('is not limited where none is reserved, and no count is named', async () => {
    const { answer, asked } = await begun('scale_resources', { params: { add: 5 } });
    expect(answer).toStrictEqual(
      failed(
        'reserved concurrency of orders: none is reserved, and a reservation would limit the function: name the count with `to`',
      ),
    );
    expect(asked).toEqual([]);
  });

  it('goes away again with the undo', async () => {
    const undone = { before: 'null', intended: '5' };
    const given = { params: { phase: 'undo', concurrency: 'provisioned' }, changes: { undone } };
    expect(await begun('scale_resources', given, { requested: 5 })).toMatchObject({
      answer: changed('provisioned concurrency of orders:live is back from 5 to none'),
      asked: [['provision', null]],
    });
  });
});

describe('the settings of a function', () => {
  const timeout = (place: Place) => begun('adjust_timeout', { params: { to: 60 } }, place);

  it('are changed, published and served in this order, each with the revision that was read', async () => {
    const { answer, asked } = await timeout({});
    expect(answer).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(asked).toEqual([
      ['configure', { timeoutSeconds: 60 }, 'r1'],
      ['publish', 'r2'],
      ['point', { version: '3', weights: {} }, 'alias 1'],
    ]);
  });

  it('are changed in place where the alias serves what is not published', async () => {
    const { answer, asked } = await timeout({ pointer: { version: '$LATEST', weights: {} } });
    expect(answer).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(asked).toEqual([['configure', { timeoutSeconds: 60 }, 'r1']]);
  });

  it('can have tracing though the function logs text', async () => {
    const { asked } = await begun('enable_monitoring', { params: { tracing: true } });
    expect(asked[0]).toEqual(['configure', { isTraced: true }, 'r1']);
  });

  it('are left where a weighted rollout shares the requests', async () => {
    const { answer, asked } = await timeout({ pointer: { version: '1', weights: { 2: 0.1 } } });
    expect(answer).toMatchObject(
      failed(
        'orders:$LATEST: it serves version 1 and 10 % of version 2: end the weighted rollout first, or roll it back',
      ),
    );
    expect(asked).toEqual([]);
  });

  it.each<[string, Place, Error]>([
    [
      'could not be changed',
      { latest: { update: 'failed', reason: 'no subnet' } },
      new RequestRefused('Lambda could not change orders: no subnet'),
    ],
    [
      'could not be changed, for no reason',
      { latest: { update: 'failed' } },
      new RequestRefused('Lambda could not change orders: it does not say why'),
    ],
    [
      'cannot serve',
      { states: { 3: { state: 'Failed', reason: 'no role' } } },
      new RequestRefused('orders: version 3 is Failed: no role; the alias stays where it is'),
    ],
  ])('are not served where the function %s', async (_, place, { name, message }) => {
    const { answer, asked } = await timeout(place);
    expect(answer).toMatchObject({ name, message });
    expect(asked).not.toContainEqual(['point', expect.anything(), expect.anything()]);
  });

  it('are waited for until Lambda has changed them', async () => {
    const { answer } = await timeout({ preparedAfter: 12 });
    expect(answer).toBeInstanceOf(ServiceUnavailable);
    expect(answer).toMatchObject({ message: 'Lambda is still preparing orders:$LATEST; it is asked again' });
  });

  it('are not published where someone else has changed them meanwhile', async () => {
    const settings = (timeoutSeconds: number) =>
      JSON.stringify({ isTraced: false, logLevel: '', memoryMiB: 128, rest: 'code 2', timeoutSeconds });
    const [before, intended] = [3, 60].map((seconds) => `{"orders:live":${settings(seconds)}}`) as [
      string,
      string,
    ];
    const given = { params: { to: 60 }, changes: { earlier: { before, intended } } };
    const { answer, asked } = await begun('adjust_timeout', given);
    expect(answer).toBeInstanceOf(ServiceUnavailable);
    expect(answer).toMatchObject({ message: 'orders:$LATEST was changed before it could be published' });
    expect(asked).toEqual([]);
  });
});

it('what cannot be done on an alias fails with words', async () => {
  expect((await begun('reboot_instance', {})).answer).toStrictEqual(
    failed('reboot_instance cannot be done on an alias of a function'),
  );
});
