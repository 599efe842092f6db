import type { Context } from 'aws-lambda';
import type { HandlerDefinition } from '../../functions/handlers/table/handler-definition.ts';
import { HANDLERS, type HandlerName } from '../../functions/handlers/table/handler-table.ts';
import type { Essentials, PortMethods, Ports } from '../../functions/ports/ports.ts';

/** Everything that functions may depend on. */
export type FunctionDeps = Essentials & Ports;

export type FunctionHandler = (event: unknown, context: Context) => unknown;

/** A deployed function. */
export interface EmbeddedFunction {
  /** The dependencies that its row of the handler table names; it gets nothing here that it is not granted on AWS. */
  readonly granted: (deps: FunctionDeps) => object;
  /** @param deps what `granted` gave, guarded or not */
  readonly createHandler: (deps: object) => FunctionHandler;
}

const NAMES = Object.keys(HANDLERS) as readonly HandlerName[];

/**
 * Loads every handler of the table.
 *
 * @returns the function that is deployed under a name; it throws Error for a name that belongs to no handler
 */
export async function loadFunctions(): Promise<(functionName: string) => EmbeddedFunction> {
  const creators = new Map<HandlerName, EmbeddedFunction['createHandler']>();
  for (const name of NAMES) {
    const { createHandler } = (await import(`../../functions/handlers/${name}.ts`)) as {
      readonly createHandler: EmbeddedFunction['createHandler'];
    };
    creators.set(name, createHandler);
  }
  return (functionName) => {
    const name = NAMES.find((candidate) => isFunctionOf(candidate, functionName));
    const createHandler = name && creators.get(name);
    if (!(name && createHandler))
      throw new Error(
        `${functionName}: no handler of this name in functions/handlers/table/handler-table.ts`,
      );
    return { granted: (deps) => grantedTo(name, deps), createHandler };
  };
}

function isFunctionOf(name: HandlerName, functionName: string): boolean {
  const { perVantagePoint }: HandlerDefinition = HANDLERS[name];
  return perVantagePoint === true
    ? functionName.startsWith(`selfheal-${name}-`)
    : functionName === `selfheal-${name}`;
}

function grantedTo(name: HandlerName, deps: FunctionDeps): object {
  const needs: PortMethods = HANDLERS[name].needs;
  const { configuration, home, clock, random } = deps;
  const ports = Object.entries(needs).map(([port, methods]) => {
    const whole = deps[port as keyof Ports] as unknown as Readonly<Record<string, unknown>>;
    return [port, Object.fromEntries(methods.map((method) => [method, whole[method]]))] as const;
  });
  return { configuration, home, clock, random, ...Object.fromEntries(ports) };
}
