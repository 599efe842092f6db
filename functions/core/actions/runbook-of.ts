import type { Component } from '../configuration/schema/component-schema.ts';
import type { TargetKind } from '../target/target.ts';
import type {
  ActionDefinition,
  ActionParams,
  ComponentFact,
  ExecutorKind,
  Runbook,
} from './action-definition.ts';

/** The runbook that carries an action out on targets of a kind; `undefined` if something else does. */
export function runbookOf(
  definition: ActionDefinition,
  kind: TargetKind,
): (Runbook & { readonly needs: readonly ComponentFact[] }) | undefined {
  if (definition.executor === 'run_command') return definition;
  return definition.executor === 'resource' && kind === 'host' ? definition.onHosts : undefined;
}

/** The same with these `params`, as its schema gives them: they may ask AWS itself. */
export function runbookWith(
  definition: ActionDefinition,
  kind: TargetKind,
  params: ActionParams,
): ReturnType<typeof runbookOf> {
  if (definition.executor !== 'resource') return runbookOf(definition, kind);
  const isDelivered = definition.deliveredBy?.(params) !== undefined;
  return isDelivered || definition.onHosts?.isMeant?.(params) === false
    ? undefined
    : runbookOf(definition, kind);
}

/** The document that carries an action out on the hosts of this component. */
export function runbookFor(runbook: Runbook, component: Component): Runbook {
  return runbook.variant?.isMeantFor(component) ? runbook.variant : runbook;
}

/** Names of the documents that carry an action out on hosts, whatever the component; none if something else does. */
export function documentsOf(definition: ActionDefinition): readonly string[] {
  const runbook = runbookOf(definition, 'host');
  return runbook ? [runbook.document, ...(runbook.variant ? [runbook.variant.document] : [])] : [];
}

/** What carries an action out on targets of a kind. */
export function executorOn(definition: ActionDefinition, kind: TargetKind): ExecutorKind {
  return runbookOf(definition, kind) ? 'run_command' : definition.executor;
}

/** What a component whose targets are of a kind must declare for an action with these `params`. */
export function factsNeeded(
  definition: ActionDefinition,
  kind: TargetKind,
  params: ActionParams,
): readonly ComponentFact[] {
  const delivery = definition.executor === 'resource' ? definition.deliveredBy?.(params) : undefined;
  if (delivery !== undefined) return [...definition.needs, delivery];
  const isOnBalancer = definition.executor === 'resource' && definition.onBalancerOf?.includes(kind);
  return [
    ...new Set([
      ...definition.needs,
      ...(runbookWith(definition, kind, params)?.needs ?? []),
      ...(isOnBalancer ? (['loadBalancer'] as const) : []),
    ]),
  ];
}
