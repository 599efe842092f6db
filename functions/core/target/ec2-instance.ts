/** An instance as EC2 describes it. */
export interface Ec2Instance {
  readonly id: string;
  /** EC2's own name: `running`, `stopping`… */
  readonly state: string;
  readonly type: string;
  /** `instance-store` for one whose root volume is lost when it stops. */
  readonly rootDevice: string;
  readonly isSpot: boolean;
  /** Whether its metrics are reported each minute, or will be. */
  readonly isMonitored: boolean;
  /** The Auto Scaling group that launched it. */
  readonly autoScalingGroup?: string;
}

/** A network interface that is attached to an instance. */
export interface NetworkInterface {
  readonly id: string;
  readonly instanceId: string;
  /** Ids of its security groups, sorted. */
  readonly groups: readonly string[];
}

/** Whether EC2's own checks reach an instance; `unknown` for what this version does not know. */
export type InstanceCheck = 'ok' | 'failing' | 'initializing' | 'unknown';

/** How an instance is seen while it runs or is stopped. */
export interface InstanceStatus {
  readonly id: string;
  readonly state: string;
  readonly check: InstanceCheck;
}

/** Where an instance is, or is on its way to: `gone` if it will never run again. */
export type PowerState = 'running' | 'stopped' | 'gone';

/** @returns `undefined` for a state that this version does not know */
export function powerState(state: string): PowerState | undefined {
  switch (state) {
    case 'pending':
    case 'running':
      return 'running';
    case 'stopping':
    case 'stopped':
      return 'stopped';
    case 'shutting-down':
    case 'terminated':
      return 'gone';
    default:
      return undefined;
  }
}

/** Why an instance cannot be rebooted now; `undefined` if it can. */
export function rebootProblem({ state }: Ec2Instance): string | undefined {
  return state === 'running' ? undefined : `it is ${state}, and only a running instance can be rebooted`;
}

/**
 * Why stopping an instance would lose something that starting it does not bring back; `undefined` if it would not.
 *
 * @param hasInstanceStore whether instances of its type have disks of their own
 */
export function stopProblem(
  { state, rootDevice, type, isSpot, autoScalingGroup }: Ec2Instance,
  hasInstanceStore: boolean,
  mayLoseInstanceStore: boolean,
): string | undefined {
  if (powerState(state) !== 'running' && powerState(state) !== 'stopped')
    return `it is ${state}, and can be neither stopped nor started`;
  if (autoScalingGroup !== undefined)
    return `Auto Scaling group ${autoScalingGroup} would terminate and replace it as soon as it stops`;
  if (rootDevice === 'instance-store') return 'its root volume is instance store, and would be lost';
  if (isSpot) return 'it is a Spot instance, which EC2 need not start again';
  if (hasInstanceStore && !mayLoseInstanceStore)
    return `instances of type ${type} have instance store, whose data would be lost; allow it with \`loseInstanceStore: true\``;
  return undefined;
}
