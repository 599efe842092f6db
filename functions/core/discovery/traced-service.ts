/** A service in X-Ray’s service graph, as far as it says what calls what. */
export interface TracedService {
  /** Unique within one graph. */
  readonly id: number;
  /** The canonical name, and any others. */
  readonly names: readonly string[];
  /** Such as `AWS::Lambda::Function`, `Database::SQL`, `remote`, or `client`; empty for an application without one. */
  readonly type: string;
  /** The account that it runs in. @default not known */
  readonly account?: string;
  /** Ids of the services that it calls and waits for; queues between the two do not count. */
  readonly calls: readonly number[];
}

/** What an ECS service answers under. */
export interface EcsAddresses {
  /** `cluster/service` */
  readonly service: string;
  /** ARNs of the target groups that its tasks are registered in. */
  readonly targetGroups: readonly string[];
  /** Names that Service Connect gives it. */
  readonly names: readonly string[];
}

/** A host name under which a load balancer answers, with the target groups that its requests are sent to. */
export interface BalancedAddress {
  readonly name: string;
  /** ARNs. */
  readonly targetGroups: readonly string[];
}
