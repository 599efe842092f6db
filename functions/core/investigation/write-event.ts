/** A call that changed something, as CloudTrail has it. */
export interface WriteEvent {
  readonly id: string;
  readonly atMs: number;
  /** Such as `UpdateFunctionCode`. */
  readonly name: string;
  /** The service that was called, such as `lambda.amazonaws.com`. */
  readonly service: string;
  /** Who called it: a role and the name of its session, a user, `root`, or a service of AWS. No keys. */
  readonly principal: string;
  /** Why the call was refused. @default it was carried out */
  readonly error?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/**
 * Who made a call, of the record that CloudTrail keeps of it.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function principalOf(userIdentity: unknown): string {
  const { type, userName, invokedBy, principalId, arn, sessionContext } = fieldsOf(userIdentity);
  const session = textOf(principalId)?.split(':')[1];
  const issuer = textOf(fieldsOf(fieldsOf(sessionContext)['sessionIssuer'])['userName']);
  if (type === 'Root') return 'root';
  if (type === 'IAMUser') return `user ${textOf(userName) ?? 'unknown'}`;
  if (issuer !== undefined) return session === undefined ? `role ${issuer}` : `role ${issuer} as ${session}`;
  return textOf(invokedBy) ?? textOf(userName) ?? textOf(arn)?.split('/').at(-1) ?? 'unknown';
}
