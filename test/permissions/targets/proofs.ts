import type { Pair } from '../policy-document.ts';
import type { EmbeddedProof } from './prove-embedded.ts';
import { ANALYSIS } from './scenarios/analysis.ts';
import { DATABASES } from './scenarios/databases.ts';
import { DELIVERED } from './scenarios/deliveries.ts';
import { DISCOVERY } from './scenarios/discovery.ts';
import { FUNCTIONS_AND_SERVICES } from './scenarios/functions-and-services.ts';
import { HOSTS } from './scenarios/hosts.ts';
import { INVESTIGATION } from './scenarios/investigation.ts';
import { OWN_ACTIONS } from './scenarios/own-actions.ts';
import { PEOPLE } from './scenarios/people.ts';
import { RECORDED } from './scenarios/recorded.ts';

const ABOUT_TARGETS =
  /^(appconfig|autoscaling|codedeploy|ec2|ecs|elasticloadbalancing|iam|lambda|rds):|^ssm:(\w+AutomationExecution|GetCalendarState)$|^xray:Get(ServiceGraph|TraceSummaries)$|^logs:\w+Query(Results)?$|^cloudtrail:LookupEvents$|^cloudwatch:GetMetricData$/;
const OWN_FUNCTIONS = ':function:selfheal-';
/** The documents that are sent only with some configurations. */
const DOCUMENTS = /:document\/(selfheal-look-at-kernel|acme-)/;
/** What the function that reads the watched series may do, besides. */
const IN_ANALYSIS = /^(lambda|ssm):/;

/** What functions do on targets. */
export const TARGETS: EmbeddedProof = {
  scenarios: [
    ...HOSTS,
    ...DATABASES,
    ...FUNCTIONS_AND_SERVICES,
    ...DELIVERED,
    ...OWN_ACTIONS,
    ...DISCOVERY,
    ...INVESTIGATION,
    ...ANALYSIS,
  ],
  isAbout: isAboutTargets,
  adapted: false,
  missedBy: 'notification',
};

const OPTIONAL_STACKS = /^Selfheal(Analysis|Approvals|Channels|Graph|Investigation)-/;
const SERVICES = /^(cloudwatch:DescribeAlarms|dynamodb:.*|events:.*|kms:.*|secretsmanager:.*|sns:.*)$/;
/** What functions of the engine may do with some configurations only. */
const IN_ENGINE =
  /^SelfhealEngine-(TriageRole\S* (cloudwatch:DescribeAlarms|dynamodb:GetItem|dynamodb:Query|events:PutEvents)|CommandStatusRole\S* (kms|sns):\S+)$/;

/** What functions do with records, messages, events and secrets where a configuration has more than repairs. */
export const FEATURES: EmbeddedProof = {
  scenarios: [...RECORDED, ...PEOPLE],
  isAbout: (role, { action }) =>
    (OPTIONAL_STACKS.test(role) && SERVICES.test(action) && !ABOUT_TARGETS.test(action)) ||
    IN_ENGINE.test(`${role} ${action}`),
  adapted: true,
  missedBy: 'any failure',
};

function isAboutTargets(role: string, { action, resource }: Pair): boolean {
  if (role.startsWith('SelfhealAnalysis-') && IN_ANALYSIS.test(action)) return true;
  if (action === 'ssm:SendCommand') return DOCUMENTS.test(resource);
  return ABOUT_TARGETS.test(action) && !resource.includes(OWN_FUNCTIONS);
}
