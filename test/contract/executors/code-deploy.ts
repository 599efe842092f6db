import { createCodeDeployments } from '../../../functions/adapters/code-deploy/code-deployments.ts';
import type { ChangeEvent } from '../../../functions/core/change/change-event.ts';
import {
  createDeploymentGroups,
  type Revision,
} from '../../../local/embedded/code-deploy/deployment-groups.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import type { ExecutorUnderTest, ServicePlace } from './executor-under-test.ts';

const GROUP = 'shop/production';
const revision = (key: string): Revision => ({
  revisionType: 'S3',
  s3Location: { bucket: 'releases', key, bundleType: 'zip' },
});
const [FIRST, SECOND, THEIRS] = ['shop-1.zip', 'shop-2.zip', 'shop-3.zip'].map(revision) as [
  Revision,
  Revision,
  Revision,
];

/** A group to which two revisions were deployed. @param isDone whether the second deployment is over */
function opened({ clock, random, newId }: ServicePlace, isDone: boolean) {
  const groups = createDeploymentGroups({ clock, newId, publish: () => undefined });
  groups.create(GROUP);
  groups.behave(FIRST, { takesMs: 10_000 + random() * 60_000, succeeds: random() < 0.9 });
  groups.behave(SECOND, { takesMs: isDone ? 60_000 : 900_000, succeeds: true });
  groups.deploy(GROUP, FIRST, true);
  const suspect = groups.deploy(GROUP, SECOND, isDone);
  groups.goOff(GROUP);
  const ports = {
    codeDeployments: createCodeDeployments(createInProcessClient('CodeDeploy', groups.operations)),
  };
  let theirs: string | undefined;
  return {
    groups,
    ports,
    suspect,
    interfere: () => {
      theirs = groups.deploy(GROUP, THEIRS);
    },
    isInterferenceIntact: () => {
      const last = groups.lastOf(GROUP);
      return last.id === theirs && last.status !== 'Stopped';
    },
  };
}

const BACK = { type: 'rollback_deployment', params: { by: 'code_deploy' }, timeoutSeconds: 600 };

export const codeDeployRollback: ExecutorUnderTest = {
  name: 'resource: deployment of CodeDeploy',
  component: { codeDeploy: GROUP },
  action: { ...BACK, onError: 'rollback' },
  undo: { ...BACK, params: { by: 'code_deploy', phase: 'undo' } },
  open: (place) => {
    const { groups, ...service } = opened(place, true);
    return {
      ...service,
      effects: () =>
        groups.effects
          .filter(({ kind }) => kind === 'created')
          .map(({ description }) => ({
            phase: description.includes('forward again') ? 'undo' : 'do',
            target: GROUP,
          })),
    };
  },
};

/** The deployment in progress is suspected: it is stopped, and CodeDeploy goes back. */
export const codeDeployStop: ExecutorUnderTest = {
  ...codeDeployRollback,
  name: 'resource: deployment of CodeDeploy in progress',
  component: { codeDeploy: GROUP, changes: { graceSeconds: 0 } },
  open: (place) => {
    const { groups, suspect, ports, ...service } = opened(place, false);
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
      effects: () =>
        groups.effects
          .filter(({ kind, id }) => kind === 'created' || id === suspect)
          .map(({ kind }) => ({ phase: kind === 'created' ? 'undo' : 'do', target: GROUP })),
    };
  },
};
