import { type Command, Option } from 'commander';
import { type SendDecisionResult, sendDecision } from '../../functions/app/operate/send-decision.ts';
import { proposalState } from '../../functions/core/admission/proposal.ts';
import { assertNever } from '../../functions/core/assert-never.ts';
import { configurationIfAny } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context, End } from '../context.ts';
import { CommandFailed } from '../errors.ts';
import { eventSource } from '../event-source.ts';
import { type CommonOptions, duration, wholeNumber, withConnection } from '../options.ts';
import { unansweredText } from '../presenters/control.ts';
import { proposalDetailLines, proposalLines } from '../presenters/proposals.ts';
import { REFUSAL_EXPLANATIONS } from '../presenters/refusal-reasons.ts';
import { moment } from '../presenters/words.ts';
import { type SendingOptions, withSending } from '../sending.ts';

const LISTED_AT_MOST = 200;
const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;

interface ProposalsOptions extends CommonOptions {
  readonly all?: true;
  readonly limit: number;
}

export function addProposals(program: Command, context: Context): void {
  withConnection(program.command('proposals'))
    .summary('list what waits for an approval')
    .description(
      'Lists the repairs that wait for an approval, newest first; with an id, all about one proposal.',
    )
    .argument('[proposal]', 'its id')
    .option('--all', 'also list those that were approved, denied or withdrawn, or have expired')
    .option('-n, --limit <number>', 'how many', wholeNumber(1, LISTED_AT_MOST), 20)
    .action(async (proposalId: string | undefined, options: ProposalsOptions) => {
      const { store } = await connect(options);
      const nowMs = context.clock.nowMs();
      if (proposalId !== undefined) {
        const { proposal } = await store.readHeldBack(proposalId);
        if (!proposal) throw unknownProposal(proposalId);
        const plan = await store.getPlan(proposal.operation.planId);
        const state = proposalState(proposal, nowMs);
        if (options.json) context.out(JSON.stringify({ ...proposal, state, plan }, null, 2));
        else for (const line of proposalDetailLines(context, proposal, plan, nowMs)) context.out(line);
        return;
      }
      const listed = (await store.listProposals(LISTED_AT_MOST))
        .map((proposal) => ({ ...proposal, state: proposalState(proposal, nowMs) }))
        .filter(({ state }) => options.all || state === 'OPEN')
        .slice(0, options.limit);
      if (options.json) context.out(JSON.stringify(listed, null, 2));
      else for (const line of proposalLines(context, listed, nowMs)) context.out(line);
    });
}

interface DenyOptions extends SendingOptions {
  readonly for?: number;
}

export function addApprove(program: Command, context: Context, end: End): void {
  withSending(program.command('approve'), context)
    .summary('approve a proposal')
    .description(
      'Approves a proposal under your IAM identity. Every limit is checked again. Exits with 0 only when the approval has been read back from the table, and with 1 if it is refused.',
    )
    .argument('<proposal>', 'its id')
    .action((proposalId: string, options: SendingOptions) =>
      decide(context, end, options, { command: 'approve', proposal: proposalId }),
    );
}

export function addDeny(program: Command, context: Context, end: End): void {
  withSending(program.command('deny'), context)
    .summary('deny a proposal')
    .description(
      'Denies a proposal under your IAM identity. No repair of the component is proposed again until `--for` has passed. Exits with 0 only when the denial has been read back from the table.',
    )
    .argument('<proposal>', 'its id')
    .addOption(
      new Option('--for <duration>', 'such as 2h; 1 minute to 30 days; default: 1 hour').argParser(
        duration(MINUTE_SECONDS, 30 * DAY_SECONDS),
      ),
    )
    .action((proposalId: string, options: DenyOptions) =>
      decide(context, end, options, {
        ...{ command: 'deny', proposal: proposalId },
        ...(options.for !== undefined && { for: options.for }),
      }),
    );
}

interface Decision {
  readonly command: 'approve' | 'deny';
  readonly proposal: string;
  readonly for?: number;
}

async function decide(
  context: Context,
  end: End,
  options: SendingOptions,
  decision: Decision,
): Promise<void> {
  const source = eventSource('Selfheal Approval', configurationIfAny(options.config), options.source);
  const { store, events, callerIdentity } = await connect(options);
  if (!(await store.readHeldBack(decision.proposal)).proposal) throw unknownProposal(decision.proposal);
  const by = await callerIdentity();
  const { reason, timeout } = options;
  const detail = { ...decision, by, ...(reason !== undefined && { reason }) };
  const deps = { store, events, clock: context.clock };
  const result = await sendDecision(deps, { source, detail, timeoutMs: timeout * 1_000 });
  if (result.outcome !== 'confirmed') end(result.outcome === 'refused' ? 'problem' : 'unconfirmed');
  if (options.json) context.out(JSON.stringify(result, null, 2));
  else context.out(decisionText(context, decision, source, result));
}

function decisionText(
  { paint }: Context,
  { command, proposal: proposalId }: Decision,
  source: string,
  result: SendDecisionResult,
): string {
  switch (result.outcome) {
    case 'confirmed': {
      const { approvals, approvalsNeeded, end, operation } = result.proposal;
      if (end?.kind === 'DENIED') {
        const until = end.untilMs === undefined ? '' : ` until ${moment(end.untilMs)}`;
        return `${paint('yellow', 'Denied')}. ${operation.component} is not proposed again${until}.`;
      }
      if (end?.kind === 'APPROVED')
        return `${paint('green', 'Approved')}. Follow it with \`selfheal show ${proposalId} --watch\`.`;
      return `Your approval is recorded: ${approvals.length} of ${approvalsNeeded}. Another person has to approve too.`;
    }
    case 'refused': {
      const { reason, detail } = result.refusal;
      const what = command === 'approve' ? 'approval' : 'denial';
      return `The ${what} was refused: ${paint('red', reason)}: ${detail}\n${REFUSAL_EXPLANATIONS[reason]}`;
    }
    case 'unanswered':
      return unansweredText(command === 'approve' ? 'The approval' : 'The denial', source, result.eventId);
    default:
      return assertNever(result);
  }
}

function unknownProposal(proposalId: string): CommandFailed {
  return new CommandFailed(
    'usage',
    `there is no proposal ${proposalId}: \`selfheal proposals --all\` lists those on record`,
  );
}
