import * as z from 'zod/mini';
import { type DenialDeps, notingDenials, notingPort } from '../app/denials.ts';
import { type ActDeps, act } from '../app/heal/act.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { metrics, store } from '../runtime/port-builders.ts';
import { runbooks } from '../runtime/run-command.ts';
import { seldomAliases as aliases } from '../runtime/seldom-aliases.ts';
import { seldomAutomations as automations } from '../runtime/seldom-automations.ts';
import { seldomDatabases as databases } from '../runtime/seldom-databases.ts';
import { seldomFunctions as functions } from '../runtime/seldom-functions.ts';
import { seldomInstances as instances } from '../runtime/seldom-instances.ts';
import { seldomNotifier as notifier } from '../runtime/seldom-notifier.ts';
import { seldomScalingGroups as scalingGroups } from '../runtime/seldom-scaling-groups.ts';
import { seldomServices as services } from '../runtime/seldom-services.ts';
import { seldomTargetGroups as targetGroups } from '../runtime/seldom-target-groups.ts';
import { seldomTaskDefinitions as taskDefinitions } from '../runtime/seldom-task-definitions.ts';
import { seldomVersions as versions } from '../runtime/seldom-versions.ts';
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
