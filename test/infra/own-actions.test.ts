import { describe, expect, it } from 'vitest';
import { permissionsOf, roleOf } from './granted-permissions.ts';
import { resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const text = (actions: string, steps: string) => `
${actions}
components:
  orders:
    targets: { custom: orders }
    health: { url: https://orders.example.com/health }
    signals: [errors]
strategies:
  - { id: heal, trigger: { metrics: [errors] }, actions: [${steps}] }
`;

/** What the functions of the engine may invoke, by function. */
function invokedBy(yaml: string): Readonly<Record<string, readonly string[]>> {
  const { engine } = synthesizeStacks(yaml);
  const functions = [...resourcesOf(engine, 'AWS::Lambda::Function').values()];
  return Object.fromEntries(
    functions.flatMap((lambda) => {
      const invoked = permissionsOf(engine, roleOf(lambda))
        .filter(({ action }) => action === 'lambda:InvokeFunction')
        .map(({ resource }) => resource);
      return invoked.length > 0 ? [[String(lambda.Properties['FunctionName']), invoked.sort()]] : [];
    }),
  );
}

const arn = (name: string) => `arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:${name}`;

describe('the functions of a user', () => {
  it('may be invoked by the function that acts, each under the name that the file gives it', () => {
    const actions = 'actions: { restart: { type: invoke_function, params: { function: restart:live } } }';
    const steps =
      '{ type: restart }, { type: invoke_function, params: { function: scale } }, { type: restart }';
    expect(invokedBy(text(actions, steps))).toEqual({ 'selfheal-act': [arn('restart:live'), arn('scale')] });
  });

  it('cost no permission where there are none, or none that a strategy names', () => {
    const actions = 'actions: { restart: { type: invoke_function, params: { function: restart } } }';
    expect(invokedBy(text(actions, '{ type: notify_soc }'))).toEqual({});
  });
});
