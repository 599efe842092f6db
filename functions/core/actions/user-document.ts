import type { ActionParams } from './action-definition.ts';
import type { DocumentParameter } from './document-parameter.ts';

/**
 * What Selfheal says of a step to a document that declares a parameter of the name. By `operationId` and `stepId` a host
 * knows a repetition, by `fence` an operation that was overtaken.
 */
export const LEDGER_PARAMETERS = ['operationId', 'stepId', 'fence', 'component', 'executionTimeout'] as const;
export type LedgerParameters = Readonly<Record<(typeof LEDGER_PARAMETERS)[number], string>>;

/** A value of an SSM document's parameter; a list for one of a list type. */
export type DocumentValue = string | readonly string[];
export type DocumentValues = Readonly<Record<string, DocumentValue>>;

/** A parameter as any document declares it: its type may be one that Selfheal's own documents do not use. */
export interface AcceptedParameter extends Omit<DocumentParameter, 'type' | 'default'> {
  readonly type: string;
  readonly default?: unknown;
}

/** Whether a parameter of this type takes a list of values. */
export function takesList({ type }: Pick<AcceptedParameter, 'type'>): boolean {
  return type === 'StringList' || type === 'MapList' || type.startsWith('List<');
}

/** A document of the user's, as the `params` of an action name it. */
export interface UserDocument {
  readonly name: string;
  /** The document's parameters, by name. */
  readonly accepts: Readonly<Record<string, AcceptedParameter>>;
  /** What the action gives them. */
  readonly values: DocumentValues;
}

/** @param params as the schema of a document action gives them */
export function userDocument(params: ActionParams): UserDocument {
  const given = params['parameters'] as Readonly<Record<string, string | number | boolean | string[]>>;
  return {
    name: String(params['document']),
    accepts: params['accepts'] as UserDocument['accepts'],
    values: Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, Array.isArray(value) ? value : String(value)]),
    ),
  };
}

/** Everything that is sent to a document: its own values, and as much of the ledger as it declares. */
export function sentValues({ accepts, values }: UserDocument, ledger: LedgerParameters): DocumentValues {
  const asked = LEDGER_PARAMETERS.filter((name) => Object.hasOwn(accepts, name));
  return { ...values, ...Object.fromEntries(asked.map((name) => [name, ledger[name]])) };
}

/** Whether a host can tell a repetition by what the document is sent. */
export function hasLedger({ accepts }: UserDocument): boolean {
  return Object.hasOwn(accepts, 'operationId') && Object.hasOwn(accepts, 'stepId');
}
