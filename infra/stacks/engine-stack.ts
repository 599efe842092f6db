import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { calendarsInUse } from '../../functions/core/admission/outside-window.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import {
  automationRoles,
  invokedFunctions,
  lastingFunctions,
  runAutomations,
  runDocuments,
  taskRoles,
} from '../../functions/core/configuration/own-resources.ts';
import {
  appConfigCalls,
  deploymentGroupCalls,
  hostCalls,
  hostResourceCalls,
  isolationCalls,
  loadBalancerCalls,
  targetCalls,
  verificationCalls,
} from '../../functions/core/configuration/target-calls.ts';
import { resourceId, selectsHosts } from '../../functions/core/configuration/target-selector.ts';
import { mayCorrelate } from '../../functions/core/correlation/neighbourhood.ts';
import { KERNEL_LOOK_DOCUMENT } from '../../functions/core/diagnosis/kernel/kernel-look-request.ts';
import { replaces } from '../../functions/core/operation/action-effects.ts';
import { isolationWay } from '../../functions/core/operation/heal-steps.ts';
import { limitedIsolation, waysBack } from '../../functions/core/operation/time-limit.ts';
import { sourcesOf } from '../../functions/core/signal/event-source.ts';
import type { Feature, HandlerDefinition } from '../../functions/handlers/table/handler-definition.ts';
import { ENGINE_HANDLERS, HANDLERS, type HandlerOf } from '../../functions/handlers/table/handler-table.ts';
import { CompletionRules } from '../constructs/completion-rules.ts';
import { DeadLetterQueue } from '../constructs/dead-letter-queue.ts';
import { environmentOf } from '../constructs/function-environment.ts';
import { FunctionPermissions } from '../constructs/function-permissions.ts';
import { HealingFunction } from '../constructs/healing-function.ts';
import { NotificationTopics } from '../constructs/notification-topics.ts';
import { SignalRules } from '../constructs/signal-rules.ts';
import { targetArns } from '../constructs/target-arns.ts';
import { Workflow } from '../constructs/workflow.ts';
import type { DeploymentOptions } from './deployment-options.ts';

type HandlerName = HandlerOf<'engine'>;

export interface EngineStackProps extends StackProps {
  readonly configuration: CompiledConfiguration;
  readonly table: Table;
  /** Names of the runbooks' SSM documents. */
  readonly documentNames: readonly string[];
  readonly adoptedAlarmNames: readonly string[];
  readonly lambdaEnvironment: DeploymentOptions['lambdaEnvironment'];
  readonly reserveConcurrency?: DeploymentOptions['reserveConcurrency'];
}

/** The working parts: functions, state machines, rules, queues and topics. Everything in it can be recreated. */
export class EngineStack extends Stack {
  readonly topics: NotificationTopics;
  readonly functions: Readonly<Record<HandlerName, HealingFunction>>;
  readonly triage: Workflow;
  readonly heal: Workflow;
  readonly deadLetterQueues: Readonly<Record<'signals' | 'completions', IQueue>>;

  constructor(scope: Construct, id: string, props: EngineStackProps) {
    super(scope, id, { description: 'Selfheal: functions, workflows, rules and topics', ...props });
    const { settings } = props.configuration;
    // Before anything is added: CDK reads it where it divides what a role may do into policies.
    this.node.setContext('@aws-cdk/aws-iam.arnSizeEstimate', longestArn(props.configuration));

    this.topics = new NotificationTopics(this, 'Topics', {
      socEmails: settings.notify.soc,
      architectEmails: settings.notify.architect,
    });
    this.deadLetterQueues = {
      signals: new DeadLetterQueue(this, 'SignalDeadLetters'),
      completions: new DeadLetterQueue(this, 'CompletionDeadLetters'),
    };
    this.functions = this.healingFunctions(props);
    const { managedTag } = settings;
    const { table } = props;
    const { strategies } = props.configuration;
    const documentNames = [...props.documentNames, ...runDocuments(strategies)];
    const automations = runAutomations(strategies);
    const lasting = lastingFunctions(strategies);
    const calls = targetCalls(props.configuration);
    const features = featuresOf(props.configuration);
    const hosts = hostCalls(props.configuration);
    const granted = {
      ...{ table, topics: this.topics, documentNames, managedTag },
      targetCalls: calls,
      features,
      hostCalls: hosts,
      hostResourceCalls: hostResourceCalls(props.configuration),
      loadBalancerCalls: loadBalancerCalls(props.configuration),
      deploymentGroupCalls: deploymentGroupCalls(props.configuration),
      appConfigCalls: appConfigCalls(props.configuration),
      userFunctions: invokedFunctions(strategies),
      lastingFunctions: lasting,
      calendars: calendarsInUse(props.configuration),
      ...{ automations, automationRoles: automationRoles(strategies) },
      taskRoles: taskRoles(props.configuration.components),
    };
    const permissions = new FunctionPermissions(this, 'Permissions', granted);
    const looks = verificationCalls(props.configuration);
    const ofVerification = new FunctionPermissions(this, 'VerificationPermissions', {
      ...granted,
      ...{ targetCalls: looks.targets, hostCalls: new Map([...hosts, ...looks.hosts]) },
    });
    const ofReconciler = new FunctionPermissions(this, 'ReconcilerPermissions', {
      ...granted,
      hostCalls: new Map([...hosts, ...isolationCalls(props.configuration)]),
    });
    const own: Partial<Record<HandlerName, FunctionPermissions>> = {
      verify: ofVerification,
      reconcile: ofReconciler,
    };
    for (const name of ENGINE_HANDLERS) (own[name] ?? permissions).grant(this.functions[name], name);
    if (settings.vpc) this.functions.verify.joinVpc(settings.vpc.subnetIds, settings.vpc.securityGroupIds);

    const heal = this.healWorkflow();
    this.heal = heal;
    this.triage = this.triageWorkflow(heal);
    new SignalRules(this, 'SignalRules', {
      configuration: props.configuration,
      triage: this.triage,
      deadLetterQueue: this.deadLetterQueues.signals,
      adoptedAlarmNames: props.adoptedAlarmNames,
    });
    const arnsOf = (call: string) =>
      (calls.get(call) ?? []).flatMap((target) => targetArns(this, target, call));
    new CompletionRules(this, 'CompletionRules', {
      commandStatus: this.functions['command-status'],
      executionEnded: this.functions['execution-ended'],
      reconcile: this.functions.reconcile,
      documentNames: features.has('kernelLook') ? [...documentNames, KERNEL_LOOK_DOCUMENT] : documentNames,
      automationNames: [...new Set(automations.map(({ document }) => document))],
      endingSources: lasting.length > 0 ? sourcesOf('Selfheal Action Ended', props.configuration) : [],
      serviceArns: arnsOf('ecs:UpdateService'),
      deploymentGroups: (
        deploymentGroupCalls(props.configuration).get('codedeploy:CreateDeployment') ?? []
      ).map(({ id }) => id),
      configurations: (appConfigCalls(props.configuration).get('appconfig:StopDeployment') ?? []).map(
        ({ id }) => id,
      ),
      databaseArns: [
        ...new Set(
          ['rds:RebootDBInstance', 'rds:FailoverDBCluster', 'rds:ModifyDBInstance'].flatMap((call) =>
            arnsOf(call),
          ),
        ),
      ],
      deadLetterQueue: this.deadLetterQueues.completions,
    });
    this.outputs(heal);
  }

  private healingFunctions(props: EngineStackProps): Readonly<Record<HandlerName, HealingFunction>> {
    const { table, lambdaEnvironment } = props;
    const functions = ENGINE_HANDLERS.map((handlerName) => {
      const features = featuresOf(props.configuration);
      const needed = environmentOf(this, { table, topics: this.topics, features }, handlerName);
      const isAlone = handlerName === 'reconcile' && props.reserveConcurrency;
      const healing = new HealingFunction(this, pascalCase(handlerName), {
        handlerName,
        configuration: props.configuration,
        environment: { ...needed, ...lambdaEnvironment },
        ...(isAlone ? { reservedConcurrentExecutions: 1 } : {}),
      });
      return [handlerName, healing] as const;
    });
    return Object.fromEntries(functions) as Record<HandlerName, HealingFunction>;
  }

  private healWorkflow(): Workflow {
    const invoked = invokedBy('heal');
    const workflow = new Workflow(this, 'Heal', {
      workflowName: 'heal',
      type: StateMachineType.STANDARD,
      substitutions: Object.fromEntries(
        invoked.map((name) => [`${pascalCase(name)}FunctionArn`, this.functions[name].function.functionArn]),
      ),
    });
    for (const name of invoked) this.functions[name].grantInvoke(workflow);
    return workflow;
  }

  private triageWorkflow(heal: Workflow): Workflow {
    const workflow = new Workflow(this, 'TriageWorkflow', {
      workflowName: 'triage',
      type: StateMachineType.EXPRESS,
      substitutions: {
        TriageFunctionArn: this.functions.triage.function.functionArn,
        HealStateMachineArn: heal.stateMachineArn,
        SignalDeadLetterQueueUrl: this.deadLetterQueues.signals.queueUrl,
      },
    });
    for (const name of invokedBy('triage')) this.functions[name].grantInvoke(workflow);
    heal.grantStartExecution(workflow);
    this.deadLetterQueues.signals.grant(workflow, 'sqs:SendMessage');
    return workflow;
  }

  private outputs(heal: Workflow): void {
    const output = (id: string, value: string, description: string) =>
      new CfnOutput(this, id, { value, description });
    output('TriageStateMachineArn', this.triage.stateMachineArn, 'Decides what happens to a signal');
    output('HealStateMachineArn', heal.stateMachineArn, 'One execution for each operation');
    output('SocTopicArn', this.topics.soc.topicArn, 'Topic of the SOC');
    output('ArchitectTopicArn', this.topics.architect.topicArn, 'Topic of the architect');
    output(
      'SignalDeadLetterQueueUrl',
      this.deadLetterQueues.signals.queueUrl,
      'Signals that could not be handled',
    );
    output(
      'CompletionDeadLetterQueueUrl',
      this.deadLetterQueues.completions.queueUrl,
      'Events of commands and executions that could not be handled',
    );
  }
}

function invokedBy(workflow: HandlerDefinition['invokedBy']): readonly HandlerName[] {
  return ENGINE_HANDLERS.filter((name) => (HANDLERS[name] as HandlerDefinition).invokedBy === workflow);
}

function featuresOf(configuration: CompiledConfiguration): ReadonlySet<Feature> {
  const { components, strategies, settings } = configuration;
  const looks = verificationCalls(configuration);
  const used: readonly Feature[] = Object.values(components).flatMap(
    ({ dependsOn = [], changes, traffic }) => [
      ...(dependsOn.length > 0 ? (['dependsOn'] as const) : []),
      ...(changes ? (['changes'] as const) : []),
      ...(traffic ? (['traffic'] as const) : []),
    ],
  );
  const isolates = strategies.some(({ actions }) => isolationWay(actions) !== undefined);
  const isolations = strategies.flatMap(({ actions }) =>
    actions.filter(({ type }) => type === 'isolate_network'),
  );
  const isLimited = strategies.some(({ actions }) => limitedIsolation(actions) !== undefined);
  const starts = strategies.some(({ actions }) => actions.some(({ type }) => type === 'start_instance'));
  const isReplacing = strategies.some(({ actions }) => replaces(actions));
  const asksForCauses = strategies.some(({ trigger }) => trigger.causes.length > 0);
  return new Set([
    ...used,
    ...(settings.graph ? (['discovery'] as const) : []),
    ...(asksForCauses ? (['causes'] as const) : []),
    ...(mayCorrelate(configuration) ? (['correlation'] as const) : []),
    ...(settings.learning.mode === 'apply' ? (['learning'] as const) : []),
    ...(settings.kernelLookOnFailure ? (['kernelLook'] as const) : []),
    ...(isolates ? (['isolationByGroups'] as const) : []),
    ...(waysBack(isolations).includes('agent') ? (['isolationByAgent'] as const) : []),
    ...(isLimited ? (['isolationLimit'] as const) : []),
    ...(isReplacing ? (['replacesInstances'] as const) : []),
    ...(starts ? (['startsInstances'] as const) : []),
    ...(looks.targets.size + looks.hosts.size > 0 ? (['verifiedByResource'] as const) : []),
  ]);
}

function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Characters of the longest partition, region, account and kind of resource, with punctuation. */
const ARN_CHARACTERS_BESIDE_NAME = 72;

/** Of Selfheal's own functions, documents and topics. */
const MINIMUM_NAME = 40;

/**
 * Characters of the longest ARN of a target or a document. CDK's own estimate of an ARN is so high that a role of a
 * large configuration would need more policies than AWS allows.
 */
function longestArn({ components, strategies }: CompiledConfiguration): number {
  const targets = Object.values(components).flatMap((component) =>
    selectsHosts(component.targets) ? [] : [resourceId(component.targets)],
  );
  const automations = runAutomations(strategies).map(({ document, version }) => `${document}:${version}`);
  const names = [...targets, ...automations, ...runDocuments(strategies)];
  return ARN_CHARACTERS_BESIDE_NAME + Math.max(MINIMUM_NAME, ...names.map((name) => name.length));
}
