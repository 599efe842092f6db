import {
  type Action,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
  type Listener,
  type LoadBalancer,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { BalancedAddress } from '../../core/discovery/traced-service.ts';
import { NotFound } from '../../ports/errors.ts';
import type { Topology } from '../../ports/topology.ts';
import { translated } from '../aws/translate-error.ts';

const TARGET_GROUPS = 'elasticloadbalancing:DescribeTargetGroups';
const LOAD_BALANCERS = 'elasticloadbalancing:DescribeLoadBalancers';
const LISTENERS = 'elasticloadbalancing:DescribeListeners';
const RULES = 'elasticloadbalancing:DescribeRules';

/** Load balancers that one request may name. */
const NAMED_AT_MOST = 20;

/** The names under which load balancers answer, of those alone that send requests to these target groups. */
export function createBalancedAddresses(
  client: Pick<ElasticLoadBalancingV2Client, 'send'>,
): Topology['balancedAddresses'] {
  const balancersOf = async (targetGroup: string): Promise<readonly string[]> => {
    const command = new DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroup] });
    const { TargetGroups = [] } = await existing(() => translated(TARGET_GROUPS, () => client.send(command)));
    return TargetGroups.flatMap(({ LoadBalancerArns = [] }) => LoadBalancerArns);
  };
  const balancers = async (arns: readonly string[]): Promise<readonly LoadBalancer[]> => {
    const found: LoadBalancer[] = [];
    for (let from = 0; from < arns.length; from += NAMED_AT_MOST) {
      const command = new DescribeLoadBalancersCommand({
        LoadBalancerArns: arns.slice(from, from + NAMED_AT_MOST),
      });
      const { LoadBalancers = [] } = await existing(() =>
        translated(LOAD_BALANCERS, () => client.send(command)),
      );
      found.push(...LoadBalancers);
    }
    return found;
  };
  const listenersOf = (LoadBalancerArn: string) =>
    paged(async (Marker): Promise<Page<Listener>> => {
      const command = new DescribeListenersCommand({ LoadBalancerArn, Marker });
      const { Listeners = [], NextMarker } = await existing(() =>
        translated(LISTENERS, () => client.send(command)),
      );
      return { items: Listeners, next: NextMarker };
    });
  const rulesOf = (ListenerArn: string) =>
    paged(async (Marker): Promise<Page<Rule>> => {
      const command = new DescribeRulesCommand({ ListenerArn, Marker });
      const { Rules = [], NextMarker } = await existing(() => translated(RULES, () => client.send(command)));
      return { items: Rules, next: NextMarker };
    });

  return async (targetGroups) => {
    const arns = new Set<string>();
    for (const targetGroup of targetGroups) for (const arn of await balancersOf(targetGroup)) arns.add(arn);
    const found: BalancedAddress[] = [];
    for (const { LoadBalancerArn, DNSName, Type } of await balancers([...arns])) {
      if (LoadBalancerArn === undefined || DNSName === undefined) continue;
      for (const { ListenerArn, DefaultActions } of await listenersOf(LoadBalancerArn)) {
        // Only an Application Load Balancer has rules; its default actions are the last of them.
        const rules: readonly Rule[] =
          Type === 'application' && ListenerArn !== undefined
            ? await rulesOf(ListenerArn)
            : [{ Actions: DefaultActions }];
        for (const rule of rules) {
          const sentTo = targetGroupsOf(rule.Actions ?? []);
          for (const name of [DNSName, ...hostNames(rule)]) found.push({ name, targetGroups: sentTo });
        }
      }
    }
    return found.filter((address) => address.targetGroups.length > 0);
  };
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

async function paged<Item>(
  read: (marker: string | undefined) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let marker: string | undefined;
  do {
    const page = await read(marker);
    items.push(...page.items);
    marker = page.next;
  } while (marker !== undefined && marker !== '');
  return items;
}

/** What was deleted between two requests answers nothing. */
async function existing<Answer extends object>(ask: () => Promise<Answer>): Promise<Partial<Answer>> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NotFound) return {};
    throw error;
  }
}

function targetGroupsOf(actions: readonly Action[]): readonly string[] {
  const arns = actions.flatMap(({ TargetGroupArn, ForwardConfig }) => [
    TargetGroupArn,
    ...(ForwardConfig?.TargetGroups ?? []).map((group) => group.TargetGroupArn),
  ]);
  return [...new Set(arns.filter((arn) => arn !== undefined))];
}

/** The host names that a rule is for; patterns are left out. */
function hostNames({ Conditions = [] }: Rule): readonly string[] {
  return Conditions.filter(({ Field }) => Field === 'host-header')
    .flatMap(({ HostHeaderConfig, Values }) => HostHeaderConfig?.Values ?? Values ?? [])
    .filter((name) => !/[*?]/.test(name));
}
