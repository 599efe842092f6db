/** An instance as its Auto Scaling group lists it. */
export interface GroupInstance {
  readonly id: string;
  /** Auto Scaling's own name: `InService`, `Pending:Wait`, `Terminating`… */
  readonly lifecycle: string;
  /** What Auto Scaling's health checks say. */
  readonly isHealthy: boolean;
  readonly isProtectedFromScaleIn: boolean;
  /** How much of the desired capacity it is; 1 in a group without weights. */
  readonly weight: number;
}

/** An Auto Scaling group. */
export interface ScalingGroup {
  readonly desired: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly instances: readonly GroupInstance[];
  /** Processes that someone has suspended, by Auto Scaling's names: `Launch`. */
  readonly suspended: readonly string[];
  /** ARNs of the target groups in which it registers its instances. */
  readonly targetGroups: readonly string[];
  readonly isBeingDeleted: boolean;
}

/** Why a group cannot have this many instances; `undefined` if it can. Its own bounds are its owner's decision. */
export function capacityProblem(
  { minimum, maximum }: Pick<ScalingGroup, 'minimum' | 'maximum'>,
  count: number,
): string | undefined {
  return count < minimum || count > maximum
    ? `the group allows ${minimum} to ${maximum} instances, and ${count} were to be set`
    : undefined;
}

/** Whether an instance serves as part of its group: one that is launched, terminated or on standby does not. */
export function isInService({ lifecycle }: GroupInstance): boolean {
  return lifecycle === 'InService';
}

/** How much of the desired capacity instances are. */
export function capacityOf(instances: readonly GroupInstance[]): number {
  return instances.reduce((sum, { weight }) => sum + weight, 0);
}
