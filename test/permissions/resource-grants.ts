import { setTimeout } from 'node:timers/promises';
import {
  AddPermissionCommand,
  GetPolicyCommand,
  LambdaClient,
  paginateListFunctions,
  RemovePermissionCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { AwsConfig } from '../factories/deployed-engine/queues.ts';
import { type Grant, nameIn } from './grant.ts';
import { isMatched, type PolicyDocument, type Statement } from './policy-document.ts';

const GIVEN_BACK_WITHIN_SECONDS = 120;

/** The rules that may call a function, by its own policy. */
export async function ruleGrants(aws: AwsConfig): Promise<readonly Grant[]> {
  const lambda = new LambdaClient(aws);
  const grants: Grant[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
    for (const { FunctionName = '' } of Functions) {
      const { Statement } = await functionPolicy(lambda, FunctionName);
      grants.push(...Statement.map((statement) => ruleGrant(lambda, FunctionName, statement)));
    }
  }
  return grants;
}

/** The rules that may send to a queue what could not be handed over, by its own policy. */
export async function queueGrants(aws: AwsConfig): Promise<readonly Grant[]> {
  const sqs = new SQSClient(aws);
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'Selfheal' }));
  const grants: Grant[] = [];
  for (const QueueUrl of QueueUrls) {
    const input = { QueueUrl, AttributeNames: ['Policy' as const] };
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand(input));
    const policy = JSON.parse(Attributes?.['Policy'] ?? '{"Statement":[]}') as PolicyDocument;
    const write = (document: PolicyDocument) =>
      sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: JSON.stringify(document) } }));
    for (const statement of policy.Statement.filter(({ Effect }) => Effect === 'Allow')) {
      const rest = { ...policy, Statement: policy.Statement.filter((other) => other !== statement) };
      grants.push({
        ...sentByRules(statement),
        without: async (during) => {
          await write(rest);
          return await during().finally(() => write(policy));
        },
      });
    }
  }
  return grants;
}

function ruleGrant(lambda: LambdaClient, FunctionName: string, statement: Statement): Grant {
  const { Sid: StatementId = '', Action } = statement;
  const given = { FunctionName, StatementId };
  return {
    ...sentByRules(statement),
    without: async (during) => {
      await removed(lambda, given);
      return await during().finally(() =>
        lambda.send(
          new AddPermissionCommand({
            ...given,
            Action: String(Action),
            Principal: 'events.amazonaws.com',
            SourceArn: sourceOf(statement),
          }),
        ),
      );
    },
  };
}

/** A scenario that an earlier trial gave up may still have it, and gives it back. */
async function removed(
  lambda: LambdaClient,
  given: { readonly FunctionName: string; readonly StatementId: string },
): Promise<void> {
  for (let waited = 0; ; waited += 1) {
    try {
      await lambda.send(new RemovePermissionCommand(given));
      return;
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException) || waited === GIVEN_BACK_WITHIN_SECONDS) throw error;
      await setTimeout(1_000);
    }
  }
}

function sentByRules(statement: Statement): Pick<Grant, 'name' | 'covers'> {
  const source = sourceOf(statement);
  const [action = ''] = [statement.Action].flat();
  const [resource = ''] = [statement.Resource].flat();
  return {
    name: { holder: nameIn(source), action, resource: nameIn(resource) },
    covers: (decision) =>
      decision.action === action && decision.resource === resource && isMatched(source, decision.principal),
  };
}

function sourceOf({ Condition = {} }: Statement): string {
  const keys = Object.values(Condition).flatMap((values) => Object.entries(values));
  return keys.find(([key]) => key.toLowerCase() === 'aws:sourcearn')?.[1] ?? '*';
}

async function functionPolicy(lambda: LambdaClient, FunctionName: string): Promise<PolicyDocument> {
  try {
    const { Policy = '{}' } = await lambda.send(new GetPolicyCommand({ FunctionName }));
    return JSON.parse(Policy) as PolicyDocument;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return { Statement: [] };
    throw error;
  }
}
