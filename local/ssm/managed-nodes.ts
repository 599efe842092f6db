import * as z from 'zod';
import type { HostRunner } from './host-runner.ts';
import { type Operation, SsmError } from './protocol.ts';

/** Bounds of the API's model. Strict: what this endpoint would not honour is refused rather than ignored. */
const requestSchema = z.strictObject({
  Filters: z
    .array(z.strictObject({ Key: z.string().min(1), Values: z.array(z.string().min(1)).min(1).max(100) }))
    .default([]),
  MaxResults: z.int().min(5).max(50).default(10),
  NextToken: z.string().default('0'),
});

/** The ids that SSM and EC2 assign: SSM accepts no others. */
const NODE_ID = /^(i-(\w{8}|\w{17})|mi-\w{17})$/;

export interface ManagedNodesDeps {
  readonly runner: Pick<HostRunner, 'nodes' | 'reachable'>;
  readonly now: () => Date;
}

type DescribedNode = ReturnType<typeof describeNodes>[number];

/**
 * DescribeInstanceInformation over the nodes that are registered.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
 */
export function describeInstanceInformation(deps: ManagedNodesDeps): Operation {
  return (input) => {
    const parsed = requestSchema.safeParse(input);
    if (!parsed.success) throw new SsmError('ValidationException', z.prettifyError(parsed.error));
    const { Filters, MaxResults, NextToken } = parsed.data;
    // "Tag filters can't be combined with other filter types"; the service refuses a second tag filter too.
    if (Filters.length > 1 && Filters.some(({ Key }) => Key.startsWith('tag'))) {
      throw new SsmError('ValidationException', 'Cannot mix tag or inventory filter with any other filter.');
    }
    const matchers = Filters.map(matcherOf);
    const nodes = describeNodes(deps).filter((node) => matchers.every((matches) => matches(node)));
    const start = Number(NextToken);
    if (!Number.isInteger(start) || start < 0)
      throw new SsmError('InvalidNextToken', "The specified token isn't valid.");
    const end = start + MaxResults;
    return {
      InstanceInformationList: nodes.slice(start, end).map(({ tags: _, ...node }) => node),
      ...(end < nodes.length && { NextToken: String(end) }),
    };
  };
}

function describeNodes({ runner, now }: ManagedNodesDeps) {
  return runner.nodes().map((node) => ({
    tags: node.tags,
    InstanceId: node.instanceId,
    PingStatus: runner.reachable(node.instanceId) ? 'Online' : 'ConnectionLost',
    LastPingDateTime: now(),
    AgentVersion: '3.3.0.0',
    PlatformType: node.platformType,
    PlatformName: 'Debian GNU/Linux',
    PlatformVersion: '12',
    ResourceType: 'EC2Instance',
    IPAddress: node.ipAddress,
    ComputerName: node.computerName,
  }));
}

function matcherOf({ Key, Values }: { Key: string; Values: string[] }): (node: DescribedNode) => boolean {
  if (Key === 'InstanceIds') {
    const invalid = Values.find((id) => !NODE_ID.test(id));
    if (invalid !== undefined)
      throw new SsmError('InvalidInstanceId', `The instance ID "${invalid}" isn't valid.`);
    return ({ InstanceId }) => Values.includes(InstanceId);
  }
  if (Key === 'PingStatus') return ({ PingStatus }) => Values.includes(PingStatus);
  if (Key === 'PlatformTypes') return ({ PlatformType }) => Values.includes(PlatformType);
  if (Key === 'tag-key') return ({ tags }) => Values.some((key) => Object.hasOwn(tags, key));
  const tag = /^tag:(.+)$/.exec(Key)?.[1];
  if (tag === undefined) throw new SsmError('ValidationException', `${Key} filter Key is invalid.`);
  return ({ tags }) => Object.hasOwn(tags, tag) && Values.includes(tags[tag] ?? '');
}
