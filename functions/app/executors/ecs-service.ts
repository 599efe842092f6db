import type { SuspectedChange } from '../../core/diagnosis/cause.ts';
import type { Inspection } from '../../core/operation/inspection.ts';
import { settingText } from '../../core/operation/recorded-change.ts';
import {
  deploymentOutcome,
  describeTaskDefinition,
  type EcsService,
  earlierRevision,
  foreignController,
  judgeRestart,
  type RestartMarker,
  revisionOf,
  revisionsOfSameContent,
  type ServiceName,
  serviceName,
  unhealthiness,
} from '../../core/target/ecs-service.ts';
import { type Scaling, scaledCount } from '../../core/target/scaled-count.ts';
import { parseRollbackReference } from '../../core/target/service-rollback.ts';
import type { Size } from '../../core/target/size-ladder.ts';
import { nextTaskSize } from '../../core/target/task-size.ts';
import type { EcsServices } from '../../ports/ecs-services.ts';
import { ServiceUnavailable } from '../../ports/errors.ts';
import type { TaskDefinitions } from '../../ports/task-definitions.ts';
import type { Begun, ChangeRecords, Ended, StepCall } from './action-call.ts';
import { changeSetting, type Setting, undoSetting } from './change-setting.ts';
import * as clusterInsights from './cluster-insights.ts';
import {
  afterGoingBack,
  type GoBack,
  inspectRollback,
  refuseWhileGoingBack,
  rollbackBegun,
  wayBackFrom,
} from './ecs-way-back.ts';
import { isFirstTry } from './sent-once.ts';

export interface ServiceBeginDeps {
  readonly services: EcsServices;
  readonly taskDefinitions: TaskDefinitions;
}
export interface ServiceInspectDeps {
  readonly services: Pick<EcsServices, 'read' | 'course'>;
}

/** Carries out an action on a service of ECS. A deployment that it begins goes on by itself until it is steady. */
export async function begin(
  { services, taskDefinitions }: ServiceBeginDeps,
  type: string,
  id: string,
  call: StepCall,
): Promise<Begun> {
  const { params, changes, subject } = call;
  const name = serviceName(id);
  const isUndo = params['phase'] === 'undo';
  switch (type) {
    case 'restart_service':
      return await restart(services, id, name, changes);
    case 'rollback_deployment': {
      const suspect = suspectedDeployment(subject.operation.alert.change);
      const { revision } = params;
      const isFromSuspect = suspect !== undefined && revision === undefined && !isUndo;
      const choose = async (service: EcsService) =>
        anotherDeployment(id, service, suspect) ??
        (await wanted({ services, taskDefinitions }, name, service, revision));
      const goingBack = isFromSuspect ? wayBackFrom(services, suspect) : undefined;
      const goBack = isUndo ? afterGoingBack(services) : goingBack;
      return await changeDefinition(services, id, name, call, choose, goBack);
    }
    case 'increase_resources':
      return await changeDefinition(services, id, name, call, async (service) => {
        const { taskDefinition } = service;
        const unready = unhealthiness({ ...service, runningCount: service.desiredCount });
        if (unready !== undefined) return { problem: `${unready}: its size is not changed meanwhile` };
        const present = await taskDefinitions.resources(taskDefinition);
        const next = nextTaskSize(present, params['ladder'] as readonly Size[]);
        return 'problem' in next ? next : await taskDefinitions.registerResized(taskDefinition, next);
      });
    case 'scale_resources': {
      const setting = countOf(services, id, name);
      if (isUndo) return await undoSetting(changes, setting);
      return await changeSetting(changes, setting, async (count) => scaledCount(count, params as Scaling));
    }
    case 'enable_monitoring':
      return await clusterInsights.begin(services, name.cluster, call);
    default:
      return { outcome: 'FAILED', detail: `${type} cannot be done on an ECS service` };
  }
}

/**
 * Deploys another task definition, or the one before again. The deployment goes on by itself.
 *
 * @param choose the ARN that the action wants, or why it wants none
 * @param goBack asked before the ARN is deployed. @default it is deployed
 */
async function changeDefinition(
  services: EcsServices,
  id: string,
  name: ServiceName,
  { params, changes }: StepCall,
  choose: (service: EcsService) => Promise<string | { readonly problem: string } | Ended>,
  goBack?: GoBack,
): Promise<Begun> {
  /** As it was read last, or as it is since it was written. */
  let seen: EcsService | undefined;
  let wentBackFrom: string | undefined;
  const look = async (): Promise<EcsService> => {
    seen = await services.read(name);
    return seen;
  };
  const setting: Setting<string> = {
    name: `task definition of ${id}`,
    describe: describeTaskDefinition,
    read: async () => ({ value: (await look()).taskDefinition }),
    write: async (taskDefinition) => {
      const service = seen ?? (await look());
      wentBackFrom = await goBack?.(service, taskDefinition);
      if (wentBackFrom === undefined) seen = await services.deploy(name, taskDefinition);
    },
    isReadLate: true,
  };
  let refused: Ended | undefined;
  const changed =
    params['phase'] === 'undo'
      ? await undoSetting(changes, setting)
      : await changeSetting(changes, setting, async () => {
          const service = seen ?? (await look());
          const problem = foreignController(service);
          if (problem !== undefined) return { problem };
          const chosen = await choose(service);
          if (typeof chosen === 'string' || !('outcome' in chosen)) return chosen;
          refused = chosen;
          return { problem: chosen.detail };
        });
  if (refused) return refused;
  if (wentBackFrom !== undefined) return rollbackBegun(id, wentBackFrom);
  if (changed.outcome !== 'SUCCEEDED' || seen === undefined) return changed;
  return underWay(id, seen) ?? changed;
}

/** Looks how far a deployment has come, by the id of the reference to it. */
export async function inspect({ services }: ServiceInspectDeps, id: string): Promise<Inspection> {
  const rollback = parseRollbackReference(id);
  if (rollback) return await inspectRollback({ services }, rollback);
  const [cluster = '', service = '', ...rest] = id.split('/');
  const target = `${cluster}/${service}`;
  const done = deploymentOutcome(await services.read({ cluster, service }), rest.join('/'));
  const result = { id: target, detail: `${target}: ${done?.detail ?? 'the deployment is in progress'}` };
  return {
    ...(done && { outcome: done.outcome }),
    detail: result.detail,
    targets: [{ ...result, ...(done && { outcome: done.outcome }) }],
    targetCount: 1,
  };
}

function countOf(services: EcsServices, id: string, name: ServiceName): Setting<number> {
  return {
    name: `desired count of ${id}`,
    describe: String,
    read: async () => ({ value: (await services.read(name)).desiredCount }),
    write: async (count) => void (await services.setCount(name, count)),
    isReadLate: true,
  };
}

async function wanted(
  { services, taskDefinitions }: ServiceBeginDeps,
  name: ServiceName,
  service: EcsService,
  revision: unknown,
): Promise<string | { readonly problem: string }> {
  const active = await services.revisions(revisionOf(service.taskDefinition).family);
  if (revision !== undefined) return earlierRevision(service, active, revision as number);
  const same = await revisionsOfSameContent(service, active, taskDefinitions.content);
  const history = await services.history(name);
  refuseWhileGoingBack(name, history);
  return earlierRevision(service, active, undefined, same, history);
}

/** The id of the deployment of ECS in progress that is to be rolled back, if it is one. */
function suspectedDeployment(change: SuspectedChange | undefined): string | undefined {
  const isOne = change?.source === 'ecs' && change.kind === 'deployment' && change.isInProgress;
  return isOne ? change.changeId : undefined;
}

/**
 * The failure of a rollback of a deployment in progress that another one has replaced: going back from that would go back
 * to the deployment that was to be rolled back.
 */
function anotherDeployment(id: string, service: EcsService, suspect: string | undefined): Ended | undefined {
  const primary = primaryOf(service);
  if (suspect === undefined || primary?.id === suspect) return undefined;
  const theirs = primary ? `${primary.id} of ${describeTaskDefinition(primary.taskDefinition)}` : 'none';
  return {
    outcome: 'FAILED',
    failsAs: 'ChangedBySomeoneElse',
    isFinal: true,
    detail: `${id}: the primary deployment is ${theirs}, not ${suspect}, which was to be rolled back: it is left as it is`,
  };
}

/** The service's newest deployment, as long as it is under way. */
function underWay(id: string, service: EcsService): Begun | undefined {
  const primary = primaryOf(service);
  if (primary === undefined || primary.rollout === 'COMPLETED') return undefined;
  return { reference: { executor: 'resource', id: `${id}/${primary.id}` } };
}

const primaryOf = ({ deployments }: EcsService) => deployments.find(({ isPrimary }) => isPrimary);

/**
 * Begins a new deployment of the same task definition, at most once: it is relative, no call of ECS has a token, and reads
 * may lag behind writes. So the deployment that it replaces is on record before; later tries only look for a newer one.
 *
 * @throws ServiceUnavailable: another try of the step was first, and ECS shows no deployment of it
 */
async function restart(
  services: EcsServices,
  id: string,
  name: ServiceName,
  changes: ChangeRecords,
): Promise<Begun> {
  const seen = await services.read(name);
  const problem = foreignController(seen);
  if (problem !== undefined) return { outcome: 'FAILED', detail: `${id}: ${problem}` };
  const mine = { before: settingText(markerOf(seen)), intended: settingText('a new deployment') };
  const isFirst = await isFirstTry(changes, mine);
  const change = isFirst ? mine : (changes.earlier ?? (await changes.keep(mine)));
  const before = JSON.parse(change.before) as RestartMarker;
  // Nobody begins it in place of the first try: if its second look fails, the one from a moment ago stands.
  const found = isFirst ? await services.read(name).catch(() => seen) : seen;
  const isDue = judgeRestart(before, markerOf(found)) === 'send';
  if (isDue && !isFirst)
    throw new ServiceUnavailable(
      `a new deployment of ${id} may have been begun by an earlier try whose answer was lost; ECS does not show it, and no other one is begun`,
    );
  const now = isDue ? await services.redeploy(name) : found;
  if (judgeRestart(before, markerOf(now)) === 'foreign') {
    const [theirs, ours] = [now, before].map(({ taskDefinition }) => describeTaskDefinition(taskDefinition));
    return {
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      isFinal: true,
      detail: `${id} has ${theirs} now, not ${ours}: someone else has deployed it, and it is left as it is`,
    };
  }
  return { reference: { executor: 'resource', id: `${id}/${markerOf(now).deployment}` } };
}

function markerOf(service: EcsService): RestartMarker {
  return { deployment: primaryOf(service)?.id ?? '', taskDefinition: service.taskDefinition };
}
