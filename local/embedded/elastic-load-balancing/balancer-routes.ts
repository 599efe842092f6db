import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { Operations } from '../in-process-client.ts';

/** Where a listener sends requests for some host names. */
export interface BalancerRoute {
  /** @default all other requests */
  readonly hosts?: readonly string[];
  /** ARNs. Several share the requests. */
  readonly targetGroups: readonly string[];
}

export interface RoutedBalancer {
  readonly arn: string;
  readonly dnsName: string;
  /** @default application */
  readonly type?: 'application' | 'network';
  /** One listener for each. */
  readonly listeners: readonly (readonly BalancerRoute[])[];
}

/** Load balancers with listeners and rules, as far as they say which target groups answer under which names. */
export interface BalancerRoutes {
  readonly put: (balancer: RoutedBalancer) => void;
  readonly operations: Operations;
}

const byTargetGroup = z.object({ TargetGroupArns: z.array(z.string()).min(1) });
const byBalancers = z.object({ LoadBalancerArns: z.array(z.string()).min(1).max(20) });
const marker = z.string().optional();
const byBalancer = z.object({ LoadBalancerArn: z.string(), Marker: marker });
const byListener = z.object({ ListenerArn: z.string(), Marker: marker });

/** @param pageSize listeners or rules in an answer */
export function createBalancerRoutes({
  pageSize = 100,
}: {
  readonly pageSize?: number;
} = {}): BalancerRoutes {
  const balancers = new Map<string, RoutedBalancer>();
  const found = (arn: string): RoutedBalancer => {
    const balancer = balancers.get(arn);
    if (balancer) return balancer;
    throw new ApiError('LoadBalancerNotFound', `Load balancers '[${arn}]' not found`);
  };
  const listenerArn = ({ arn }: RoutedBalancer, index: number) =>
    `${arn.replace(':loadbalancer/', ':listener/')}/${index}`;
  const groupsOf = ({ listeners }: RoutedBalancer) =>
    listeners.flat().flatMap(({ targetGroups }) => targetGroups);
  const page = <Item>(key: string, items: readonly Item[], from = '0') => {
    const to = Number(from) + pageSize;
    return { [key]: items.slice(Number(from), to), ...(to < items.length && { NextMarker: String(to) }) };
  };

  return {
    put: (balancer) => void balancers.set(balancer.arn, balancer),
    operations: {
      DescribeTargetGroups: (input) => ({
        TargetGroups: byTargetGroup.parse(input).TargetGroupArns.map((arn) => {
          const owners = [...balancers.values()].filter((balancer) => groupsOf(balancer).includes(arn));
          if (owners.length === 0)
            throw new ApiError('TargetGroupNotFound', `One or more target groups not found: ${arn}`);
          return { TargetGroupArn: arn, LoadBalancerArns: owners.map((owner) => owner.arn) };
        }),
      }),
      DescribeLoadBalancers: (input) => ({
        LoadBalancers: byBalancers.parse(input).LoadBalancerArns.map((arn) => {
          const { dnsName, type = 'application' } = found(arn);
          return { LoadBalancerArn: arn, DNSName: dnsName, Type: type };
        }),
      }),
      DescribeListeners: (input) => {
        const { LoadBalancerArn, Marker } = byBalancer.parse(input);
        const balancer = found(LoadBalancerArn);
        const listeners = balancer.listeners.map((routes, index) => ({
          ListenerArn: listenerArn(balancer, index),
          LoadBalancerArn,
          DefaultActions: actionsOf(routes.find(({ hosts }) => hosts === undefined)),
        }));
        return page('Listeners', listeners, Marker);
      },
      DescribeRules: (input) => {
        const { ListenerArn, Marker } = byListener.parse(input);
        const routes = [...balancers.values()].flatMap((balancer) =>
          balancer.listeners.filter((_, index) => listenerArn(balancer, index) === ListenerArn),
        );
        const [listener] = routes;
        if (!listener) throw new ApiError('ListenerNotFound', `Listener ${ListenerArn} not found`);
        const rules = listener.map((route, index) => ({
          RuleArn: `${ListenerArn}/${index}`,
          Priority: route.hosts ? String(index + 1) : 'default',
          IsDefault: route.hosts === undefined,
          Conditions: route.hosts
            ? [{ Field: 'host-header', HostHeaderConfig: { Values: [...route.hosts] } }]
            : [],
          Actions: actionsOf(route),
        }));
        return page('Rules', rules, Marker);
      },
    },
  };
}

/** With one target group, AWS names it twice. */
function actionsOf(route: BalancerRoute | undefined): readonly object[] {
  if (!route) return [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }];
  const [only, ...more] = route.targetGroups;
  return [
    {
      Type: 'forward',
      ...(more.length === 0 && { TargetGroupArn: only }),
      ForwardConfig: { TargetGroups: route.targetGroups.map((arn) => ({ TargetGroupArn: arn, Weight: 1 })) },
    },
  ];
}
