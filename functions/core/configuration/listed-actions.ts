import * as z from 'zod/mini';
import { ACTION_TYPES, type ActionType } from '../actions/action-table.ts';
import { actionOf } from './schema/action-schema.ts';

type ActionSchema = ReturnType<typeof actionOf<ActionType>>;

const [firstType, ...otherTypes] = ACTION_TYPES as readonly [ActionType, ...ActionType[]];
const actionSchemas: [ActionSchema, ...ActionSchema[]] = [
  actionOf(firstType),
  ...otherTypes.map((type) => actionOf(type)),
];

/** Any action, as a strategy lists it. Functions, which know the type of theirs, need not build all of these. */
export const action = z.discriminatedUnion('type', actionSchemas);

/** What can be declared under `actions`, once for all strategies. */
export const declaredAction = z.discriminatedUnion('type', [
  actionOf('invoke_function'),
  actionOf('run_document'),
  actionOf('run_automation'),
]);
