import { describe, expect, it } from 'vitest';
import * as database from '../../../../functions/app/executors/database.ts';
import * as ec2Instance from '../../../../functions/app/executors/ec2-instance.ts';
import * as ecsService from '../../../../functions/app/executors/ecs-service.ts';
import { beginAction, canBeFound, findAction } from '../../../../functions/app/executors/executors.ts';
import * as networkInterface from '../../../../functions/app/executors/network-interface.ts';
import type { ActionType } from '../../../../functions/core/actions/action-table.ts';
import type { TargetKind } from '../../../../functions/core/target/target.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { OPERATION_ID, stepCall } from './step-call.ts';

const failed = (detail: string) => ({ outcome: 'FAILED', detail });

/** A later configuration may have given a component other targets than a strategy was admitted for. */
describe('an action that its target does not allow', () => {
  it.each<[ActionType, TargetKind, string]>([
    ['health_check', 'custom', 'AWS does not say whether a target of kind custom can serve'],
    ['increase_resources', 'custom', 'increase_resources cannot be done on a target of kind custom'],
  ])('fails with words: %s on a target of kind %s', async (type, kind, detail) => {
    const { call } = stepCall({ params: type === 'health_check' ? {} : { ladder: [{ memoryMiB: 512 }] } });
    const answer = await beginAction({} as never, type, { ...call, targets: [{ kind, id: 'orders' }] });
    expect(answer).toStrictEqual(failed(detail));
  });

  it('fails with words without a target', async () => {
    expect(await beginAction({} as never, 'health_check', stepCall().call)).toStrictEqual(
      failed('health_check cannot be done on a target of kind undefined'),
    );
  });

  it('fails with words by each service', async () => {
    const { call } = stepCall();
    const deps = {} as never;
    expect(await database.beginOnInstance(deps, 'drain_target', 'orders', call)).toStrictEqual(
      failed('drain_target cannot be done on an instance of RDS'),
    );
    expect(await database.beginOnCluster(deps, 'drain_target', 'shop', call)).toStrictEqual(
      failed('drain_target cannot be done on a cluster of RDS'),
    );
    expect(await ecsService.begin(deps, 'drain_target', 'prod/orders', call)).toStrictEqual(
      failed('drain_target cannot be done on an ECS service'),
    );
    expect(await ec2Instance.begin(deps, 'drain_target', call)).toStrictEqual(
      failed('drain_target cannot be done on a host by EC2'),
    );
    const type = { type: 'start_component', params: { parse: () => ({}) } } as never;
    expect(await networkInterface.begin(deps, type, call)).toStrictEqual(
      failed('start_component cannot be done by security groups'),
    );
  });

  it('fails on hosts that are not instances of EC2, and names them', async () => {
    const targets = ['i-0000000000000000a', 'mi-0000000000000000b', 'mi-0000000000000000c'];
    expect(await ec2Instance.begin({} as never, 'reboot_instance', stepCall({ targets }).call)).toStrictEqual(
      failed('mi-0000000000000000b, mi-0000000000000000c: not an EC2 instance'),
    );
  });
});

it.each<[ActionType, TargetKind, boolean]>([
  ['notify_soc', 'host', true],
  ['start_component', 'host', true],
  ['run_document', 'host', true],
  ['run_automation', 'host', false],
  ['invoke_function', 'host', false],
  ['reboot_instance', 'host', false],
])('whether %s on a %s can be found where its reference was lost: %s', (type, kind, can) => {
  expect(canBeFound(type, kind)).toBe(can);
});

it('work of a function can be found where it may last', async () => {
  const key = {
    operationId: OPERATION_ID,
    stepId: 'heal-0',
    sinceMs: NOON,
    action: 'invoke_function',
  } as const;
  const params = { function: 'scale', lasting: true };
  expect(await findAction({} as never, { ...key, params })).toEqual({
    ...{ executor: 'function', id: `scale ${OPERATION_ID}/heal-0` },
  });
});
