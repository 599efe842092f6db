import { describe, expect, it } from 'vitest';
import { beginAction, inspectAction } from '../../../../functions/app/executors/executors.ts';
import { resourceHealth } from '../../../../functions/app/executors/resource-health.ts';
import { RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { RunbookRequest } from '../../../../functions/ports/runbook-runner.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { recordingRunbooks } from '../../../factories/ports/recording-runbooks.ts';
import { OPERATION_ID, stepCall } from './step-call.ts';

const [A, B] = ['i-0000000000000000a', 'i-0000000000000000b'] as const;
const LEDGER = {
  operationId: OPERATION_ID,
  stepId: 'heal-0',
  fence: '7',
  component: 'web',
  executionTimeout: '60',
};
const COMMENT = `selfheal ${OPERATION_ID} heal-0`;

/** Sends a document of the user's, and notes the request. */
async function sent(given: Parameters<typeof stepCall>[0], accepts: readonly string[] = []) {
  const requests: RunbookRequest[] = [];
  const runbooks = {
    send: async (request: RunbookRequest) => {
      requests.push(request);
      return 'command-1';
    },
    findCommand: async () => undefined as { readonly commandId: string } | undefined,
  };
  const params = {
    ...{ document: 'acme-clear', parameters: { mode: 'all' } },
    accepts: Object.fromEntries(accepts.map((name) => [name, { type: 'String' }])),
  };
  const { call, kept } = stepCall({
    targets: [A, B],
    component: { maxConcurrentTargets: 1 },
    ...given,
    params,
  });
  const answer = await beginAction({ runbooks } as never, 'run_document', call).catch(
    (error: Error) => error,
  );
  return { answer, requests, kept };
}

describe('a command', () => {
  const REQUEST = {
    ...{ document: 'acme-clear', isRepeatable: false, parameters: { mode: 'all' }, instanceIds: [A, B] },
    ...{ comment: COMMENT, deliveryTimeoutSeconds: 60, maxConcurrency: 1, stopsAtError: true },
  };

  it.each([
    [{}, {}],
    [{ everywhereAtOnce: true }, { maxConcurrency: 2 }],
    [{ acceptsPartial: true }, { stopsAtError: false }],
    [{ acceptsPartial: false }, {}],
    [{ fetchSeconds: 40 }, { deliveryTimeoutSeconds: 40 }],
    [{ timeoutSeconds: 29 }, { deliveryTimeoutSeconds: 30 }],
  ])('is sent once, with what its call says: %o', async (given, more) => {
    const { answer, requests, kept } = await sent(given);
    expect(answer).toStrictEqual({ reference: { executor: 'run_command', id: 'command-1' } });
    expect(requests).toEqual([{ ...REQUEST, ...more }]);
    expect(kept).toEqual([{ before: 'null', intended: '"begun"' }]);
  });

  it('may be sent again where its document declares what the step is', async () => {
    const { requests, kept } = await sent({}, Object.keys(LEDGER));
    expect(requests).toEqual([{ ...REQUEST, isRepeatable: true, parameters: { mode: 'all', ...LEDGER } }]);
    expect(kept).toEqual([]);
    expect((await sent({}, ['operationId'])).requests).toMatchObject([{ isRepeatable: false }]);
  });

  const earlier = { before: 'null', intended: '"begun"' };
  it('is not sent again where it may have been sent, and no look may be', async () => {
    const { answer, requests } = await sent({ changes: { earlier } });
    expect(answer).toBeInstanceOf(ServiceUnavailable);
    expect(answer).toMatchObject({
      message:
        'acme-clear may have been sent by an earlier try, and SSM does not list it; it is not sent again, since it does not declare operationId and stepId',
    });
    expect(requests).toEqual([]);
    expect((await sent({ changes: { earlier }, stepId: 'look-0' })).answer).toEqual(
      new TypeError(
        'look-0 is not a step: documents of the user carry out steps only; they cannot be used to check targets',
      ),
    );
  });

  it.each([
    [new RequestRefused('too many'), 'ServiceUnavailable'],
    [new TypeError('a defect'), 'TypeError'],
  ])('is looked for again where the search fails: %o', async (error, name) => {
    const runbooks = { findCommand: () => Promise.reject(error) };
    const params = { document: 'acme-clear', parameters: {}, accepts: {} };
    const { call } = stepCall({ targets: [A], params, changes: { earlier } });
    await expect(beginAction({ runbooks } as never, 'run_document', call)).rejects.toMatchObject({
      name,
      message: error.message,
    });
  });

  it('of a runbook says whose it is, and of which component', async () => {
    const runbooks = recordingRunbooks();
    const component = { service: 'web.service', maxConcurrentTargets: 1 };
    const { call } = stepCall({ targets: [A], component });
    await beginAction({ runbooks } as never, 'start_component', call);
    expect(runbooks.sent[0]?.parameters).toEqual({
      ...LEDGER,
      service: 'web.service',
      mode: 'start',
      settleSeconds: expect.any(String),
    });
    expect(
      (await inspectAction({ runbooks } as never, { executor: 'run_command', id: 'command-1' }))?.owner,
    ).toEqual({
      ...{ operationId: OPERATION_ID, stepId: 'heal-0', component: 'web', action: 'start_component' },
    });
  });
});

describe('the health of a resource', () => {
  const ecs = (desiredCount: number, runningCount: number) => ({
    services: {
      read: async () => ({
        ...{ desiredCount, runningCount, taskDefinition: 'orders:2' },
        deployments: [{ id: 'ecs-svc/1', isPrimary: true, rollout: 'COMPLETED' }],
      }),
    },
  });
  const db = (status: string, writer?: string) => ({
    databases: {
      readInstance: async () => ({ status }),
      readCluster: async () => ({ status, members: [{ id: 'shop-1', isWriter: writer !== undefined }] }),
    },
  });
  const alias = (state: object) => ({ aliases: { state: async () => state } });

  it.each<[Parameters<typeof resourceHealth>[1], string, object, boolean, string]>([
    ['lambda_alias', 'orders:live', alias({ state: 'Active' }), true, 'orders:live is Active'],
    [
      'lambda_alias',
      'orders:live',
      alias({ state: 'Failed', reason: 'no role' }),
      false,
      'orders:live is Failed: no role',
    ],
    ['ecs_service', 'prod/orders', ecs(2, 2), true, 'prod/orders: 2 of 2 tasks run'],
    ['ecs_service', 'prod/orders', ecs(2, 1), false, 'prod/orders: 1 of 2 tasks run'],
    [
      'ecs_service',
      'prod/orders',
      ecs(0, 0),
      false,
      'prod/orders: its desired count is 0, so no task serves',
    ],
    ['db_instance', 'orders', db('available'), true, 'orders is available'],
    ['db_instance', 'orders', db('stopped'), false, 'orders is stopped'],
    ['db_cluster', 'shop', db('available', 'shop-1'), true, 'shop: it is available, and shop-1 writes'],
    ['db_cluster', 'shop', db('available'), false, 'shop: it has no writer'],
  ])('is its service’s word: %s %s', async (kind, id, deps, isHealthy, detail) => {
    expect(await resourceHealth(deps as never, kind, id)).toStrictEqual({ isHealthy, detail });
    const { call } = stepCall();
    const answer = await beginAction(deps as never, 'health_check', { ...call, targets: [{ kind, id }] });
    expect(answer).toStrictEqual({ outcome: isHealthy ? 'SUCCEEDED' : 'FAILED', detail });
  });
});

it('a notification names its topic, and has its own message where it is given none', async () => {
  const notified: unknown[] = [];
  const notifier = { notify: async (notification: unknown) => void notified.push(notification) };
  const alert = {
    component: 'web',
    metric: 'memory',
    severity: 'CRITICAL',
    reason: 'full',
    occurredAtMs: NOON,
  };
  const operation = { alert, strategyId: 'restart', attempt: 1, diagnosis: {} };
  for (const params of [{ message: 'look at web' }, {}]) {
    const { call } = stepCall({ params, operation });
    expect(await beginAction({ notifier } as never, 'notify_soc', call)).toStrictEqual({
      outcome: 'SUCCEEDED',
      detail: 'notified the soc topic',
    });
  }
  expect(notified).toMatchObject([
    { topic: 'soc', body: { message: 'look at web' } },
    { topic: 'soc', body: { message: 'Notify the SOC through its SNS topic.' } },
  ]);
});
