import { expect, it } from 'vitest';
import {
  automationRoles,
  invokedFunctions,
  lastingFunctions,
  runAutomations,
  runDocuments,
  taskRoles,
} from '../../../functions/core/configuration/own-resources.ts';

type Strategies = Parameters<typeof invokedFunctions>[0];

const step = (type: string, params: object) => ({ type, params });
const of = (actions: readonly object[], rollback: readonly object[] = []) =>
  [{ actions, rollback: { actions: rollback } }] as unknown as Strategies;

it('lists the functions that strategies invoke, each once and in order, with those of rollback plans', () => {
  const strategies = of(
    [
      step('invoke_function', { function: 'b:live', lasting: true }),
      step('invoke_function', { function: 'a', lasting: true }),
      step('run_document', { document: 'doc', function: 'none', lasting: true }),
    ],
    [step('invoke_function', { function: 'b:live' }), step('invoke_function', { function: 'c', lasting: 1 })],
  );
  expect(invokedFunctions(strategies)).toEqual(['a', 'b:live', 'c']);
  expect(lastingFunctions(strategies)).toEqual(['a', 'b:live']);
  expect(runDocuments(strategies)).toEqual(['doc']);
});

it('lists the automations that strategies run, each once in each version, and their roles', () => {
  const strategies = of([
    step('run_automation', { document: 'b', version: '1', role: 'two' }),
    step('run_automation', { document: 'a', version: '2', role: 'one' }),
    step('run_automation', { document: 'a', version: '1' }),
    step('run_automation', { document: 'b', version: '1', role: 'two' }),
    step('run_document', { document: 'c', version: '1', role: 'three' }),
  ]);
  expect(runAutomations(strategies)).toEqual([
    { document: 'a', version: '1' },
    { document: 'a', version: '2' },
    { document: 'b', version: '1' },
  ]);
  expect(automationRoles(strategies)).toEqual(['one', 'two']);
});

it('lists the roles of tasks, each once and in order', () => {
  expect(taskRoles({ web: { taskRoles: ['b', 'a'] }, db: {}, cache: { taskRoles: ['a'] } } as never)).toEqual(
    ['a', 'b'],
  );
});
