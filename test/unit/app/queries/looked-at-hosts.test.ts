import { expect, it } from 'vitest';
import { lookAtKernel } from '../../../../functions/app/queries/kernel-look.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';

const [A, B, C] = ['i-1', 'i-2', 'i-3'] as const;

/** Looks at hosts of a component that names two, of which one answers after some seconds. */
async function looked({ answersAfter = 1, nodes = [node(A), node(B)], only = [] as readonly string[] } = {}) {
  const requests: unknown[] = [];
  let seconds = 0;
  const runbooks = {
    resolveTargets: async () => nodes,
    send: async (request: unknown) => {
      requests.push(request);
      return 'command-1';
    },
    listInvocations: async () =>
      [A, B].map((instanceId) => ({
        instanceId,
        status: instanceId === B || seconds >= answersAfter ? 'Failed' : 'InProgress',
        output: 'selfheal: NO_PROCESS: no process',
      })),
  };
  const clock = {
    nowMs: () => NOON + seconds * 1_000,
    sleep: async (ms: number) => {
      seconds += ms / 1_000;
    },
  };
  const unit = { component: 'shop', service: 'shop.service', targets: { instanceIds: [A, C] } };
  const hosts = await lookAtKernel({ runbooks, clock } as never, unit as never, 10, only);
  return { requests, hosts, seconds };
}

it('a look at the kernel says who looks, and at which component', async () => {
  const { requests } = await looked();
  expect(requests).toMatchObject([
    {
      ...{ comment: 'Selfheal: kernel of shop', instanceIds: [A, B] },
      parameters: { operationId: `kernel-${NOON.toString(36)}`, fence: '0', stepId: 'look-0' },
    },
  ]);
});

it('a host that the configuration names and Systems Manager does not know is listed as out of reach', async () => {
  const { hosts } = await looked();
  expect(hosts.map(({ instanceId }) => instanceId)).toEqual([A, B, C]);
  expect(hosts[2]).toEqual({
    ...{ instanceId: C, missing: 'it is offline, not Linux, or not managed by Systems Manager' },
  });
});

it('a look ends with the last answer, and otherwise when the hosts had time to fetch it and to look', async () => {
  const answered = await looked({ answersAfter: 3 });
  expect(answered.seconds).toBe(3);
  const silent = await looked({ answersAfter: 1_000 });
  expect(silent.seconds).toBe(90);
  expect(silent.hosts[0]).toEqual({ instanceId: A, missing: 'it has not answered' });
  const again = await looked({ answersAfter: silent.seconds });
  expect(again.hosts[0]?.missing).toContain('NO_PROCESS');
});
