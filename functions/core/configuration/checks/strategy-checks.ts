import type { ActionParams, ComponentFact } from '../../actions/action-definition.ts';
import { type ActionType, actionDefinition } from '../../actions/action-table.ts';
import { factsNeeded, runbookWith } from '../../actions/runbook-of.ts';
import { needsSystemd } from '../../actions/systemd-actions.ts';
import { needsScalingGroup } from '../../operation/action-effects.ts';
import { actionsOn } from '../../operation/strategy-actions.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { IndexedStrategy, ReadableParts } from '../readable-parts.ts';
import { FACT_REMEDIES } from '../remedies.ts';
import type { Action, Component, DeclaredStrategy, Settings } from '../schema/schema.ts';
import { describeKinds, describeTargets, selectsHosts, targetKindOf } from '../target-selector.ts';
import { verificationTimeoutSeconds } from '../verification-timeout.ts';
import { checkAlarmTime, checkVerification } from './verification-checks.ts';

/** A strategy's components that are readable and not excluded, by name. */
export function componentsOf(
  strategy: Pick<DeclaredStrategy, 'components'>,
  components: ReadonlyMap<string, Component>,
): readonly (readonly [string, Component])[] {
  return [...components].filter(
    ([name, { excluded }]) => !excluded && (strategy.components?.includes(name) ?? true),
  );
}

/** Strategies that could not run, could not prove their repair, or could not end as they say. */
export function checkStrategies({ settings, components, strategies }: ReadableParts): readonly Finding[] {
  return strategies.flatMap((indexed) => {
    const applicable = componentsOf(indexed.strategy, components);
    return [
      ...checkFacts(indexed, applicable),
      ...checkTargetKinds(indexed, applicable),
      ...checkScalingGroups(indexed, applicable),
      ...checkServiceManager(indexed, applicable),
      ...checkIsolation(indexed),
      ...checkVerification(indexed, applicable),
      ...checkAlarmTime(indexed, applicable),
      ...(settings ? checkRepairTime(indexed, applicable, settings) : []),
    ];
  });
}

/** Whether a component declares a fact. */
export function hasFact(component: Component, fact: ComponentFact): boolean {
  const value = component[fact];
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}

/** What a strategy may do, and where it says so. */
export interface Step {
  readonly name: ActionType;
  readonly params: ActionParams;
  readonly path: DocumentPath;
}

/** What a strategy may do on hosts, its rollback included, and where it says so. */
export function stepsOf({ index, strategy }: IndexedStrategy): readonly Step[] {
  const steps = (actions: readonly Action[], path: DocumentPath) =>
    actions.map(({ type, params }, at): Step => ({ name: type, params, path: [...path, at, 'type'] }));
  const path = ['strategies', index, 'rollback', 'onFailure'];
  return [
    ...steps(strategy.actions, ['strategies', index, 'actions']),
    ...steps(strategy.rollback.actions, ['strategies', index, 'rollback', 'actions']),
    ...(strategy.rollback.onFailure === 'enter_safe_mode'
      ? [{ name: 'enter_safe_mode', params: {}, path } as const]
      : []),
  ];
}

function checkFacts(
  indexed: IndexedStrategy,
  components: readonly (readonly [string, Component])[],
): readonly Finding[] {
  return stepsOf(indexed).flatMap(({ name, params, path }) =>
    components.flatMap(([component, definition]) =>
      factsNeeded(actionDefinition(name), targetKindOf(definition.targets), params)
        .filter((fact) => !hasFact(definition, fact))
        .map((fact) => ({
          severity: 'error',
          code: 'missing-component-fact',
          path,
          value: name,
          message: `strategy \`${indexed.strategy.id}\` uses ${name} on component \`${component}\`, which declares no \`${fact}\``,
          remedy: `Add ${FACT_REMEDIES[fact]} to components.${component}, or list the strategy’s \`components\` and leave it out.`,
        })),
    ),
  );
}

/** Actions that cannot be carried out on what the component's targets are. */
function checkTargetKinds(
  indexed: IndexedStrategy,
  components: readonly (readonly [string, Component])[],
): readonly Finding[] {
  return stepsOf(indexed).flatMap(({ name, params, path }) => {
    const { targetKinds, targetKindsWith } = actionDefinition(name);
    const meant = targetKindsWith?.(params) ?? targetKinds;
    return components
      .filter(([, { targets }]) => meant.length > 0 && !meant.includes(targetKindOf(targets)))
      .map(([component, { targets }]) => {
        const kind = targetKindOf(targets);
        const needs = targetKinds.includes(kind) ? 'whose `targetKinds` are' : 'which needs';
        const instead = targetKinds.includes(kind)
          ? `Add \`${kind}\` to its \`targetKinds\` if it works there`
          : `Use an action for ${describeTargets(targets)}${kind === 'host' ? '' : ', such as `invoke_function`'}`;
        return {
          severity: 'error',
          code: meant.every((one) => one === 'host') ? 'hosts-needed' : 'other-target-needed',
          path,
          value: name,
          message: `strategy \`${indexed.strategy.id}\` uses ${name}, ${needs} ${describeKinds(meant)}, on component \`${component}\`, which has ${describeTargets(targets)}`,
          remedy: `${instead}, or list the strategy’s \`components\` and leave out \`${component}\`.`,
        };
      });
  });
}

/** What the Auto Scaling group of hosts does, on a component that chooses them in another way. */
function checkScalingGroups(
  indexed: IndexedStrategy,
  components: readonly (readonly [string, Component])[],
): readonly Finding[] {
  return stepsOf(indexed)
    .filter(({ name }) => needsScalingGroup({ type: name }))
    .flatMap(({ name, path }) =>
      components
        .filter(([, { targets }]) => selectsHosts(targets) && !('autoScalingGroup' in targets))
        .map(([component]) => ({
          severity: 'error',
          code: 'other-target-needed',
          path,
          value: name,
          message: `strategy \`${indexed.strategy.id}\` uses ${name}, which on hosts needs an Auto Scaling group, on component \`${component}\`, which names none`,
          remedy: `Choose its hosts by \`autoScalingGroup\`, or list the strategy’s \`components\` and leave out \`${component}\`.`,
        })),
    );
}

/** A warning: such a step fails and harms nothing, and what else the strategy does may be of use there. */
function checkServiceManager(
  indexed: IndexedStrategy,
  components: readonly (readonly [string, Component])[],
): readonly Finding[] {
  const withScripts = components.filter(([, { serviceManager }]) => serviceManager === 'sysv');
  return stepsOf(indexed)
    .filter(({ name, params }) => !isDoneByApi(name, params))
    .flatMap(({ name, path }) => {
      const unfit = withScripts.filter(([, { database }]) => needsSystemd(name, database?.engine));
      if (unfit.length === 0) return [];
      const names = unfit.map(([component]) => `\`${component}\``).join(', ');
      return {
        severity: 'warning',
        code: 'missing-component-fact',
        path,
        value: name,
        message: `strategy \`${indexed.strategy.id}\` uses ${name}, which needs systemd; hosts of ${names} have \`serviceManager: sysv\` and refuse it with UNSUPPORTED_MANAGER`,
        remedy:
          unfit.length < components.length
            ? `List the strategy’s \`components\`, leave out ${names}, and give them a strategy of their own.`
            : 'Use actions that need no systemd, such as `graceful_stop` or `notify_architect`, or remove the strategy.',
      };
    });
}

/** Whether a service of AWS is asked to do it, so that Selfheal runs nothing on the host. */
function isDoneByApi(name: ActionType, params: ActionParams): boolean {
  const definition = actionDefinition(name);
  if (definition.executor === 'run_command') return definition.byApi?.isMeant(params) === true;
  return runbookWith(definition, 'host', params) === undefined;
}

function checkIsolation({ index, strategy }: IndexedStrategy): readonly Finding[] {
  const { onFailure, actions } = strategy.rollback;
  if (onFailure !== 'maintain_isolation') return [];
  if ([...strategy.actions, ...actions].some(({ type }) => type === 'isolate_network')) return [];
  return [
    {
      severity: 'error',
      code: 'isolation-never-made',
      path: ['strategies', index, 'rollback', 'onFailure'],
      value: onFailure,
      message: '`maintain_isolation` has nothing to maintain: no action of this strategy isolates the host',
      remedy: 'Add an `isolate_network` action, or choose `escalate` or `enter_safe_mode`.',
    },
  ];
}

/** Draining takes time, too, where a component asks for it, and so does the instance of a restored cluster. */
function secondsOf({ actions }: DeclaredStrategy, component?: Component): number {
  const all = component ? actionsOn(actions, component) : actions;
  return all.reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, 0);
}

function checkRepairTime(
  { index, strategy }: IndexedStrategy,
  components: readonly (readonly [string, Component])[],
  settings: Settings,
): readonly Finding[] {
  const { settleSeconds, stableSeconds } = strategy.verify;
  const timeoutSeconds = verificationTimeoutSeconds(
    strategy,
    components.map(([, component]) => component),
  );
  const actionSeconds = Math.max(
    secondsOf(strategy),
    ...components.map(([, component]) => secondsOf(strategy, component)),
  );
  const totalSeconds = actionSeconds + settleSeconds + timeoutSeconds + stableSeconds;
  if (totalSeconds <= settings.repairTimeoutSeconds) return [];
  return [
    {
      severity: 'error',
      code: 'repair-timeout-too-short',
      path: ['strategies', index, 'actions'],
      at: 'key',
      value: totalSeconds,
      message: `${totalSeconds} s may be needed (actions ${actionSeconds}, settling ${settleSeconds}, verification ${timeoutSeconds}, stability ${stableSeconds}); settings.repairTimeoutSeconds allows ${settings.repairTimeoutSeconds}`,
      remedy: `Raise \`settings.repairTimeoutSeconds\` to ${totalSeconds} or more, or shorten the time-outs.`,
    },
  ];
}
