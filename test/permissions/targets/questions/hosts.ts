import { REGION } from '../../../../local/embedded/cloudformation/stack-resources.ts';
import type { Question } from '../../../../local/ministack/iam.ts';
import { type Asking, type Askings, arnOf, type Facts, on, onAny } from './resource-arn.ts';

const SNAPSHOT = `arn:aws:ec2:${REGION}::snapshot/snap-0123456789abcdef0`;

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
export const EC2: Askings = {
  DescribeInstances: onAny('ec2:DescribeInstances'),
  DescribeInstanceStatus: onAny('ec2:DescribeInstanceStatus'),
  DescribeInstanceTypes: onAny('ec2:DescribeInstanceTypes'),
  DescribeSnapshots: onAny('ec2:DescribeSnapshots'),
  RebootInstances: onInstances('ec2:RebootInstances'),
  StartInstances: onInstances('ec2:StartInstances'),
  StopInstances: onInstances('ec2:StopInstances'),
  MonitorInstances: onInstances('ec2:MonitorInstances'),
  UnmonitorInstances: onInstances('ec2:UnmonitorInstances'),
  CreateSnapshots: ({ InstanceSpecification }, facts) => {
    const { InstanceId } = InstanceSpecification as { readonly InstanceId: string };
    const action = 'ec2:CreateSnapshots';
    return [
      tagged(action, 'instance', InstanceId, facts),
      ...on(action, arnOf('ec2', 'volume/vol-0123456789abcdef0'), SNAPSHOT),
      { action: 'ec2:CreateTags', resource: SNAPSHOT, context: { 'ec2:CreateAction': 'CreateSnapshots' } },
    ];
  },
  ModifyNetworkInterfaceAttribute: ({ NetworkInterfaceId, Groups }, facts) => {
    const action = 'ec2:ModifyNetworkInterfaceAttribute';
    const groups = Groups as readonly string[];
    return [
      tagged(action, 'network-interface', String(NetworkInterfaceId), facts),
      ...on(action, ...groups.map((id) => arnOf('ec2', `security-group/${id}`))),
    ];
  },
};

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html */
export const AUTO_SCALING: Askings = {
  DescribeAutoScalingGroups: onAny('autoscaling:DescribeAutoScalingGroups'),
  DescribeInstanceRefreshes: onAny('autoscaling:DescribeInstanceRefreshes'),
  DescribeScalingActivities: onAny('autoscaling:DescribeScalingActivities'),
  SetDesiredCapacity: ({ AutoScalingGroupName }) =>
    on('autoscaling:SetDesiredCapacity', groupArn(String(AutoScalingGroupName))),
  TerminateInstanceInAutoScalingGroup: ({ InstanceId }, { scalingGroupOf }) =>
    on('autoscaling:TerminateInstanceInAutoScalingGroup', groupArn(scalingGroupOf(String(InstanceId)))),
};

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html */
export const ELASTIC_LOAD_BALANCING: Askings = {
  DescribeListeners: onAny('elasticloadbalancing:DescribeListeners'),
  DescribeLoadBalancers: onAny('elasticloadbalancing:DescribeLoadBalancers'),
  DescribeRules: onAny('elasticloadbalancing:DescribeRules'),
  DescribeTargetGroups: onAny('elasticloadbalancing:DescribeTargetGroups'),
  DescribeTargetHealth: onAny('elasticloadbalancing:DescribeTargetHealth'),
  DescribeLoadBalancerAttributes: onAny('elasticloadbalancing:DescribeLoadBalancerAttributes'),
  RegisterTargets: ({ TargetGroupArn }) => on('elasticloadbalancing:RegisterTargets', String(TargetGroupArn)),
  DeregisterTargets: ({ TargetGroupArn }) =>
    on('elasticloadbalancing:DeregisterTargets', String(TargetGroupArn)),
  ModifyLoadBalancerAttributes: ({ LoadBalancerArn }) =>
    on('elasticloadbalancing:ModifyLoadBalancerAttributes', String(LoadBalancerArn)),
};

function onInstances(action: string): Asking {
  return ({ InstanceIds }, facts) =>
    (InstanceIds as readonly string[]).map((id) => tagged(action, 'instance', id, facts));
}

function tagged(action: string, type: string, id: string, { tagsOf }: Facts): Question {
  const tags = Object.entries(tagsOf(id)).map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const);
  return { action, resource: arnOf('ec2', `${type}/${id}`), context: Object.fromEntries(tags) };
}

function groupArn(name: string): string {
  const id = '6f2b1c4e-9a4d-4b8c-8f0e-2d7a5c3b1e90';
  return arnOf('autoscaling', `autoScalingGroup:${id}:autoScalingGroupName/${name}`);
}
