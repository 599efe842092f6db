import { InvalidDefinition } from './errors.ts';

/**
 * The variables that the states of a workflow may read: those that one of them assigns, and those of the workflows
 * around it. Variables that a Map's processor assigns stay inside it.
 *
 * @param around variables of the workflows around this one
 * @throws InvalidDefinition for a name that is assigned here and around
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
export function variablesInScope(
  states: Readonly<Record<string, unknown>>,
  around: ReadonlySet<string>,
): ReadonlySet<string> {
  const inScope = new Set(around);
  for (const [stateName, state] of Object.entries(states)) {
    for (const name of assignedBy(state)) {
      if (around.has(name))
        throw new InvalidDefinition(
          `${stateName}.Assign: the workflow around this one assigns $${name} too; use another name`,
        );
      inScope.add(name);
    }
  }
  return inScope;
}

/** A state assigns variables itself, in the rules of a Choice, and in its catchers. */
function assignedBy(state: unknown): readonly string[] {
  const { Choices, Catch } = fieldsOf(state);
  const places = [state, ...listOf(Choices), ...listOf(Catch)];
  return places.flatMap((place) => Object.keys(fieldsOf(fieldsOf(place)['Assign'])));
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
