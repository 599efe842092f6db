import type { MonitorRequest } from '../../../functions/core/analysis/monitor-answer.ts';
import { NotFound } from '../../../functions/ports/errors.ts';
import type { MonitorFunctions } from '../../../functions/ports/monitor-functions.ts';
import type {
  FunctionAnswer,
  FunctionLook,
  FunctionRequest,
  UserFunctions,
} from '../../../functions/ports/user-functions.ts';

/** Functions of the user's, by their names without an alias. What they return and receive crosses as JSON. */
type Local<Request> = Readonly<Record<string, (request: Request) => unknown>>;

/** Those that strategies invoke. One that starts what lasts is asked about it, too. */
export type LocalFunctions = Local<FunctionRequest | FunctionLook>;

/** Those that monitors ask. */
export type LocalMonitors = Local<MonitorRequest>;

/** The functions of the user's that were deployed beside Selfheal. */
export function createLocalFunctions(functions: LocalFunctions): UserFunctions {
  const answer = async (name: string, request: FunctionRequest | FunctionLook) =>
    await answerOf(functions, name, request);
  return { invoke: answer, ask: answer };
}

/** The functions of the user's that measure. */
export function createLocalMonitors(functions: LocalMonitors): MonitorFunctions {
  return { measure: async (name, request) => await answerOf(functions, name, request) };
}

async function answerOf<Request>(
  functions: Local<Request>,
  name: string,
  request: Request,
): Promise<FunctionAnswer> {
  const run = functions[name.split(':')[0] ?? ''];
  if (!run)
    throw new NotFound(`lambda:InvokeFunction: ResourceNotFoundException: Function not found: ${name}`, {
      call: 'lambda:InvokeFunction',
      serviceCode: 'ResourceNotFoundException',
    });
  try {
    const answer = await run(JSON.parse(JSON.stringify(request)) as Request);
    return { payload: answer === undefined ? null : (JSON.parse(JSON.stringify(answer)) as unknown) };
  } catch (error) {
    const { name: errorType, message: errorMessage } =
      error instanceof Error ? error : new Error(String(error));
    return { functionError: { errorType, errorMessage } };
  }
}
