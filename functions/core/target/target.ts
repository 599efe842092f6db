/** What the targets of a component are. */
export const TARGET_KINDS = ['host'] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/**
 * One place where a component runs. A component has one kind of target, so that its layouts and records name targets by
 * their ids alone.
 */
export interface TargetRef {
  readonly kind: TargetKind;
  /** As the service names it: a host by its instance id, or the id of its managed node. */
  readonly id: string;
}
