import * as z from 'zod/mini';
import { type DenialDeps, notingDenials, notingPort } from '../app/denials.ts';
import { type ActDeps, act } from '../app/heal/act.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { lazyAliases as aliases } from '../runtime/lazy-aliases.ts';
import { lazyAutomations as automations } from '../runtime/lazy-automations.ts';
import { lazyDatabases as databases } from '../runtime/lazy-databases.ts';
import { lazyFunctions as functions } from '../runtime/lazy-functions.ts';
import { lazyInstances as instances } from '../runtime/lazy-instances.ts';
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

/** The operation may complete all the same, by a command that was sent and not recorded: nothing else names the permission. */
export const createHandler = (deps: ActDeps & DenialDeps) =>
  lambdaHandler(actInput, async (input) => {
    const { aliases, versions, automations, databases, services, taskDefinitions, instances } = deps;
    const { targetGroups, scalingGroups, runbooks, notifier } = deps;
    const noting = {
      aliases: notingPort(deps, aliases),
      versions: notingPort(deps, versions),
      automations: notingPort(deps, automations),
      databases: notingPort(deps, databases),
      services: notingPort(deps, services),
      taskDefinitions: notingPort(deps, taskDefinitions),
      instances: notingPort(deps, instances),
      targetGroups: notingPort(deps, targetGroups),
      scalingGroups: notingPort(deps, scalingGroups),
      runbooks: notingPort(deps, runbooks),
      notifier: notingPort(deps, notifier),
    };
    await notingDenials(deps, () => act({ ...deps, ...noting }, input));
  });

export const handler = wired('act', createHandler, {
  aliases,
  automations,
  databases,
  functions,
  instances,
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
