import { assertNever } from '../../core/assert-never.ts';
import { clusterUnhealthiness, readiness, writerOf } from '../../core/target/database.ts';
import { serviceName, unsteadiness } from '../../core/target/ecs-service.ts';
import { unreadyState } from '../../core/target/function-state.ts';
import { aliasName } from '../../core/target/lambda-alias.ts';
import type { TargetKind } from '../../core/target/target.ts';
import type { Databases } from '../../ports/databases.ts';
import type { EcsServices } from '../../ports/ecs-services.ts';
import type { LambdaAliases } from '../../ports/lambda-aliases.ts';

export interface ResourceHealthDeps {
  readonly aliases: Pick<LambdaAliases, 'state'>;
  readonly services: Pick<EcsServices, 'read'>;
  readonly databases: Pick<Databases, 'readInstance' | 'readCluster'>;
}

/** Whether AWS considers a target able to serve, and why or why not, for people. */
export interface ResourceHealth {
  readonly isHealthy: boolean;
  readonly detail: string;
}

/** The kinds of targets of which AWS itself says whether they can serve. */
export type JudgedKind = Exclude<TargetKind, 'host' | 'custom'>;

/** @throws NotFound, NotPermitted, RequestRefused, ServiceUnavailable: nothing is known */
export async function resourceHealth(
  deps: ResourceHealthDeps,
  kind: JudgedKind,
  id: string,
): Promise<ResourceHealth> {
  switch (kind) {
    case 'lambda_alias': {
      const state = await deps.aliases.state(aliasName(id));
      const why = unreadyState(state);
      return { isHealthy: why === undefined, detail: `${id} ${why ?? `is ${state.state}`}` };
    }
    case 'ecs_service': {
      const service = await deps.services.read(serviceName(id));
      const why = unsteadiness(service);
      const detail = `${id}: ${why ?? `${service.runningCount} of ${service.desiredCount} tasks run`}`;
      return { isHealthy: why === undefined, detail };
    }
    case 'db_instance': {
      const { status } = await deps.databases.readInstance(id);
      return { isHealthy: readiness(status) === 'serving', detail: `${id} is ${status}` };
    }
    case 'db_cluster': {
      const cluster = await deps.databases.readCluster(id);
      const why = clusterUnhealthiness(cluster);
      const detail = `${id}: ${why ?? `it is ${cluster.status}, and ${writerOf(cluster)} writes`}`;
      return { isHealthy: why === undefined, detail };
    }
    default:
      return assertNever(kind);
  }
}
