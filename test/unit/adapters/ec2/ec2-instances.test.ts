import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  type EC2Client,
  EC2ServiceException,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { createEc2Instances } from '../../../../functions/adapters/ec2/ec2-instances.ts';
import { NotPermitted } from '../../../../functions/ports/errors.ts';

const ids = (count: number) => Array.from({ length: count }, (_, at) => `i-${String(at).padStart(17, '0')}`);

function refusal(name: string): EC2ServiceException {
  return new EC2ServiceException({
    name,
    message: name,
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });
}

/** EC2 with its documented limits, which knows all instances but those named. */
function ec2Without(unknown: readonly string[], denial?: EC2ServiceException) {
  const requests: (readonly string[])[] = [];
  const send = async (command: unknown): Promise<object> => {
    if (denial) throw denial;
    if (command instanceof DescribeInstanceStatusCommand) {
      const asked = command.input.InstanceIds ?? [];
      requests.push(asked);
      if (asked.length > 100) throw refusal('InvalidParameterValue');
      if (asked.some((id) => unknown.includes(id))) throw refusal('InvalidInstanceID.NotFound');
      return {
        InstanceStatuses: asked.map((InstanceId) => ({ InstanceId, InstanceState: { Name: 'running' } })),
      };
    }
    if (!(command instanceof DescribeInstancesCommand)) throw new TypeError('not expected');
    const asked = command.input.InstanceIds ?? [];
    requests.push(asked);
    // In a disruption of a zone, requests without ids fail.
    if (asked.length === 0) throw refusal('Unavailable');
    if (asked.some((id) => !id.startsWith('i-'))) throw refusal('InvalidInstanceID.Malformed');
    if (asked.some((id) => unknown.includes(id))) throw refusal('InvalidInstanceID.NotFound');
    return { Reservations: [{ Instances: asked.map((InstanceId) => ({ InstanceId })) }] };
  };
  return { instances: createEc2Instances({ send } as unknown as EC2Client), requests };
}

describe('the statuses of instances', () => {
  it('cover all others where EC2 has forgotten some', async () => {
    const all = ids(9);
    const gone = [all[2], all[7]] as string[];
    const { instances } = ec2Without(gone);
    const found = (await instances.statuses(all)).map(({ id }) => id);
    expect(found).toEqual(all.filter((id) => !gone.includes(id)));
  });

  it('stay empty where EC2 no longer knows an instance', async () => {
    const { instances } = ec2Without(ids(1));
    expect(await instances.statuses(ids(1))).toEqual([]);
  });

  it('come in requests within the limit of ids', async () => {
    const { instances, requests } = ec2Without([]);
    expect(await instances.statuses(ids(250))).toHaveLength(250);
    expect(requests.map(({ length }) => length)).toEqual([100, 100, 50]);
  });

  it('do not count as missing where the permission is', async () => {
    const { instances } = ec2Without([], refusal('UnauthorizedOperation'));
    await expect(instances.statuses(ids(2))).rejects.toThrow(NotPermitted);
  });
});

describe('reading instances', () => {
  it('asks by their ids, a hundred at a time', async () => {
    const { instances, requests } = ec2Without([]);
    expect(await instances.read(ids(250))).toHaveLength(250);
    expect(requests.map(({ length }) => length)).toEqual([100, 100, 50]);
  });

  it('finds all but those that EC2 does not know, and nodes outside EC2', async () => {
    const all = ids(9);
    const { instances } = ec2Without([all[4] ?? '']);
    const found = (await instances.read([...all, 'mi-0123456789abcdef0'])).map(({ id }) => id);
    expect(found).toEqual(all.toSpliced(4, 1));
  });
});
