import type { Inspection } from '../../core/operation/inspection.ts';
import { aliasProgress } from '../../core/target/alias-progress.ts';
import {
  type AliasReference,
  aliasReferenceId,
  describeAliasReference,
} from '../../core/target/alias-reference.ts';
import { type AliasName, type AliasPointer, aliasName, heldVersion } from '../../core/target/lambda-alias.ts';
import type { LambdaAliases } from '../../ports/lambda-aliases.ts';
import type { Begun, Ended, StepCall } from './action-call.ts';

/** What it takes to see which version an alias serves. */
export type AliasReads = Pick<LambdaAliases, 'read' | 'provisioned'>;

export interface AliasInspectDeps {
  readonly aliases: AliasReads;
}

/** An alias as it was read. */
interface SeenAlias {
  /** What someone has pointed it to: without the weight that Lambda has added by itself. */
  readonly pointed: AliasPointer;
  readonly revision: string;
  /** The version that has all requests until the one that the alias points to is ready. @default it serves what it points to */
  readonly held?: string;
}

/** Reads an alias. Lambda adds a weight only where there is provisioned concurrency: any other is someone's. */
export async function readAlias(aliases: AliasReads, name: AliasName): Promise<SeenAlias> {
  const { pointer, revision } = await aliases.read(name);
  const held = heldVersion(pointer);
  if (held === undefined || (await aliases.provisioned(name)).requested === null)
    return { pointed: pointer, revision };
  return { pointed: { version: pointer.version, weights: {} }, revision, held };
}

/** Environments of another version are ready within minutes: with less time, a move would be given up and undone meanwhile. */
const PREPARING_SECONDS = 120;

/** The refusal to move an alias that would not serve another version in time; nothing was changed. */
export async function withoutTime(
  aliases: AliasReads,
  id: string,
  { changes, timeoutSeconds }: Pick<StepCall, 'changes' | 'timeoutSeconds'>,
): Promise<Ended | undefined> {
  if (changes.earlier !== undefined || timeoutSeconds >= PREPARING_SECONDS) return undefined;
  const { requested } = await aliases.provisioned(aliasName(id));
  if (requested === null) return undefined;
  return {
    outcome: 'FAILED',
    detail: `alias ${id} has provisioned concurrency, which takes minutes to be ready on another version, and the action has ${timeoutSeconds} s: write \`timeoutSeconds: 10m\`, and raise \`settings.repairTimeoutSeconds\` accordingly`,
  };
}

/** The refusal to publish a version for an alias that does not serve the version it points to; nothing was changed. */
export async function unreadyAlias(
  aliases: AliasReads,
  id: string,
  call: Pick<StepCall, 'changes' | 'timeoutSeconds'>,
): Promise<Ended | undefined> {
  if (call.changes.earlier !== undefined) return undefined;
  const { pointed, held } = await readAlias(aliases, aliasName(id));
  if (held === undefined) return await withoutTime(aliases, id, call);
  return {
    outcome: 'FAILED',
    detail: `alias ${id}: version ${held} serves until provisioned concurrency is ready on version ${pointed.version}: wait for that, or roll the alias back`,
  };
}

/** The end of a move of an alias, or what is under way until its version serves. */
export async function untilServed(aliases: AliasReads, id: string, ended: Ended): Promise<Begun> {
  const name = aliasName(id);
  if (ended.outcome !== 'SUCCEEDED' || (await aliases.provisioned(name)).requested === null) return ended;
  const { version } = (await aliases.read(name)).pointer;
  return { reference: { executor: 'resource', id: aliasReferenceId({ id, version }) } };
}

/** Looks whether an alias serves the version that it was pointed to. */
export async function inspect({ aliases }: AliasInspectDeps, reference: AliasReference): Promise<Inspection> {
  const name = aliasName(reference.id);
  const { pointer } = await aliases.read(name);
  const { outcome, detail: said } = aliasProgress(reference, pointer, await aliases.provisioned(name));
  const detail = `${describeAliasReference(reference)}: ${said}`;
  const ended = outcome && { outcome };
  return { ...ended, detail, targets: [{ id: reference.id, ...ended, detail }], targetCount: 1 };
}
