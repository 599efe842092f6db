import { describe, expect, it } from 'vitest';
import { afterGoingBack, wayBackFrom } from '../../../../functions/app/executors/ecs-way-back.ts';
import { NotFound, OverwriteRefused } from '../../../../functions/ports/errors.ts';

const ARN = 'service-deployment/prod/orders/abc';
const SUSPECT = 'ecs-svc/2';
const primary = (facts: object = {}) => ({
  ...{ id: SUSPECT, isPrimary: true, taskDefinition: 'orders:2', rollout: 'IN_PROGRESS' },
  ...facts,
});
const serviceWith = (deployments: readonly object[], serviceDeployment: string | undefined = ARN) =>
  ({ taskDefinition: 'orders:2', deployments, serviceDeployment }) as never;
const IN_PROGRESS = serviceWith([primary()]);

/** Has ECS go back to `orders:1`, and lists from what it is asked to go back. */
function ecsWith(course: object = {}, replaced = 'orders:1') {
  const asked: string[] = [];
  const services = {
    course: async () => ({ status: 'IN_PROGRESS', replaces: ['revision 1'], ...course }),
    definitionOf: async () => replaced,
    goBack: async (arn: string) => void asked.push(arn),
  };
  return { asked, goBack: wayBackFrom(services as never, SUSPECT) };
}

describe('the way back from a deployment of ECS', () => {
  it('is to have ECS stop the suspect while it is in progress', async () => {
    const { asked, goBack } = ecsWith();
    expect(await goBack(IN_PROGRESS, 'orders:1')).toBe(ARN);
    expect(asked).toEqual([ARN]);
  });

  it.each([
    ['has no primary deployment any more', serviceWith([])],
    ['has another primary deployment meanwhile', serviceWith([primary({ id: 'ecs-svc/3' })])],
    ['has completed it', serviceWith([primary({ rollout: 'COMPLETED' })])],
  ])('is to deploy what is wanted where the service %s', async (_, service) => {
    const { asked, goBack } = ecsWith();
    expect(await goBack(service, 'orders:1')).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it.each<[string, object, string?]>([
    ['STOP_REQUESTED', { status: 'STOP_REQUESTED' }],
    ['it does not replace one service revision', { replaces: [] }],
    ['it does not replace one service revision', { replaces: ['revision 1', 'revision 2'] }],
    ['it replaces another than orders:1', {}, 'orders:9'],
  ])('is refused, and not tried again, because %s', async (why, course, replaced) => {
    const { asked, goBack } = ecsWith(course, replaced);
    const refused = await Promise.resolve(goBack(IN_PROGRESS, 'orders:1')).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(OverwriteRefused);
    expect(refused).toHaveProperty('message', `ECS does not go back from ${ARN}: ${why}`);
    expect(await goBack(IN_PROGRESS, 'orders:1')).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe('an undo of a deployment of ECS', () => {
  const undoWith = (course: () => Promise<object>) => afterGoingBack({ course } as never);

  it.each([
    ['has another status', async () => ({ status: 'ROLLBACK_SUCCESSFUL' }), 'ROLLBACK_SUCCESSFUL'],
    ['is not kept any longer', () => Promise.reject(new NotFound('gone')), 'MISSING'],
  ])('reads the service again once, where its service deployment %s', async (_, course, status) => {
    const undo = undoWith(course);
    const refused = await Promise.resolve(undo(IN_PROGRESS, 'orders:1')).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(OverwriteRefused);
    expect(refused).toHaveProperty('message', `${ARN} is ${status}: the service is read again`);
    expect(await undo(IN_PROGRESS, 'orders:1')).toBeUndefined();
  });

  it('does not ask ECS about a service deployment that the service no longer names', async () => {
    let asked = 0;
    const undo = undoWith(async () => {
      asked += 1;
      return { status: 'ROLLBACK_SUCCESSFUL' };
    });
    await Promise.resolve(undo(IN_PROGRESS, 'orders:1')).catch(() => undefined);
    const nameless = { taskDefinition: 'orders:2', deployments: [primary()] } as never;
    expect(await undo(nameless, 'orders:1')).toBeUndefined();
    expect(asked).toBe(1);
  });
});
