import type { ActionDefinition, ActionParams } from '../../actions/action-definition.ts';
import { ACTIONS, type ActionType, actionDefinition } from '../../actions/action-table.ts';
import { syntaxFault, valueFault } from '../../actions/document-parameter.ts';
import { DOCUMENT_PARAMETERS } from '../../actions/document-parameters.ts';
import { runbookFor, runbookWith } from '../../actions/runbook-of.ts';
import {
  type AcceptedParameter,
  type DocumentValue,
  type DocumentValues,
  sentValues,
  takesList,
  userDocument,
} from '../../actions/user-document.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { IndexedStrategy, ReadableParts } from '../readable-parts.ts';
import type { Action, Component } from '../schema/schema.ts';
import { shown } from '../schema-messages.ts';
import { targetKindOf } from '../target-selector.ts';
import { componentsOf, hasFact } from './strategy-checks.ts';

type DocumentTable = Readonly<Record<string, Readonly<Record<string, AcceptedParameter>>>>;

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
  /** @default the action's */
  readonly timeoutSeconds?: number;
  readonly path: DocumentPath;
}

/** What a strategy may send: its actions, their undo, its rollback, and what verifies a repair and keeps its files. */
function sendings({ index, strategy }: IndexedStrategy): readonly Sending[] {
  const root: DocumentPath = ['strategies', index];
  const declared = (actions: readonly Action[], path: DocumentPath) =>
    actions.map(
      ({ type, params, timeoutSeconds }, at): Sending => ({
        type,
        params,
        timeoutSeconds,
        path: [...path, at, 'type'],
      }),
    );
  const heals = declared(strategy.actions, [...root, 'actions']);
  const undo = heals.flatMap(({ params, path, ...heal }): readonly Sending[] => {
    const { undo: type, undoParams }: ActionDefinition = actionDefinition(heal.type);
    const undone = undoParams ? undoParams(params) : {};
    if (type === undefined || undone === undefined) return [];
    return [{ type: type as ActionType, params: undone, path }];
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
  sending: Sending,
  name: string,
  component: Component,
  documents: DocumentTable,
): readonly Finding[] {
  const exchange = exchanged(sending, name, component, documents);
  if (exchange === undefined) return [];
  const { type, path } = sending;
  const { accepted, sent } = exchange;
  const names = [...new Set([...Object.keys(accepted), ...Object.keys(sent)])];
  return names.flatMap((parameter): readonly Finding[] => {
    const fault = parameterFault(accepted[parameter], sent[parameter]);
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

/** What a document accepts, and what it would be sent; `undefined` if nothing is sent to a document. */
function exchanged(
  { type, params, timeoutSeconds }: Sending,
  name: string,
  component: Component,
  documents: DocumentTable,
): { readonly accepted: DocumentTable[string]; readonly sent: DocumentValues } | undefined {
  const definition = actionDefinition(type);
  if (definition.executor === 'user_document') {
    const document = userDocument(definition.params.parse(params));
    const executionTimeout = String(timeoutSeconds ?? definition.defaultTimeoutSeconds);
    const sent = sentValues(document, { ...SAMPLE_STEP, component: name, executionTimeout });
    return { accepted: document.accepts, sent };
  }
  if (definition.executor === 'automation') {
    const parsed = definition.params.parse(params);
    const document = userDocument(parsed);
    const executionTimeout = String(timeoutSeconds ?? definition.defaultTimeoutSeconds);
    const sent = {
      ...sentValues(document, { ...SAMPLE_STEP, component: name, executionTimeout }),
      ...automationValues(parsed, document.accepts, component.maxConcurrentTargets),
    };
    return { accepted: patternsOfAgent(document.accepts), sent };
  }
  // checkStrategies reports what a component lacks.
  const runbook = runbookWith(definition, targetKindOf(component.targets), params);
  if (!runbook?.needs.every((fact) => hasFact(component, fact))) return undefined;
  const { document, parameters } = runbookFor(runbook, component);
  const sent = parameters(component, definition.params.parse(params));
  return { accepted: documents[keyOf(document)] ?? {}, sent };
}

/** Where the table has a document: by what it does, after which it is named. */
function keyOf(document: string): string {
  return document.replace(/^selfheal-/, '').replaceAll('-', '_');
}

/** What every automation is given besides. A parameter that takes one value is enough for one target at a time. */
function automationValues(
  { role, targetsParameter }: ActionParams,
  accepts: DocumentTable[string],
  targetsAtOnce: number,
): DocumentValues {
  const accepted = accepts[String(targetsParameter)];
  const isSingle = accepted !== undefined && !takesList(accepted) && targetsAtOnce === 1;
  return {
    ...(role !== undefined && { AutomationAssumeRole: String(role) }),
    ...(targetsParameter !== undefined && {
      [String(targetsParameter)]: isSingle ? SAMPLE_TARGET : [SAMPLE_TARGET],
    }),
  };
}

/** Automation does not match patterns as the SSM agent does: those that the agent could not use are left to it. */
function patternsOfAgent(accepts: DocumentTable[string]): DocumentTable[string] {
  return Object.fromEntries(
    Object.entries(accepts).map(([name, { allowedPattern, ...parameter }]) => [
      name,
      allowedPattern === undefined || syntaxFault(allowedPattern) !== undefined
        ? parameter
        : { ...parameter, allowedPattern },
    ]),
  );
}

const SAMPLE_TARGET = 'i-0123456789abcdef0';
/** As any step of an operation is called. */
const SAMPLE_STEP = {
  operationId: '20261122T133000Z-fb365bc92a10',
  stepId: 'rollback-999',
  fence: '1795354200',
};

function parameterFault(
  parameter: AcceptedParameter | undefined,
  value: DocumentValue | undefined,
): string | undefined {
  if (parameter === undefined) return 'is not a parameter of the document';
  if (value === undefined) return parameter.default === undefined ? 'is needed' : undefined;
  const unusable = parameter.allowedPattern === undefined ? undefined : syntaxFault(parameter.allowedPattern);
  if (unusable !== undefined) return `declares the pattern ${parameter.allowedPattern}: ${unusable}`;
  const { type } = parameter;
  if (!takesList(parameter))
    return typeof value === 'string'
      ? valueFault(parameter, value)
      : `is of type ${type}, and takes one value`;
  if (typeof value === 'string') return `is of type ${type}, and takes a list`;
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = parameter;
  if (value.length < minItems)
    return `has too few values: ${value.length}, and at least ${minItems} are needed`;
  if (value.length > maxItems)
    return `has too many values: ${value.length}, and at most ${maxItems} are allowed`;
  return value.map((item) => valueFault(parameter, item)).find((fault) => fault !== undefined);
}
