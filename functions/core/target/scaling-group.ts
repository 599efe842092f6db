/** An Auto Scaling group, as far as its size goes. */
export interface ScalingGroup {
  readonly desired: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Why a group cannot have this many instances; `undefined` if it can. Its own bounds are its owner's decision. */
export function capacityProblem({ minimum, maximum }: ScalingGroup, count: number): string | undefined {
  return count < minimum || count > maximum
    ? `the group allows ${minimum} to ${maximum} instances, and ${count} were to be set`
    : undefined;
}
