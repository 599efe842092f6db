import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { AWS_CHANGE_EVENTS, LAMBDA_CALLS } from '../../functions/core/change/aws-readers.ts';
import { type WatchedComponent, watchedComponents } from '../../functions/core/change/change-owners.ts';
import { DATABASE_EVENT_IDS } from '../../functions/core/change/database-changes.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { chunked, type NamePattern } from './pattern-names.ts';

const COLON = { arnFormat: ArnFormat.COLON_RESOURCE_NAME };

/** The account and Region in a pattern, with room to spare. */
const HOME_CHARACTERS = 150;

export interface ChangeRulesProps {
  readonly configuration: CompiledConfiguration;
  /** Makes a rule that hands what matches to triage. */
  readonly rule: (ruleId: string, description: string, pattern: EventPattern) => void;
}

/**
 * The rules that hand changes of the watched components to triage, by the names of what is changed. A configuration that
 * watches none has none of them.
 */
export class ChangeRules extends Construct {
  constructor(scope: Construct, id: string, { configuration, rule }: ChangeRulesProps) {
    super(scope, id);
    const watched = watchedComponents(configuration).map(([, component]) => component);
    const stack = Stack.of(this);
    const arn = (service: string, resource: string) => (name: string) =>
      stack.formatArn({ service, resource, resourceName: name, ...(service === 'rds' && COLON) });
    const rules = (
      what: string,
      source: string,
      names: readonly NamePattern[],
      pattern: (names: NamePattern[]) => Omit<EventPattern, 'source'>,
    ) => {
      const patternOf = (some: NamePattern[]) => ({
        detailType: Object.keys(AWS_CHANGE_EVENTS[source] ?? {}),
        ...pattern(some),
        source: [source],
      });
      const frameCharacters = JSON.stringify(patternOf([])).length + HOME_CHARACTERS;
      for (const [index, some] of chunked(names, frameCharacters).entries())
        rule(`${what}Changes${index}`, `Selfheal: changes that ${source} reports`, patternOf(some));
    };

    rules('EcsService', 'aws.ecs', target(watched, 'ecsService').map(arn('ecs', 'service')), (resources) => ({
      resources: resources as string[],
      detail: { eventName: [{ prefix: 'SERVICE_DEPLOYMENT_' }, 'SERVICE_DESIRED_COUNT_UPDATED'] },
    }));
    const functions = target(watched, 'lambdaAlias').map((name) => name.split(':')[0] ?? name);
    rules(
      'Lambda',
      'aws.lambda',
      functions.flatMap((name) => [name, { suffix: `:function:${name}` }]),
      (functionName) => ({
        detail: {
          eventSource: ['lambda.amazonaws.com'],
          eventName: LAMBDA_CALLS.map((prefix) => ({ prefix })),
          requestParameters: { functionName },
        },
      }),
    );
    rules('AutoScaling', 'aws.autoscaling', target(watched, 'autoScalingGroup'), (names) => ({
      detail: { AutoScalingGroupName: names },
    }));
    const stacks = listed(watched, ({ changes }) => changes.stacks);
    rules(
      'Stack',
      'aws.cloudformation',
      stacks.map((name) => ({ prefix: arn('cloudformation', 'stack')(`${name}/`) })),
      (names) => ({ detail: { 'stack-id': names } }),
    );
    const groups = listed(watched, ({ changes, codeDeploy = [] }) => changes.codeDeploy.concat(codeDeploy));
    rules('CodeDeploy', 'aws.codedeploy', applicationsOf(groups), (application) => ({
      detail: { application },
    }));
    const databases = listed(watched, ({ changes }) => changes.databases);
    rules(
      'Database',
      'aws.rds',
      [
        ...new Set([
          ...databases.flatMap((name) => [arn('rds', 'db')(name), arn('rds', 'cluster')(name)]),
          ...target(watched, 'dbInstance').map(arn('rds', 'db')),
          ...target(watched, 'dbCluster').map(arn('rds', 'cluster')),
        ]),
      ],
      (names) => ({ detail: { SourceArn: names, EventID: [...DATABASE_EVENT_IDS] } }),
    );
    const documents = listed(watched, ({ changes }) => changes.documents);
    rules('Command', 'aws.ssm', documents, (names) => ({
      detailType: ['EC2 Command Status-change Notification'],
      detail: { 'document-name': names },
    }));
    rules('Automation', 'aws.ssm', documents, (names) => ({
      detailType: ['EC2 Automation Execution Status-change Notification'],
      detail: { Definition: names },
    }));
    // By name or by id: which of them is in the configuration, only the reader can compare.
    if (listed(watched, ({ changes, appConfig = [] }) => changes.appConfig.concat(appConfig)).length > 0)
      rule('AppConfigChanges', 'Selfheal: changes that aws.appconfig reports', {
        source: ['aws.appconfig'],
        detailType: Object.keys(AWS_CHANGE_EVENTS['aws.appconfig'] ?? {}),
      });
  }
}

function target(
  watched: readonly WatchedComponent[],
  kind: 'ecsService' | 'lambdaAlias' | 'autoScalingGroup' | 'dbInstance' | 'dbCluster',
): readonly string[] {
  return listed(watched, ({ targets }) =>
    kind in targets ? [(targets as Record<string, string>)[kind] ?? ''] : [],
  );
}

function listed(
  watched: readonly WatchedComponent[],
  names: (component: WatchedComponent) => readonly string[],
): readonly string[] {
  return [...new Set(watched.flatMap(names))].sort();
}

function applicationsOf(groups: readonly string[]): readonly string[] {
  return [...new Set(groups.map((group) => group.split('/')[0] ?? group))];
}
