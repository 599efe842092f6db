/**
 * What the targets of a component are: hosts, a Lambda alias, an ECS service, an instance or a cluster of RDS, or one thing
 * that only the user's own functions and automations can reach.
 */
export const TARGET_KINDS = [
  'host',
  'lambda_alias',
  'ecs_service',
  'db_instance',
  'db_cluster',
  'custom',
] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/**
 * One place where a component runs. A component has one kind of target, so that its layouts and records name targets by
 * their ids alone.
 */
export interface TargetRef {
  readonly kind: TargetKind;
  /** A host's instance id or managed node id; `function:alias`; `cluster/service`; a database's identifier; what `targets.custom` says. */
  readonly id: string;
}
