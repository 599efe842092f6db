import type { HANDLERS, HandlerName } from '../../../functions/handlers/table/handler-table.ts';
import type { DependencyCall } from '../../../local/embedded/lambda/sandbox.ts';

type Needs<Name extends HandlerName> = (typeof HANDLERS)[Name]['needs'];
type PortOf<Name extends HandlerName> = keyof Needs<Name> & string;
type MethodOf<
  Name extends HandlerName,
  Port extends PortOf<Name>,
> = Needs<Name>[Port] extends readonly (infer Method)[] ? Method : never;

/**
 * Whether a handler calls a method of a port. A call that the table does not list for the handler does not compile: a
 * defect whose call was renamed would do nothing, and never be caught.
 *
 * @param method @default any
 */
export function isCall<Name extends HandlerName, Port extends PortOf<Name>>(
  { functionName, port: calledPort, method: calledMethod }: DependencyCall,
  handler: Name,
  port: Port,
  method?: MethodOf<Name, Port>,
): boolean {
  const isOfHandler =
    functionName === `selfheal-${handler}` || functionName.startsWith(`selfheal-${handler}-`);
  return isOfHandler && calledPort === port && (method === undefined || calledMethod === method);
}
