import type { ActionDefinition, ActionParams } from '../actions/action-definition.ts';
import { ACTIONS, type ActionType, actionDefinition } from '../actions/action-table.ts';
import { type DocumentParameter, valueFault } from '../actions/document-parameter.ts';
import { DOCUMENT_PARAMETERS } from '../actions/document-parameters.ts';
import type { DocumentPath, Finding } from './problem.ts';
import type { IndexedStrategy, ReadableParts } from './readable-parts.ts';
import type { Action, Component } from './schema.ts';
import { shown } from './schema-messages.ts';
import { componentsOf, hasFact } from './strategy-checks.ts';

type DocumentTable = Readonly<Record<string, Readonly<Record<string, DocumentParameter>>>>;

/**
 * Parameters that an SSM document would refuse during an incident: those of every action that a strategy may send for a
 * component. The schema has the same limits, so this finds limits that only several fields together exceed, or one that
 * was changed in one place.
 */
export function checkActionParameters(
  { components, strategies }: ReadableParts,
  documents: DocumentTable = DOCUMENT_PARAMETERS,
): readonly Finding[] {
  return strategies.flatMap((indexed) =>
    componentsOf(indexed.strategy, components).flatMap(([name, component]) =>
      sendings(indexed).flatMap((sending) => refusedParameters(sending, name, component, documents)),
    ),
  );
}

interface Sending {
  readonly type: ActionType;
  readonly params: ActionParams;
  readonly path: DocumentPath;
}

/** What a strategy may send: its actions, their undo, its rollback, and what verifies a repair and keeps its files. */
function sendings({ index, strategy }: IndexedStrategy): readonly Sending[] {
  const root: DocumentPath = ['strategies', index];
  const declared = (actions: readonly Action[], path: DocumentPath) =>
    actions.map(({ type, params }, at): Sending => ({ type, params, path: [...path, at, 'type'] }));
  const heals = declared(strategy.actions, [...root, 'actions']);
  const undo = heals.flatMap(({ type, path }): readonly Sending[] => {
    const definition: ActionDefinition = actionDefinition(type);
    return definition.undo === undefined ? [] : [{ type: definition.undo as ActionType, params: {}, path }];
  });
  const { timeoutSeconds, stableSeconds } = strategy.verify;
  return [
    ...heals,
    ...undo,
    ...declared(strategy.rollback.actions, [...root, 'rollback', 'actions']),
    ...(strategy.rollback.onFailure === 'enter_safe_mode'
      ? [{ type: 'enter_safe_mode', params: {}, path: [...root, 'rollback', 'onFailure'] } as const]
      : []),
    {
      type: ACTIONS.verify_health.type as ActionType,
      params: { stableSeconds, ...(timeoutSeconds !== undefined && { timeoutSeconds }) },
      path: [...root, 'verify'],
    },
    { type: ACTIONS.freeze_config.type as ActionType, params: {}, path: root },
  ];
}

function refusedParameters(
  { type, params, path }: Sending,
  name: string,
  component: Component,
  documents: DocumentTable,
): readonly Finding[] {
  const definition = actionDefinition(type);
  if (definition.executor !== 'run_command') return [];
  // checkStrategies reports what a component lacks.
  if (!definition.needs.every((fact) => hasFact(component, fact))) return [];
  const sent = definition.parameters(component, definition.params.parse(params));
  const taken = documents[type] ?? {};
  const names = [...new Set([...Object.keys(taken), ...Object.keys(sent)])];
  return names.flatMap((parameter): readonly Finding[] => {
    const fault = parameterFault(taken[parameter], sent[parameter]);
    if (fault === undefined) return [];
    return [
      {
        severity: 'error',
        code: 'parameter-refused',
        path,
        value: sent[parameter],
        message: `${type} on component \`${name}\` would send \`${parameter}\` ${shown(sent[parameter])}, which its SSM document refuses: it ${fault}`,
        remedy: `Correct \`params\` of the action, or what components.${name} declares.`,
      },
    ];
  });
}

function parameterFault(
  parameter: DocumentParameter | undefined,
  value: string | undefined,
): string | undefined {
  if (parameter === undefined) return 'is not a parameter of the document';
  if (value === undefined) return parameter.default === undefined ? 'is needed' : undefined;
  return valueFault(parameter, value);
}
