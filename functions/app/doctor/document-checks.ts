import { ACTIONS, actionDefinition } from '../../core/actions/action-table.ts';
import { documentsOf } from '../../core/actions/runbook-of.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { Action } from '../../core/configuration/schema/schema.ts';
import { type DoctorDeps, type Looked, lookAtEach } from './examination.ts';

/** The documents that strategies send to hosts, and that undo what those did. */
export async function checkDocuments({ deployment, configuration }: DoctorDeps): Promise<Looked> {
  const documents = [...documentsIn(configuration)].sort();
  return await lookAtEach(documents, async ([name, isOwn]) => {
    const status = await deployment.documentStatus(name);
    if (status === 'Active') return undefined;
    const subject = `document ${name}`;
    const remedy = isOwn
      ? 'Deploy again: `npm run deploy`.'
      : 'Create it, or correct its name in the strategy.';
    return status === undefined
      ? { subject, problem: 'does not exist: the actions that send it fail', remedy }
      : { subject, problem: `is ${status}, not Active: the actions that send it fail`, remedy };
  });
}

/** By name; whether it is one of Selfheal's. */
function documentsIn({ strategies }: CompiledConfiguration): ReadonlyMap<string, boolean> {
  const named = strategies.flatMap(({ actions, rollback }) =>
    [...actions, ...rollback.actions].flatMap(documentsNamedBy),
  );
  return new Map(named);
}

function documentsNamedBy({ type, params }: Action): readonly (readonly [string, boolean])[] {
  const definition = actionDefinition(type);
  const undo = Object.values(ACTIONS).filter((each) => each.type === definition.undo);
  const own = [definition, ...undo].flatMap((each) => documentsOf(each).map((name) => [name, true] as const));
  const { document } = params as { readonly document?: unknown };
  const isUsers = definition.executor === 'user_document' && typeof document === 'string';
  return isUsers ? [...own, [document, false]] : own;
}
