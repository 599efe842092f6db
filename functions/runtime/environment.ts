import * as z from 'zod/mini';
import { SLACK_HOOKS } from '../adapters/slack/slack-responses.ts';

const text = z.string().check(z.minLength(1));

/** The variables that a function may find in its environment. Its handler says which of them it needs. */
const environmentSchema = z.object({
  /** Relative to the function's own directory. */
  CONFIGURATION_FILE: z._default(text, './configuration.json'),
  TABLE_NAME: text,
  /** Where it is deployed: events of other accounts and regions are not acted on. */
  HOME_ACCOUNT: text,
  HOME_REGION: text,
  HEAL_STATE_MACHINE_ARN: text,
  /** Of the secret that signs the links by which people approve. */
  LINK_KEY_ARN: text,
  /** Where these links lead. */
  APPROVALS_URL: text,
  APPROVERS_TOPIC_ARN: text,
  /** What the addresses of answers to Slack begin with. */
  SLACK_HOOKS: z._default(text, SLACK_HOOKS),
});

export type Environment = z.output<typeof environmentSchema>;

type TopicArns = Readonly<Partial<Record<'soc' | 'architect', string>>>;

/** A variable of the function's environment is missing or empty. */
class EnvironmentIncomplete extends Error {
  override readonly name = 'EnvironmentIncomplete';
  readonly code = 'ENVIRONMENT_INCOMPLETE';
}

/**
 * Reads the variables named; an empty one is missing.
 *
 * @throws EnvironmentIncomplete naming all that are missing
 */
export function readEnvironment<Name extends keyof Environment>(
  names: readonly Name[],
  variables: NodeJS.ProcessEnv = process.env,
): Pick<Environment, Name> {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const mask = Object.fromEntries(names.map((name) => [name, true]));
  const parsed = z.pick(environmentSchema, mask as Record<keyof Environment, true>).safeParse(present);
  if (!parsed.success) {
    const missing = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new EnvironmentIncomplete(`missing or empty in the environment: ${missing}`);
  }
  return parsed.data as Pick<Environment, Name>;
}

/**
 * The topics that the function may notify: the handler table says which, and only those are in its environment.
 *
 * @throws EnvironmentIncomplete if there is none
 */
export function readTopicArns(variables: NodeJS.ProcessEnv = process.env): TopicArns {
  const { SOC_TOPIC_ARN: soc, ARCHITECT_TOPIC_ARN: architect } = variables;
  if (!(soc || architect))
    throw new EnvironmentIncomplete(
      'missing or empty in the environment: SOC_TOPIC_ARN, ARCHITECT_TOPIC_ARN',
    );
  return { ...(soc && { soc }), ...(architect && { architect }) };
}
