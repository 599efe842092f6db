import { createAliasShifting, shiftRevision } from '../../../../local/embedded/code-deploy/alias-shifting.ts';
import type { Revision } from '../../../../local/embedded/code-deploy/deployment-record.ts';
import type { TargetPlace } from '../target-place.ts';
import { bothWays, healed, type TargetScenario } from './target-scenario.ts';

const SECONDS = { timeoutSeconds: 600 };
const GROUP = 'shop/production';
const [ENVIRONMENT, PROFILE] = ['abc1234/def5678', 'flags01'];
const DAY_MS = 86_400_000;

const revision = (key: string): Revision => ({
  revisionType: 'S3',
  s3Location: { bucket: 'releases', key, bundleType: 'zip' },
});

/** Two revisions were deployed, a minute apart. @param isDone whether the second deployment is over */
async function deployed(
  { cloud: { deploymentGroups }, pass }: TargetPlace,
  isDone: boolean,
): Promise<string> {
  const second = revision('shop-2.zip');
  deploymentGroups.create(GROUP);
  deploymentGroups.behave(second, { takesMs: isDone ? 60_000 : 3_600_000, succeeds: true });
  deploymentGroups.deploy(GROUP, revision('shop-1.zip'), true);
  await pass(1);
  const deployment = deploymentGroups.deploy(GROUP, second, isDone);
  await pass(1);
  return deployment;
}

/** @param daysAgo when the second version was complete. @default it is in progress */
function configured({ cloud: { configEnvironments }, nowMs }: TargetPlace, daysAgo?: number): number {
  const completedAtMs = (days: number) => nowMs() - days * DAY_MS;
  configEnvironments.create(ENVIRONMENT);
  configEnvironments.deploy(ENVIRONMENT, PROFILE, '1', completedAtMs(9));
  return configEnvironments.deploy(
    ENVIRONMENT,
    PROFILE,
    '2',
    daysAgo === undefined ? undefined : completedAtMs(daysAgo),
  );
}

const ALIAS = 'orders:live';

/** CodeDeploy has shifted an alias from its first version to its second. */
function shifted({ cloud: { deploymentGroups, versionedFunctions } }: TargetPlace): void {
  for (let version = 0; version < 2; version += 1) versionedFunctions.publish('orders', () => undefined);
  versionedFunctions.createAlias('orders', 'live', '1');
  deploymentGroups.create(GROUP, 'Lambda', createAliasShifting(versionedFunctions));
  deploymentGroups.deploy(GROUP, shiftRevision(ALIAS, '1', '2'), true);
}

const plan = (by: 'code_deploy' | 'app_config', component: object) => ({
  component: { ...component },
  actions: [{ type: 'rollback_deployment', params: { by }, ...SECONDS }],
  undo: [{ type: 'rollback_deployment', params: { by, phase: 'undo' }, ...SECONDS }],
});
const BY_CODE_DEPLOY = plan('code_deploy', { codeDeploy: GROUP });
const BY_APP_CONFIG = plan('app_config', { appConfig: `${ENVIRONMENT}/${PROFILE}` });

/** What CodeDeploy and AppConfig do. */
export const DELIVERED: readonly TargetScenario[] = [
  ...bothWays(
    {
      name: 'deploys the revision before by CodeDeploy',
      plan: BY_CODE_DEPLOY,
      prepare: async (place) => void (await deployed(place, true)),
    },
    'deploys the later revision by CodeDeploy again',
  ),
  ...bothWays(
    {
      name: 'shifts an alias back by CodeDeploy',
      plan: plan('code_deploy', { codeDeploy: GROUP, targets: { lambdaAlias: ALIAS } }),
      prepare: shifted,
    },
    'shifts an alias forward by CodeDeploy again',
  ),
  {
    name: 'stops a suspected deployment of CodeDeploy',
    plan: plan('code_deploy', { codeDeploy: GROUP, changes: { graceSeconds: 0 } }),
    run: async (place) => {
      const changeId = await deployed(place, false);
      await place.cloud.changeStore.recordChange({
        ...{ component: 'web', source: 'codedeploy', kind: 'deployment', changeId, resource: GROUP },
        ...{ phase: 'started', atMs: place.nowMs() - 60_000, summary: 'a deployment' },
      });
      await healed(place);
    },
  },
  ...bothWays(
    {
      name: 'reverts a deployment of AppConfig',
      plan: BY_APP_CONFIG,
      prepare: (place) => void configured(place, 1),
    },
    'deploys by AppConfig again what it has reverted',
  ),
  ...bothWays(
    {
      name: 'deploys an older configuration by AppConfig',
      plan: BY_APP_CONFIG,
      prepare: (place) => void configured(place, 7),
    },
    'reverts its own deployment of AppConfig',
  ),
];
