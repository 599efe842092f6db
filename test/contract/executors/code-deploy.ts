import { createCodeDeployments } from '../../../functions/adapters/code-deploy/code-deployments.ts';
import { createLambdaAliases } from '../../../functions/adapters/lambda/lambda-aliases.ts';
import type { ChangeEvent } from '../../../functions/core/change/change-event.ts';
import type { Ports } from '../../../functions/ports/ports.ts';
import { createAliasShifting, shiftRevision } from '../../../local/embedded/code-deploy/alias-shifting.ts';
import {
  createDeploymentGroups,
  type DeploymentGroups,
  type Shifting,
} from '../../../local/embedded/code-deploy/deployment-groups.ts';
import type { Platform, Revision } from '../../../local/embedded/code-deploy/deployment-record.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { createVersionedFunctions } from '../../../local/embedded/lambda/versioned-functions.ts';
import type { Effect, ExecutorUnderTest, ServicePlace } from './executor-under-test.ts';

const GROUP = 'shop/production';
const revision = (key: string): Revision => ({
  revisionType: 'S3',
  s3Location: { bucket: 'releases', key, bundleType: 'zip' },
});
/** What is deployed to one platform. */
interface Deployed {
  readonly component: Readonly<Record<string, unknown>>;
  /** What was deployed first, what is bad, and what someone else deploys. */
  readonly revisions: readonly [Revision, Revision, Revision];
  readonly platform: Platform;
  /** What of a service it is deployed to. @default nothing more than CodeDeploy knows */
  readonly open?: (place: ServicePlace) => { readonly shifting: Shifting; readonly ports: Partial<Ports> };
}

const HOSTS: Deployed = {
  component: {},
  revisions: [revision('shop-1.zip'), revision('shop-2.zip'), revision('shop-3.zip')],
  platform: 'Server',
};

const ON_A_RESOURCE = {
  ...{ service: undefined, alarms: undefined, signals: ['memory'] },
  health: { url: 'https://orders.example.com/' },
};

const appSpec = (TaskDefinition: string): Revision => ({
  revisionType: 'AppSpecContent',
  appSpecContent: {
    content: JSON.stringify({
      version: 0,
      Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: { TaskDefinition } } }],
    }),
  },
});

const SERVICE: Deployed = {
  component: { ...ON_A_RESOURCE, targets: { ecsService: 'production/orders' } },
  revisions: [appSpec('orders:1'), appSpec('orders:2'), appSpec('orders:3')],
  platform: 'ECS',
};

const ALIAS: Deployed = {
  component: { ...ON_A_RESOURCE, targets: { lambdaAlias: 'orders:live' } },
  revisions: [
    shiftRevision('orders:live', '1', '2'),
    shiftRevision('orders:live', '2', '3'),
    shiftRevision('orders:live', '3', '4'),
  ],
  platform: 'Lambda',
  open: ({ random, newId }) => {
    const functions = createVersionedFunctions({ newId, random });
    for (let published = 0; published < 4; published += 1) functions.publish('orders', () => undefined);
    functions.createAlias('orders', 'live', '1');
    const aliases = createLambdaAliases(createInProcessClient('Lambda', functions.operations));
    return { shifting: createAliasShifting(functions), ports: { aliases } };
  },
};

/** A group to which two revisions were deployed. @param isDone whether the second deployment is over */
function opened(place: ServicePlace, { revisions, platform, open }: Deployed, isDone: boolean) {
  const { clock, random, newId } = place;
  const [first, second, others] = revisions;
  const groups = createDeploymentGroups({ clock, newId, publish: () => undefined });
  const service = open?.(place);
  groups.create(GROUP, platform, service?.shifting);
  const back = { takesMs: 10_000 + random() * 60_000, succeeds: random() < 0.9 };
  groups.behave(first, back);
  groups.behave(shiftRevision('orders:live', '3', '2'), back);
  groups.behave(second, { takesMs: isDone ? 60_000 : 900_000, succeeds: true });
  groups.deploy(GROUP, first, true);
  const suspect = groups.deploy(GROUP, second, isDone);
  groups.goOff(GROUP);
  let theirs: string | undefined;
  return {
    groups,
    ports: {
      ...service?.ports,
      codeDeployments: createCodeDeployments(createInProcessClient('CodeDeploy', groups.operations)),
    },
    suspect,
    interfere: () => {
      theirs = groups.deploy(GROUP, others);
    },
    isInterferenceIntact: () => {
      const last = groups.lastOf(GROUP);
      return last.id === theirs && last.status !== 'Stopped';
    },
  };
}

const BACK = { type: 'rollback_deployment', params: { by: 'code_deploy' }, timeoutSeconds: 600 };

/** What CodeDeploy was asked for: each deployment that was created, and the stop of this one. */
function effectsOf({ effects }: DeploymentGroups, stopped?: string): readonly Effect[] {
  return effects
    .filter(({ kind, id }) => kind === 'created' || id === stopped)
    .map(({ description }) => ({
      phase: description.includes('forward again') ? 'undo' : 'do',
      target: GROUP,
    }));
}

const rollback = (what: string, deployed: Deployed): ExecutorUnderTest => ({
  name: `resource: deployment of CodeDeploy${what}`,
  component: { ...deployed.component, codeDeploy: GROUP },
  action: { ...BACK, onError: 'rollback' },
  undo: { ...BACK, params: { by: 'code_deploy', phase: 'undo' } },
  open: (place) => {
    const { groups, ...service } = opened(place, deployed, true);
    return { ...service, effects: () => effectsOf(groups) };
  },
});

/** The deployment in progress is suspected: it is stopped, and CodeDeploy goes back. */
const stop = (what: string, deployed: Deployed): ExecutorUnderTest => ({
  ...rollback(`${what} in progress`, deployed),
  component: { ...deployed.component, codeDeploy: GROUP, changes: { graceSeconds: 0 } },
  open: (place) => {
    const { groups, suspect, ports, ...service } = opened(place, deployed, false);
    const started: ChangeEvent = {
      ...{ component: 'web', source: 'codedeploy', kind: 'deployment', changeId: suspect, resource: GROUP },
      ...{ phase: 'started', atMs: place.clock.nowMs() - 60_000, summary: 'a deployment' },
    };
    return {
      ...service,
      ports: {
        ...ports,
        changes: { listChanges: async () => [started], recordChange: async () => undefined },
      },
      effects: () => effectsOf(groups, suspect),
    };
  },
});

export const codeDeployRollback = rollback('', HOSTS);
export const codeDeployRollbackOfAlias = rollback(' to an alias', ALIAS);
export const codeDeployRollbackOfService = rollback(' to a service', SERVICE);
export const codeDeployStop = stop('', HOSTS);
export const codeDeployStopOfAlias = stop(' to an alias', ALIAS);
export const codeDeployStopOfService = stop(' to a service', SERVICE);
