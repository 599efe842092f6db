import type { Context } from 'aws-lambda';
import type { Essentials, PortMethods, Ports } from '../ports/ports.ts';
import { createEssentials } from '../runtime/essentials.ts';
import type { PortBuilder } from '../runtime/port-builders.ts';
import type { HANDLERS, HandlerName } from './table/handler-table.ts';

/** A handler as Lambda calls it. */
type Handler = (event: unknown, context: Context) => unknown;

/**
 * A handler with the ports that its row of the handler table names. On Lambda it is wired at once, while the
 * function's start has CPU to spare; anywhere else on its first invocation, so that importing a handler's module does
 * nothing.
 *
 * @param builders one for each port, named one by one, so that a bundle holds no adapter that its function does not use
 */
export function wired<Name extends HandlerName, Deps>(
  _name: Name,
  create: (deps: Deps) => Handler,
  builders: Builders<(typeof HANDLERS)[Name]['needs'], Deps>,
): Handler {
  const wire = () =>
    create(dependencies(builders as Readonly<Record<string, PortBuilder<keyof Ports>>>) as Deps);
  let handler = process.env['AWS_LAMBDA_FUNCTION_NAME'] ? wire() : undefined;
  return (event, context) => {
    handler ??= wire();
    return handler(event, context);
  };
}

function dependencies(builders: Readonly<Record<string, PortBuilder<keyof Ports>>>): unknown {
  const essentials = createEssentials();
  const ports = Object.entries(builders).map(([port, build]) => [port, build(essentials)] as const);
  return { ...essentials, ...Object.fromEntries(ports) };
}

type Methods<Needs, Port> = Port extends keyof Needs
  ? Needs[Port] extends readonly (infer Method)[]
    ? Method
    : never
  : never;
type MethodsUsed<Deps, Port> = Port extends keyof Deps ? keyof Deps[Port] : never;

/** A builder for each port; where table and use case disagree, a text that says on what, which no builder fits. */
type Builders<Needs extends PortMethods, Deps> = {
  readonly [P in keyof Ports & (keyof Needs | Exclude<keyof Deps, keyof Essentials>)]: BuilderOf<
    P,
    Exclude<MethodsUsed<Deps, P>, Methods<Needs, P>>,
    Exclude<Methods<Needs, P>, MethodsUsed<Deps, P>>
  >;
};

type BuilderOf<P extends keyof Ports, Missing, Surplus> = [Missing] extends [never]
  ? [Surplus] extends [never]
    ? PortBuilder<P>
    : `the handler table names ${P}.${Surplus & string}, which the use case does not call`
  : `the use case calls ${P}.${Missing & string}, which the handler table does not name`;
