import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { VirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import type { SimulatedHosts } from '../../../local/embedded/hosts/simulated-hosts.ts';
import type { SimulatedServices } from '../../../local/embedded/hosts/simulated-services.ts';
import type { DependencyCall } from '../../../local/embedded/lambda/sandbox.ts';
import type { TargetServices } from '../../../local/embedded/target-services.ts';
import { isOfHosts } from '../faults/outages.ts';
import { firstHosts } from '../fleet/hosts.ts';
import type { ActingStep } from '../trace/acting-step.ts';
import type { Trace } from '../trace/trace.ts';

export type HostServices = Pick<TargetServices, 'instanceFleet' | 'balancedGroups' | 'scalingGroups'>;

export interface AwsHostsDeps {
  readonly fleet: CompiledConfiguration;
  readonly clock: VirtualClock;
  readonly trace: Trace;
  readonly hosts: Pick<SimulatedHosts, 'crash'>;
  readonly services: Pick<SimulatedServices, 'onDone'>;
}

/** What AWS knows of hosts and does to them: EC2, Auto Scaling, and load balancers. */
export interface AwsHosts {
  /** Whether anything but an agent acts on the hosts of a component. */
  readonly has: (component: string) => boolean;
  /** As `Estate.noteCall`. */
  readonly noteCall: (call: DependencyCall, step: ActingStep, invocation: number, beganAt: number) => void;
  /** Another person changes what hosts of a component are registered for, or their security groups. @param draw 0 to 1: what */
  readonly interfere: (component: string, draw: number) => void;
  /** A person lets a host back in that EC2 has cut off. */
  readonly letIn: (instanceId: string) => void;
  /** Auto Scaling replaces a host by itself. @returns whether it is of a group */
  readonly replace: (instanceId: string) => boolean;
  /** Whether the security groups of a host cut it off. */
  readonly isCutOff: (instanceId: string) => boolean;
  /** Tells that an instance serves in the place of another. */
  readonly noteLaunched: (component: string, instanceId: string, predecessor: string) => void;
}

/** Something that an API did to a host. */
interface HostChange {
  readonly id: string;
  /** What was changed of it. */
  readonly setting: string;
  /** @default the host was terminated */
  readonly values?: { readonly before: string; readonly after: string };
}

/** The security group that hosts have at first, and one that other people choose. */
const USUAL_GROUP = 'sg-0000000a';
const GROUP_OF_OTHERS = 'sg-0000000b';
const PORT = 80;
/** A load balancer has checked a new host by then. */
const CHECKED_MS = 21_000;
/** A terminated instance does not come back. */
const FOR_GOOD_MS = 24 * 3_600_000;
/** How long other people leave a host out of its load balancer. */
const LEFT_OUT_MS = 120_000;

export function createAwsHosts(
  { fleet, clock, trace, hosts, services }: AwsHostsDeps,
  { instanceFleet, balancedGroups, scalingGroups }: HostServices,
): AwsHosts {
  const componentOf = new Map<string, string>();
  for (const { component, node } of firstHosts(fleet)) {
    componentOf.set(node.instanceId, component);
    instanceFleet.launch({ instanceId: node.instanceId, ...(node.tags && { tags: node.tags }) });
  }
  /** Components whose hosts Auto Scaling really replaces. */
  const grouped = new Set<string>();
  const groupOf = (component: string) => fleet.components[component]?.targetGroup;
  const idsOf = (component: string) =>
    [...componentOf].flatMap(([id, owner]) => (owner === component ? [id] : []));
  const isolating = new Set(
    fleet.strategies.flatMap(({ actions }) => actions.flatMap(({ params }) => params['securityGroup'] ?? [])),
  );
  const mayBeCutOff = new Set(
    fleet.strategies.flatMap(({ actions, components = [] }) =>
      actions.some(({ params }) => params['securityGroup'] !== undefined) ? components : [],
    ),
  );
  for (const [component, { targets, targetGroup }] of Object.entries(fleet.components)) {
    const instances = idsOf(component);
    if (targetGroup !== undefined) {
      balancedGroups.create(targetGroup, PORT);
      for (const id of instances) balancedGroups.put(targetGroup, id, PORT, 'healthy');
    }
    if (targetGroup === undefined || !('autoScalingGroup' in targets)) continue;
    grouped.add(component);
    const { length: desired } = instances;
    const size = { desired, minimum: 1, maximum: desired };
    scalingGroups.create(targets.autoScalingGroup, { ...size, instances, targetGroups: [targetGroup] });
  }
  const has = (component: string) => groupOf(component) !== undefined || mayBeCutOff.has(component);
  const interfaceOf = (id: string) => id.replace('i-', 'eni-');
  const groupsOf = (id: string) => Object.values(instanceFleet.groupsOf(id)).flat().join();
  const isCutOff = (id: string) => isolating.has(groupsOf(id));
  const serving = (component: string): readonly string[] => {
    const arn = groupOf(component);
    return arn === undefined ? [] : balancedGroups.serving(arn);
  };

  const noteServing = (component: string) => {
    if (groupOf(component) === undefined) return;
    trace.note({ kind: 'in-service', component, instanceIds: serving(component) });
  };
  /** Once its load balancer has checked a host that was registered. */
  const noteServingSoon = (component: string) => void clock.after(CHECKED_MS, () => noteServing(component));
  const noteGroups = (component: string, instanceId: string) =>
    trace.note({ kind: 'cut-off', component, instanceId, isCutOff: isCutOff(instanceId) });

  for (const component of Object.keys(fleet.components)) noteServing(component);

  /** What the logs of the services say since they were last read. */
  const read = { terminated: 0, registrations: 0, instances: 0 };
  /** The groups of interfaces by hosts, as they were last noted. */
  const lastGroups = new Map([...componentOf.keys()].map((id) => [id, groupsOf(id)]));
  /** By component: what was done to its hosts, and is not noted yet. */
  const waiting = new Map<string, HostChange[]>();
  const takeEffects = (component: string): readonly HostChange[] => {
    const terminated = scalingGroups.terminated.slice(read.terminated);
    const registrations = balancedGroups.effects.slice(read.registrations);
    const regrouped = instanceFleet.effects
      .slice(read.instances)
      .filter(({ kind }) => kind === 'regrouped')
      .map(({ instanceId, groups = [] }) => ({ id: instanceId, after: groups.join() }));
    read.terminated = scalingGroups.terminated.length;
    read.registrations = balancedGroups.effects.length;
    read.instances = instanceFleet.effects.length;
    // Its host is dead from now on; Auto Scaling launches another one.
    for (const id of terminated) hosts.crash(id, FOR_GOOD_MS);
    const changes: readonly HostChange[] = [
      ...terminated.map((id) => ({ id, setting: `life of ${id}` })),
      ...registrations.map(({ id, kind }) => ({
        id,
        setting: `registration of ${id}`,
        values: kind === 'registered' ? { before: '', after: `${PORT}` } : { before: `${PORT}`, after: '' },
      })),
      ...regrouped.map(({ id, after }) => {
        const before = lastGroups.get(id) ?? '';
        lastGroups.set(id, after);
        return { id, setting: `groups of ${id}`, values: { before, after } };
      }),
    ];
    for (const change of changes) {
      const owner = componentOf.get(change.id) ?? '';
      waiting.set(owner, [...(waiting.get(owner) ?? []), change]);
    }
    const own = waiting.get(component) ?? [];
    waiting.delete(component);
    return own;
  };
  /** By component: who called last. */
  const callers = new Map<string, { readonly step: ActingStep; readonly invocation: number }>();
  const noteOwn = (component: string) => {
    const caller = callers.get(component);
    if (caller === undefined) return;
    const { step, invocation } = caller;
    for (const { id, setting, values } of takeEffects(component)) {
      const effect = { ...step, instanceId: id, startMs: clock.nowMs() };
      trace.note({ kind: 'effect', effect, byService: true });
      if (values) trace.note({ kind: 'set', ...step, setting, ...values, invocation });
      if (setting.startsWith('groups')) noteGroups(component, id);
      else noteServing(component);
      if (values?.after === `${PORT}`) noteServingSoon(component);
      if (step.stepId.startsWith('heal-')) services.onDone({ ...effect, parameters: {} }, { takesMs: 0 });
    }
  };
  /** Others change something, while nothing of it counts as done by a step. */
  const byOthers = (component: string, change: () => void) => {
    noteOwn(component);
    change();
    for (const { id, setting, values } of takeEffects(component)) {
      trace.note({ kind: 'set-by-others', component, setting, value: values?.after ?? '' });
      if (setting.startsWith('groups')) noteGroups(component, id);
      if (values?.after === `${PORT}`) noteServingSoon(component);
    }
    noteServing(component);
  };
  const regroup = (component: string, id: string, group: string) =>
    byOthers(component, () => {
      if (instanceFleet.stateOf(id) !== 'running') return;
      instanceFleet.operations['ModifyNetworkInterfaceAttribute']?.({
        NetworkInterfaceId: interfaceOf(id),
        Groups: [group],
      });
    });
  const leaveOut = (component: string, arn: string, id: string) => {
    const request = { TargetGroupArn: arn, Targets: [{ Id: id, Port: PORT }] };
    byOthers(component, () => balancedGroups.operations['DeregisterTargets']?.(request));
    clock.after(LEFT_OUT_MS, () => {
      if (componentOf.has(id))
        byOthers(component, () => balancedGroups.operations['RegisterTargets']?.(request));
    });
  };

  return {
    has,
    isCutOff,
    noteCall: ({ port, method }, step, invocation, beganAt) => {
      const { component } = step;
      if (!has(component)) return;
      if (port === 'store' && method === 'recordChange')
        trace.note({ kind: 'change-kept', ...step, invocation });
      if (!isOfHosts(port)) return;
      callers.set(component, { step, invocation });
      noteOwn(component);
      trace.note({ kind: 'resource-read', component, invocation, beganAt });
    },
    interfere: (component, draw) => {
      const ids = idsOf(component);
      const id = ids[Math.floor(draw * ids.length)];
      if (id === undefined) return;
      const arn = groupOf(component);
      if (arn !== undefined) leaveOut(component, arn, id);
      else regroup(component, id, GROUP_OF_OTHERS);
    },
    letIn: (id) => {
      const component = componentOf.get(id);
      if (component !== undefined && isCutOff(id)) regroup(component, id, USUAL_GROUP);
    },
    replace: (instanceId) => {
      const component = componentOf.get(instanceId) ?? '';
      if (!grouped.has(component)) return false;
      byOthers(component, () => {
        // It may be terminated already.
        if (instanceFleet.stateOf(instanceId) === 'running')
          scalingGroups.operations['TerminateInstanceInAutoScalingGroup']?.({
            InstanceId: instanceId,
            ShouldDecrementDesiredCapacity: false,
          });
      });
      return true;
    },
    noteLaunched: (component, instanceId, predecessor) => {
      componentOf.delete(predecessor);
      componentOf.set(instanceId, component);
      lastGroups.set(instanceId, groupsOf(instanceId));
      clock.after(0, () => noteServing(component));
    },
  };
}
