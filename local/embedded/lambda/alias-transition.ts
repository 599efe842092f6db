import { LambdaServiceError } from './errors.ts';

/** It takes minutes on AWS. */
const LOOKS_UNTIL_READY = 2;

interface Provisioned {
  readonly requested: number;
  /** How often someone looks until it is over. */
  looksLeft: number;
  status: 'IN_PROGRESS' | 'READY' | 'FAILED';
  reason?: string;
}

/** Which versions an alias serves, and what is being prepared for it. */
export interface Transition {
  version: string;
  weights: Readonly<Record<string, number>>;
  provisioned?: Provisioned;
}

type Routing = Pick<Transition, 'version' | 'weights' | 'provisioned'>;

/**
 * The alias after an UpdateAlias. Where it has provisioned concurrency, Lambda leaves all requests to the version that
 * has them until environments of the new one are ready, and says so by a weight of its own. Weights that are cleared
 * without a change of version end that at once.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/pull/48116
 */
export function moved(
  { version: before, weights: held, provisioned }: Transition,
  version: string,
  weights: Routing['weights'],
): Routing {
  if (provisioned === undefined || version === before || Object.keys(weights).length > 0)
    return { version, weights };
  const serving = Object.entries(held).find(([, share]) => share === 1)?.[0] ?? before;
  return serving === version
    ? { version, weights: {}, provisioned: { ...provisioned, looksLeft: 0, status: 'READY' } }
    : { version, weights: { [serving]: 1 }, provisioned: preparing(provisioned.requested) };
}

/** Asks for environments to be kept ready. */
export function provision(alias: Transition, requested: number): void {
  if (Object.keys(alias.weights).length > 0)
    throw new LambdaServiceError(
      'InvalidParameterValueException',
      'Alias with weights can not be used with Provisioned Concurrency',
    );
  alias.provisioned = preparing(requested);
}

function preparing(requested: number): Provisioned {
  return { requested, looksLeft: LOOKS_UNTIL_READY, status: 'IN_PROGRESS' };
}

/**
 * Environments are ready, or have failed, once someone has asked often enough whether they are.
 *
 * @returns whether the alias has changed with it
 */
export function look(alias: Transition, failsInit = false): boolean {
  const { provisioned, weights } = alias;
  if (provisioned?.status !== 'IN_PROGRESS') return false;
  provisioned.looksLeft -= 1;
  if (provisioned.looksLeft > 0) return false;
  if (failsInit) {
    Object.assign(provisioned, { status: 'FAILED', reason: 'FUNCTION_ERROR_INIT_FAILURE' });
    return false;
  }
  provisioned.status = 'READY';
  const isHeld = Object.values(weights).includes(1);
  if (isHeld) alias.weights = {};
  return isHeld;
}
