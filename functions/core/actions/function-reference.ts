/** What a function of the user's has started for a step, and works on. */
export interface FunctionReference {
  /** With or without an alias. */
  readonly functionName: string;
  readonly operationId: string;
  readonly stepId: string;
  /** The name that the function gave it. @default the function knows it by its key */
  readonly reference?: string;
}

/** The key by which a function knows a request: the same for every repetition. */
export function idempotencyKey({
  operationId,
  stepId,
}: Pick<FunctionReference, 'operationId' | 'stepId'>): string {
  return `${operationId}/${stepId}`;
}

/** As a step's record has it: `orders-rebuild:live 20261122T…/heal-0 build-17`. */
export function functionReference(started: FunctionReference): string {
  const { functionName, reference } = started;
  return [functionName, idempotencyKey(started), ...(reference === undefined ? [] : [reference])].join(' ');
}

/** @param id as `functionReference` gives it */
export function parseFunctionReference(id: string): FunctionReference {
  const [functionName = '', key = '', ...rest] = id.split(' ');
  const [operationId = '', stepId = ''] = key.split('/');
  return { functionName, operationId, stepId, ...(rest.length > 0 && { reference: rest.join(' ') }) };
}
