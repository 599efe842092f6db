import { createConfigDeployments } from '../../../functions/adapters/app-config/config-deployments.ts';
import type { ChangeEvent } from '../../../functions/core/change/change-event.ts';
import { createConfigEnvironments } from '../../../local/embedded/app-config/config-environments.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import type { ExecutorUnderTest, ServicePlace } from './executor-under-test.ts';

const [ENVIRONMENT, PROFILE] = ['abc1234/def5678', 'flags01'];
const CONFIGURATION = `${ENVIRONMENT}/${PROFILE}`;
const DAY_MS = 86_400_000;

/** An environment to which versions 1 and 2 were deployed. @param daysAgo when the second was complete. @default it is in progress */
function opened({ clock }: ServicePlace, daysAgo?: number) {
  const environments = createConfigEnvironments({ clock, publish: () => undefined });
  environments.create(ENVIRONMENT);
  const completedAtMs = (days: number) => clock.nowMs() - days * DAY_MS;
  environments.deploy(ENVIRONMENT, PROFILE, '1', completedAtMs(9));
  environments.deploy(ENVIRONMENT, 'other01', '7', completedAtMs(8));
  const suspect = environments.deploy(
    ENVIRONMENT,
    PROFILE,
    '2',
    daysAgo === undefined ? undefined : completedAtMs(daysAgo),
  );
  const ports = {
    configDeployments: createConfigDeployments(createInProcessClient('AppConfig', environments.operations)),
  };
  return { environments, suspect, ports };
}

const BACK = { type: 'rollback_deployment', params: { by: 'app_config' }, timeoutSeconds: 600 };
const REVERT: Omit<ExecutorUnderTest, 'open' | 'name'> = {
  component: { appConfig: CONFIGURATION },
  action: { ...BACK, onError: 'rollback' },
  undo: { ...BACK, params: { by: 'app_config', phase: 'undo' } },
};

/** Withdrawing names the deployment: what someone deploys between a read and the call after it cannot be seen. */
export const appConfigRevert: ExecutorUnderTest = {
  ...REVERT,
  name: 'resource: deployment of AppConfig',
  open: (place) => {
    const { environments, ports } = opened(place, 1);
    return {
      ports,
      effects: () =>
        environments.effects.map(({ kind }) => ({
          phase: kind === 'withdrawn' ? 'do' : 'undo',
          target: CONFIGURATION,
        })),
    };
  },
};

/** It is too late to revert it: the version before is deployed again, and the undo reverts that. */
export const appConfigStart: ExecutorUnderTest = {
  ...REVERT,
  name: 'resource: older deployment of AppConfig',
  open: (place) => {
    const { environments, ports } = opened(place, 7);
    let theirs: number | undefined;
    return {
      ports,
      effects: () =>
        environments.effects.map(({ kind }) => ({
          phase: kind === 'started' ? 'do' : 'undo',
          target: CONFIGURATION,
        })),
      interfere: () => {
        theirs = environments.deploy(ENVIRONMENT, PROFILE, '3');
      },
      isInterferenceIntact: () => {
        const { number, state } = environments.lastOf(ENVIRONMENT);
        return number === theirs && state !== 'ROLLED_BACK' && state !== 'REVERTED';
      },
    };
  },
};

/** The deployment in progress is suspected, and stopped. */
export const appConfigStop: ExecutorUnderTest = {
  ...appConfigRevert,
  name: 'resource: deployment of AppConfig in progress',
  component: { appConfig: CONFIGURATION, changes: { graceSeconds: 0 } },
  open: (place) => {
    const { environments, suspect, ports } = opened(place);
    const started: ChangeEvent = {
      ...{ component: 'web', source: 'appconfig', kind: 'configuration', resource: CONFIGURATION },
      ...{ changeId: `${ENVIRONMENT}/${suspect}`, summary: 'a configuration' },
      ...{ phase: 'started', atMs: place.clock.nowMs() - 60_000 },
    };
    return {
      ports: {
        ...ports,
        changes: { listChanges: async () => [started], recordChange: async () => undefined },
      },
      effects: () =>
        environments.effects.map(({ kind }) => ({
          phase: kind === 'withdrawn' ? 'do' : 'undo',
          target: CONFIGURATION,
        })),
    };
  },
};
