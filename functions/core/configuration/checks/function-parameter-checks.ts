import { syntaxFault, valueFault } from '../../actions/document-parameter.ts';
import type { AcceptedByFunction } from '../../actions/function-actions.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Action } from '../schema/schema.ts';
import { shown } from '../schema-messages.ts';

type Values = Readonly<Record<string, string | number | boolean>>;

/** Parameters of functions that are not what `accepts` says of them. A function that says nothing is given anything. */
export function checkFunctionParameters({ strategies }: ReadableParts): readonly Finding[] {
  return strategies.flatMap(({ index, strategy }) => {
    const root = ['strategies', index] as const;
    return [
      ...inSteps(strategy.actions, [...root, 'actions']),
      ...inSteps(strategy.rollback.actions, [...root, 'rollback', 'actions']),
    ];
  });
}

function inSteps(actions: readonly Action[], path: DocumentPath): readonly Finding[] {
  return actions.flatMap(({ type, params }, at): readonly Finding[] => {
    const accepts = params['accepts'] as Readonly<Record<string, AcceptedByFunction>> | undefined;
    if (type !== 'invoke_function' || accepts === undefined) return [];
    const given = params['parameters'] as Values;
    const names = [...new Set([...Object.keys(accepts), ...Object.keys(given)])];
    return names.flatMap((name): readonly Finding[] => {
      const fault = faultOf(accepts[name], given[name]);
      if (fault === undefined) return [];
      const value = given[name];
      const sent = value === undefined ? `\`${name}\`` : `\`${name}\` ${shown(value)}`;
      return [
        {
          ...{ severity: 'error', code: 'parameter-refused', path: [...path, at, 'type'], value },
          message: `${type} does not accept ${sent}: it ${fault}`,
          remedy: 'Correct `parameters` of the action, or what it `accepts`.',
        },
      ];
    });
  });
}

const IS_OF_TYPE: Readonly<Record<AcceptedByFunction['type'], (value: unknown) => boolean>> = {
  String: (value) => typeof value === 'string',
  Number: (value) => typeof value === 'number',
  Integer: (value) => Number.isInteger(value),
  Boolean: (value) => typeof value === 'boolean',
};

/** Why a value is refused; `undefined` if it is accepted. */
function faultOf(
  parameter: AcceptedByFunction | undefined,
  value: Values[string] | undefined,
): string | undefined {
  if (parameter === undefined) return 'is not a parameter of the function';
  if (value === undefined) return parameter.default === undefined ? 'is needed' : undefined;
  const { type, allowedPattern } = parameter;
  if (!IS_OF_TYPE[type](value)) return `is of type ${type}`;
  const unusable = allowedPattern === undefined ? undefined : syntaxFault(allowedPattern);
  return unusable === undefined
    ? valueFault(parameter, String(value))
    : `has the pattern ${allowedPattern}: ${unusable}`;
}
