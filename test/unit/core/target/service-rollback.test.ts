import { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { describeReference } from '../../../../functions/core/actions/action-reference.ts';
import {
  canGoBack,
  isGoingBack,
  parseRollbackReference,
  rollbackOutcome,
  rollbackReferenceId,
} from '../../../../functions/core/target/service-rollback.ts';

const ARN = 'arn:aws:ecs:eu-west-1:123456789012:service-deployment/prod/orders/r9i43YFjvgF_xlg7m2eJ1r';
const STATUSES = Object.values(ServiceDeploymentStatus);
const course = (status: string, reason?: string) => ({
  ...{ status, replaces: [] },
  ...(reason !== undefined && { reason }),
});

describe('a service deployment of ECS', () => {
  it('can be gone back from in the states that AWS documents, unless it is being stopped', () => {
    expect(STATUSES.filter((status) => canGoBack({ status })).sort()).toEqual([
      'IN_PROGRESS',
      'PENDING',
      'ROLLBACK_IN_PROGRESS',
      'ROLLBACK_REQUESTED',
    ]);
    expect(STATUSES.filter((status) => isGoingBack({ status })).sort()).toEqual([
      'ROLLBACK_IN_PROGRESS',
      'ROLLBACK_REQUESTED',
    ]);
  });

  it('ends a rollback in the states in which it is completed', () => {
    const ended = STATUSES.filter((status) => rollbackOutcome(course(status), ARN) !== undefined);
    expect(ended.sort()).toEqual(['ROLLBACK_FAILED', 'ROLLBACK_SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
    expect(rollbackOutcome(course('UNHEARD_OF'), ARN)).toBeUndefined();
  });

  it.each([
    ['ROLLBACK_SUCCESSFUL', 'SUCCEEDED', 'ECS has gone back from service deployment r9i43YFjvgF_xlg7m2eJ1r'],
    ['STOPPED', 'FAILED', 'ECS has not gone back from service deployment r9i43YFjvgF_xlg7m2eJ1r: STOPPED'],
  ])('says that it is %s', (status, outcome, detail) => {
    expect(rollbackOutcome(course(status), ARN)).toEqual({ outcome, detail });
  });

  it('says in the words of ECS why ECS has not gone back', () => {
    expect(rollbackOutcome(course('ROLLBACK_FAILED', 'tasks failed to start'), ARN)).toEqual({
      outcome: 'FAILED',
      detail:
        'ECS has not gone back from service deployment r9i43YFjvgF_xlg7m2eJ1r: ROLLBACK_FAILED: tasks failed to start',
    });
    expect(rollbackOutcome(course('SUCCESSFUL'), ARN)).toEqual({
      outcome: 'FAILED',
      detail: 'service deployment r9i43YFjvgF_xlg7m2eJ1r was complete before ECS went back from it',
    });
  });

  it('has a reference that people can read, in every partition', () => {
    for (const arn of [ARN, ARN.replace('arn:aws:', 'arn:aws-us-gov:')]) {
      const id = rollbackReferenceId({ service: 'prod/orders', arn });
      expect(parseRollbackReference(id)).toEqual({ service: 'prod/orders', arn });
      expect(describeReference({ executor: 'resource', id })).toBe(
        'the rollback from service deployment r9i43YFjvgF_xlg7m2eJ1r of prod/orders',
      );
    }
  });

  it('is not what the reference to a deployment that was begun is about', () => {
    expect(parseRollbackReference('prod/orders/ecs-svc/0123456789012345678')).toBeUndefined();
    expect(parseRollbackReference(`more/prod/orders/${ARN}`)).toBeUndefined();
  });
});
