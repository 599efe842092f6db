import type { Denial } from '../../../functions/core/denial.ts';
import type { AwsAction } from '../../../functions/handlers/table/aws-actions.ts';
import {
  ENGINE_HANDLERS,
  HANDLERS,
  type HandlerOf,
} from '../../../functions/handlers/table/handler-table.ts';
import { actionsOf } from '../../../functions/handlers/table/port-permissions.ts';
import type { DependencyCall } from '../../../local/embedded/lambda/sandbox.ts';

/** A permission that the role of a function has until it is revoked. */
export interface Permission {
  readonly handler: HandlerOf<'engine'>;
  readonly action: AwsAction;
}

/** Every permission of the engine's functions, as the stacks grant them. */
export const PERMISSIONS: readonly Permission[] = ENGINE_HANDLERS.flatMap((handler) =>
  actionsOf(HANDLERS[handler].needs).map((action) => ({ handler, action })),
);

/** Those without which the engine knows neither whether a repair holds nor what is still acting. */
export const TELLING_PERMISSIONS: readonly Permission[] = [
  { handler: 'verify', action: 'cloudwatch:DescribeAlarms' },
  { handler: 'verify', action: 'ssm:SendCommand' },
  { handler: 'verify', action: 'states:SendTaskSuccess' },
  { handler: 'prepare-rollback', action: 'ssm:CancelCommand' },
  { handler: 'reconcile', action: 'ssm:CancelCommand' },
  { handler: 'conclude', action: 'dynamodb:UpdateItem' },
  { handler: 'triage', action: 'dynamodb:BatchGetItem' },
];

/** Permissions that are missing for a while: a policy is changed, and changed back. */
export interface Revocations {
  readonly begin: (permission: Permission) => void;
  readonly end: (permission: Permission) => void;
  /** Why a call is refused; `undefined` if it is permitted. */
  readonly denialOf: (call: DependencyCall) => Denial | undefined;
}

export function createRevocations(): Revocations {
  // Revocations of the same permission may overlap.
  const missing: Permission[] = [];
  return {
    begin: (permission) => {
      missing.push(permission);
    },
    end: (permission) => {
      missing.splice(missing.indexOf(permission), 1);
    },
    denialOf: ({ functionName, port, method }) => {
      if (missing.length === 0) return undefined;
      const needed = actionsOf({ [port]: [method] });
      const lacked = missing.find(
        ({ handler, action }) => functionName === `selfheal-${handler}` && needed.includes(action),
      );
      return lacked && denialFor(lacked);
    },
  };
}

function denialFor({ handler, action }: Permission): Required<Denial> {
  const [service = ''] = action.split(':');
  return {
    action,
    resource: `arn:aws:${service}:us-east-1:000000000000:*`,
    role: `selfheal-${handler}`,
  };
}
