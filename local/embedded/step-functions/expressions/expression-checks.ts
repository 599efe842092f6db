import type { ExprNode as JsonataNode } from 'jsonata';
import { InvalidDefinition } from '../errors.ts';
import { STEP_FUNCTIONS_FUNCTIONS } from './step-functions-functions.ts';

/** A node of JSONata's syntax tree: its type declaration lacks some of the types. */
export interface ExprNode extends Omit<JsonataNode, 'type' | 'steps'> {
  readonly type: string;
  readonly steps?: readonly ExprNode[];
}

/** JSONata's own functions that Step Functions has, less `$shuffle`, whose order could not be repeated here. */
const JSONATA_FUNCTIONS = (
  'abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl ' +
  'decodeUrlComponent distinct each encodeUrl encodeUrlComponent error exists filter floor formatBase formatInteger ' +
  'formatNumber fromMillis join keys length lookup lowercase map match max merge min not number pad parseInteger ' +
  'power reduce replace reverse round sift single sort split spread sqrt string substring substringAfter ' +
  'substringBefore sum toMillis trim type uppercase zip'
).split(' ');

const KNOWN_FUNCTIONS = new Set([...JSONATA_FUNCTIONS, ...STEP_FUNCTIONS_FUNCTIONS]);

const KNOWN_NODES = new Set(
  (
    'apply bind binary block condition descendant filter function group index lambda name number parent partial path ' +
    'regex sort string transform unary value variable wildcard'
  ).split(' '),
);

/** What an expression may refer to, by where it stands. */
export interface ExpressionPlace {
  /** For messages: state and field. */
  readonly place: string;
  /** Variables that a state of the definition assigns. */
  readonly assigned: ReadonlySet<string>;
  /** The parts of `$states` there; `input` and `context` always are. */
  readonly parts?: readonly ('result' | 'errorOutput')[];
  /** Whether the context has a task token there. */
  readonly hasTaskToken?: boolean;
}

/**
 * Checks everything in an expression against what Step Functions and this interpreter support.
 *
 * @returns the variables and functions that it refers to, `states` included
 * @throws InvalidDefinition
 */
export function checkExpression(ast: ExprNode, source: string, where: ExpressionPlace): ReadonlySet<string> {
  const used = new Set<string>();
  const locals = new Set<string>();
  collectLocals(ast, locals);
  const refuse = (problem: string) => {
    throw new InvalidDefinition(`${where.place}: {% ${source} %}: ${problem}`);
  };

  const checkPath = (steps: readonly ExprNode[], inContext: boolean): void => {
    const [first, second, ...rest] = steps;
    if (first?.type === 'variable' && String(first.value) === 'states') {
      checkStates(second, rest);
      used.add('states');
      for (const step of [second, ...rest]) visit(step, true);
      visitParts(first, true);
      return;
    }
    for (const [index, step] of steps.entries()) visit(step, inContext || index > 0);
  };

  const checkStates = (part: ExprNode | undefined, rest: readonly ExprNode[]): void => {
    const known = ['input', 'context', ...(where.parts ?? [])];
    const name = part?.type === 'name' ? String(part.value) : '';
    if (!known.includes(name)) refuse(`$states.${name} does not exist; there are ${known.join(', ')}`);
    const [context, field] = rest;
    const isToken = name === 'context' && context?.value === 'Task' && field?.value === 'Token';
    if (isToken && where.hasTaskToken !== true)
      refuse('only the Arguments of a .waitForTaskToken task have a task token');
  };

  const checkVariable = (name: string, inContext: boolean): void => {
    if (name === '$') refuse('Step Functions has no $$; use $states.input');
    if (name === '' && !inContext) refuse('$ exists only inside a predicate; use $states.input');
    if (name === 'states') refuse('$states alone is not supported here; name a part of it');
    if (name === '' || locals.has(name)) return;
    if (!where.assigned.has(name) && !KNOWN_FUNCTIONS.has(name)) {
      refuse(`$${name} is neither a function that is known here nor assigned by any state`);
    }
    used.add(name);
  };

  const visit = (node: ExprNode | undefined, inContext: boolean): void => {
    if (node === undefined) return;
    if (!KNOWN_NODES.has(node.type)) refuse(`"${node.type}" is not known here`);
    if (node.type === 'path') {
      checkPath(node.steps ?? [], inContext);
      visitParts(node, true, ['steps']);
      return;
    }
    if (node.type === 'variable') checkVariable(String(node.value), inContext);
    if (!inContext && ['name', 'wildcard', 'descendant'].includes(node.type)) {
      refuse(`${String(node.value)} has no input to be looked up in; begin with $states.input`);
    }
    visitParts(node, inContext || node.type === 'lambda');
  };

  const visitParts = (node: object, inContext: boolean, except: readonly string[] = []): void => {
    for (const [key, value] of Object.entries(node)) {
      if (except.includes(key) || key === 'value') continue;
      const deeper = inContext || ['stages', 'predicate', 'group'].includes(key);
      visitAny(value, deeper);
    }
  };

  const visitAny = (value: unknown, inContext: boolean): void => {
    if (typeof value !== 'object' || value === null || value instanceof RegExp) return;
    if (Array.isArray(value)) for (const each of value) visitAny(each, inContext);
    else if (isNode(value)) visit(value, inContext);
    else visitParts(value, inContext);
  };

  visit(ast, false);
  return used;
}

function isNode(value: object): value is ExprNode {
  return 'type' in value && typeof value.type === 'string';
}

/** Names that `:=` and function parameters bind inside the expression itself. */
function collectLocals(node: unknown, locals: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const each of node) collectLocals(each, locals);
    return;
  }
  const { type, lhs, arguments: parameters } = node as Record<string, unknown>;
  if (type === 'bind') locals.add(String((lhs as ExprNode).value));
  if (type === 'lambda')
    for (const each of (parameters ?? []) as readonly ExprNode[]) locals.add(String(each.value));
  for (const each of Object.values(node)) collectLocals(each, locals);
}
