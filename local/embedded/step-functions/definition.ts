import * as z from 'zod';
import { variablesInScope } from './assigned-variables.ts';
import { type CompileContext, stateName } from './common-fields.ts';
import { InvalidDefinition } from './errors.ts';
import { MAXIMUM_DEFINITION_BYTES, MAXIMUM_EXPRESS_SECONDS, MAXIMUM_STANDARD_SECONDS } from './limits.ts';
import { STATE_TYPES, type State, type StateGraph, type StateType } from './state.ts';
import { compileChoiceState } from './states/choice-state.ts';
import { compileFailState } from './states/fail-state.ts';
import { compileMapState } from './states/map-state.ts';
import { compilePassState } from './states/pass-state.ts';
import { compileSucceedState } from './states/succeed-state.ts';
import { compileTaskState } from './states/task-state.ts';
import { compileWaitState } from './states/wait-state.ts';

/** A definition that is ready to run. */
export interface Definition {
  readonly graph: StateGraph;
  readonly timeoutSeconds: number;
}

export interface StateMachine extends Definition {
  readonly arn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly roleArn: string;
}

const schema = z.strictObject({
  Comment: z.string().optional(),
  QueryLanguage: z.literal('JSONata'),
  Version: z.literal('1.0').optional(),
  StartAt: stateName,
  TimeoutSeconds: z.int().min(1).max(99_999_999).optional(),
  States: z.record(stateName, z.unknown()),
});

/** Cached: compilation is slow, and does not depend on where a definition runs. */
const compiled = new Map<string, Definition>();

/**
 * Compiles a definition in Amazon States Language. What this interpreter doesn't support is refused, never ignored.
 *
 * @param text JSON, its substitutions filled in
 * @throws InvalidDefinition
 */
export function loadDefinition(text: string, machineType: StateMachine['type']): Definition {
  const key = `${machineType}\n${text}`;
  const known = compiled.get(key);
  if (known) return known;
  const bytes = Buffer.byteLength(text);
  if (bytes > MAXIMUM_DEFINITION_BYTES)
    throw new InvalidDefinition(`the definition has ${bytes} bytes, ${MAXIMUM_DEFINITION_BYTES} are allowed`);
  const parsed = schema.safeParse(json(text));
  if (!parsed.success) throw new InvalidDefinition(z.prettifyError(parsed.error));
  const { StartAt, States, TimeoutSeconds } = parsed.data;
  const longest = machineType === 'EXPRESS' ? MAXIMUM_EXPRESS_SECONDS : MAXIMUM_STANDARD_SECONDS;
  const definition = {
    graph: compileGraph(StartAt, States, { machineType, assigned: new Set() }, new Set()),
    timeoutSeconds: Math.min(TimeoutSeconds ?? longest, longest),
  };
  compiled.set(key, definition);
  return definition;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidDefinition(`the definition is not JSON: ${String(error)}`, { cause: error });
  }
}

/**
 * @param around the surrounding workflow, whose variables may be read here but not assigned
 * @param names of all states so far: a name must not occur twice in a definition
 */
function compileGraph(
  startAt: string,
  raw: Readonly<Record<string, unknown>>,
  around: CompileContext,
  names: Set<string>,
): StateGraph {
  const context = { ...around, assigned: variablesInScope(raw, around.assigned) };
  const inner = (start: string, states: Readonly<Record<string, unknown>>) =>
    compileGraph(start, states, context, names);
  const states = new Map<string, State>();
  for (const [name, each] of Object.entries(raw)) {
    if (names.has(name)) throw new InvalidDefinition(`${name}: there is another state of this name`);
    names.add(name);
    states.set(name, compileState(name, each, context, inner));
  }
  checkTransitions(startAt, states);
  return { startAt, states };
}

function compileState(
  name: string,
  raw: unknown,
  context: CompileContext,
  inner: (startAt: string, states: Readonly<Record<string, unknown>>) => StateGraph,
): State {
  const type = (raw as { readonly Type?: unknown } | null)?.Type;
  switch (type as StateType) {
    case 'Pass':
      return compilePassState(name, raw, context);
    case 'Task':
      return compileTaskState(name, raw, context);
    case 'Choice':
      return compileChoiceState(name, raw, context);
    case 'Wait':
      return compileWaitState(name, raw, context);
    case 'Map':
      return compileMapState(name, raw, context, inner);
    case 'Succeed':
      return compileSucceedState(name, raw, context);
    case 'Fail':
      return compileFailState(name, raw, context);
    default:
      throw new InvalidDefinition(
        `${name}: the type ${JSON.stringify(type)} is not known here; ${STATE_TYPES.join(', ')} are`,
      );
  }
}

function checkTransitions(startAt: string, states: ReadonlyMap<string, State>): void {
  const reached = new Set<string>();
  const waiting = [{ from: 'StartAt', to: startAt }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const state = states.get(next.to);
    if (state === undefined) throw new InvalidDefinition(`${next.from}: there is no state ${next.to}`);
    if (reached.has(state.name)) continue;
    reached.add(state.name);
    for (const to of state.targets) waiting.push({ from: state.name, to });
  }
  const lost = [...states.keys()].filter((name) => !reached.has(name));
  if (lost.length > 0) throw new InvalidDefinition(`${lost.join(', ')}: no state leads there`);
}
