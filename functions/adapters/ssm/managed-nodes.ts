import {
  DescribeInstanceInformationCommand,
  type InstanceInformation,
  type InstanceInformationStringFilter,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { type HostSelector, selectorTags } from '../../core/configuration/target-selector.ts';
import type { ManagedNode } from '../../core/operation/target-availability.ts';
import type { ManagedNodeState } from '../../ports/deployment.ts';

/** What DescribeInstanceInformation returns at most in one page; as many ids are asked for in one request. */
const PAGE_SIZE = 50;

/** Requests under way at once: the API's rate is not published, and an action rarely has more than one. */
const CONCURRENT_REQUESTS = 4;

/** "If you specify a node ID that isn't valid or a node that you don't own, you receive an error" (API reference). */
const UNKNOWN_NODE = new Set(['InvalidInstanceId', 'InvalidInstanceInformationFilterValue']);

/**
 * The managed nodes that a selector chooses. The number of requests follows the selector and not the account's fleet:
 * ids are asked for by id, 50 in a request, and each tag lists the nodes that carry it.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
 */
export async function findManagedNodes(
  client: Pick<SSMClient, 'send'>,
  selector: HostSelector,
): Promise<readonly ManagedNode[]> {
  return (await findNodes(client, selector)).map(
    ({ InstanceId = '', PingStatus, PlatformType, LastPingDateTime }) => ({
      instanceId: InstanceId,
      online: PingStatus === 'Online',
      platform: PlatformType ?? 'unknown',
      ...(LastPingDateTime && { lastPingAtMs: LastPingDateTime.getTime() }),
    }),
  );
}

/** The same, with their agents. */
export async function describeNodes(
  client: Pick<SSMClient, 'send'>,
  selector: HostSelector,
): Promise<readonly ManagedNodeState[]> {
  return (await findNodes(client, selector)).map(
    ({ InstanceId = '', PingStatus = 'unknown', AgentVersion = 'unknown', IsLatestVersion }) => ({
      instanceId: InstanceId,
      ping: PingStatus,
      agentVersion: AgentVersion,
      ...(IsLatestVersion !== undefined && { isLatestAgent: IsLatestVersion }),
    }),
  );
}

async function findNodes(
  client: Pick<SSMClient, 'send'>,
  selector: HostSelector,
): Promise<readonly InstanceInformation[]> {
  if ('instanceIds' in selector) return await nodesById(client, [...new Set(selector.instanceIds)]);
  // SSM refuses a tag filter beside any other filter, another tag's included: each tag is asked for alone.
  const listings = await Promise.all(
    Object.entries(selectorTags(selector)).map(([key, value]) =>
      listNodes(client, { Key: `tag:${key}`, Values: [value] }),
    ),
  );
  const [first = [], ...others] = listings;
  const required = others.map((nodes) => new Set(nodes.map(({ InstanceId }) => InstanceId)));
  return first.filter(({ InstanceId }) => required.every((ids) => ids.has(InstanceId)));
}

async function nodesById(
  client: Pick<SSMClient, 'send'>,
  ids: readonly string[],
): Promise<readonly InstanceInformation[]> {
  const chunks = Array.from({ length: Math.ceil(ids.length / PAGE_SIZE) }, (_, index) =>
    ids.slice(index * PAGE_SIZE, (index + 1) * PAGE_SIZE),
  );
  const found: InstanceInformation[] = [];
  for (let index = 0; index < chunks.length; index += CONCURRENT_REQUESTS) {
    const wave = chunks.slice(index, index + CONCURRENT_REQUESTS).map((chunk) => knownNodes(client, chunk));
    found.push(...(await Promise.all(wave)).flat());
  }
  return found;
}

/** One id that SSM does not know must not hide the nodes that it does know: a refused request is halved. */
async function knownNodes(
  client: Pick<SSMClient, 'send'>,
  ids: readonly string[],
): Promise<readonly InstanceInformation[]> {
  try {
    return await listNodes(client, { Key: 'InstanceIds', Values: [...ids] });
  } catch (error) {
    if (!(error instanceof Error) || !UNKNOWN_NODE.has(error.name)) throw error;
    if (ids.length === 1) return [];
    const middle = Math.ceil(ids.length / 2);
    return [
      ...(await knownNodes(client, ids.slice(0, middle))),
      ...(await knownNodes(client, ids.slice(middle))),
    ];
  }
}

async function listNodes(
  client: Pick<SSMClient, 'send'>,
  filter: InstanceInformationStringFilter,
): Promise<readonly InstanceInformation[]> {
  const nodes: InstanceInformation[] = [];
  let token: string | undefined;
  do {
    const input = {
      Filters: [filter],
      MaxResults: PAGE_SIZE,
      ...(token !== undefined && { NextToken: token }),
    };
    const page = await client.send(new DescribeInstanceInformationCommand(input));
    nodes.push(...(page.InstanceInformationList ?? []).filter(({ InstanceId }) => InstanceId !== undefined));
    token = page.NextToken;
  } while (token !== undefined && token !== '');
  return nodes;
}
