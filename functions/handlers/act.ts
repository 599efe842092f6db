import * as z from 'zod/mini';
import { type DenialDeps, notingDenials, notingPorts } from '../app/denials.ts';
import { type ActDeps, act } from '../app/heal/act.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { lazyAliases as aliases } from '../runtime/lazy-aliases.ts';
import { lazyAutomations as automations } from '../runtime/lazy-automations.ts';
import { lazyCodeDeployments as codeDeployments } from '../runtime/lazy-code-deployments.ts';
import { lazyConfigDeployments as configDeployments } from '../runtime/lazy-config-deployments.ts';
import { lazyDatabases as databases } from '../runtime/lazy-databases.ts';
import { lazyFunctions as functions } from '../runtime/lazy-functions.ts';
import { lazyInstances as instances } from '../runtime/lazy-instances.ts';
import { lazyLoadBalancers as loadBalancers } from '../runtime/lazy-load-balancers.ts';
import { lazyNotifier as notifier } from '../runtime/lazy-notifier.ts';
import { lazyScalingGroups as scalingGroups } from '../runtime/lazy-scaling-groups.ts';
import { lazyServices as services } from '../runtime/lazy-services.ts';
import { lazyTargetGroups as targetGroups } from '../runtime/lazy-target-groups.ts';
import { lazyTaskDefinitions as taskDefinitions } from '../runtime/lazy-task-definitions.ts';
import { lazyVersions as versions } from '../runtime/lazy-versions.ts';
import { metrics, store } from '../runtime/port-builders.ts';
import { runbooks } from '../runtime/run-command.ts';
import { tokens } from '../runtime/state-machines.ts';
import { attempt, operationInput, taskToken } from './inputs.ts';
import { carriedStep } from './planned-step-input.ts';
import { wired } from './wired.ts';

const actInput = z.extend(operationInput, { step: carriedStep, attempt, taskToken });

/** Ports whose errors end a step and no more: the operation may complete all the same, and nothing else names the permission. */
type CalledPort = Exclude<
  keyof ActDeps,
  'clock' | 'configuration' | 'metrics' | 'random' | 'store' | 'tokens'
>;

const CALLED_PORTS = Object.keys({
  aliases: true,
  automations: true,
  codeDeployments: true,
  configDeployments: true,
  databases: true,
  functions: true,
  instances: true,
  loadBalancers: true,
  notifier: true,
  runbooks: true,
  scalingGroups: true,
  services: true,
  targetGroups: true,
  taskDefinitions: true,
  versions: true,
} satisfies Record<CalledPort, true>) as readonly CalledPort[];

export const createHandler = (deps: ActDeps & DenialDeps) =>
  lambdaHandler(actInput, async (input) => {
    await notingDenials(deps, () => act(notingPorts(deps, CALLED_PORTS), input));
  });

export const handler = wired('act', createHandler, {
  aliases,
  automations,
  codeDeployments,
  configDeployments,
  databases,
  functions,
  instances,
  loadBalancers,
  metrics,
  notifier,
  runbooks,
  scalingGroups,
  services,
  store,
  targetGroups,
  taskDefinitions,
  tokens,
  versions,
});
