import type { ActionDefinition, ActionEffect } from '../../actions/action-definition.ts';
import { ACTIONS, actionDefinition } from '../../actions/action-table.ts';
import { AGENT_UNITS, NETWORK_UNITS } from '../../actions/agent-units.ts';
import { runbookOf } from '../../actions/runbook-of.ts';
import type { Finding } from '../problem.ts';
import type { IndexedStrategy, ReadableParts } from '../readable-parts.ts';
import type { Component } from '../schema/schema.ts';
import { targetKindOf } from '../target-selector.ts';
import { componentsOf, type Step, stepsOf } from './strategy-checks.ts';

/** Effects that last until another command undoes them. */
const STOPS: ReadonlySet<ActionEffect> = new Set(['stops', 'read-only']);
const RESTARTS: ReadonlySet<ActionEffect> = new Set(['restarts', 'safe-mode']);
const START = ACTIONS.start_component.type;

/** Strategies that would stop what their own commands arrive by: the first of each component. */
export function checkAgentUnits({ components, strategies }: ReadableParts): readonly Finding[] {
  const units: readonly string[] = [...AGENT_UNITS, ...NETWORK_UNITS];
  const concerned = [...components].filter(([, { service }]) => isAmong(units, service));
  return concerned.flatMap((named) =>
    strategies
      .filter(({ strategy }) => componentsOf(strategy, new Map([named])).length > 0)
      .flatMap((indexed) => lockedOut(indexed, named))
      .slice(0, 1),
  );
}

/** @param component its service is the agent, or configures the network */
function lockedOut(indexed: IndexedStrategy, [name, component]: readonly [string, Component]) {
  const { service } = component;
  const steps = stepsOf(indexed).map((step) => ({ ...step, effect: effectOnService(step, component) }));
  const finding = { path: ['components', name, 'service'], code: 'agent-cut-off', value: service } as const;
  const uses = (step: Step) => `strategy \`${indexed.strategy.id}\` uses ${step.name} on \`${service}\``;
  if (isAmong(AGENT_UNITS, service))
    return steps
      .filter(({ name: type, effect }) => STOPS.has(effect) || RESTARTS.has(effect) || type === START)
      .map(
        (step): Finding => ({
          ...finding,
          severity: 'error',
          message: `${uses(step)}, the agent that every command arrives by: no command can stop it and report that, and none arrives to start it`,
          remedy: `Leave the restarts of the agent to its service manager. For \`${name}\`, use actions that need no agent, such as \`replace_instance\`, and list the \`components\` of \`${indexed.strategy.id}\` without it.`,
        }),
      );
  return steps
    .filter(({ effect }) => STOPS.has(effect))
    .map(
      (step): Finding => ({
        ...finding,
        severity: 'warning',
        message: `${uses(step)}, which configures the network: once it is stopped, the command that starts it again may not reach the host`,
        remedy: 'Restart it in one step, by `start_component` with `mode: restart`.',
      }),
    );
}

const isAmong = (units: readonly string[], service: string | undefined) =>
  service !== undefined && units.includes(service);

/** What a step does to the component's service by a runbook. */
function effectOnService({ name, params }: Step, { targets }: Component): ActionEffect {
  const definition: ActionDefinition = actionDefinition(name);
  const isOnService = runbookOf(definition, targetKindOf(targets))?.needs.includes('service');
  return isOnService ? definition.effect(params) : 'none';
}
