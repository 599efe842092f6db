/*
 * What functions load when they first need it. Virtual time does not wait for the disk: a repair that loads its executor would
 * find its deadline passed.
 */
import '../../../functions/app/approvals/ask-people.ts';
import '../../../functions/app/approvals/decide-proposal.ts';
import '../../../functions/app/approvals/proposal-notifications.ts';
import '../../../functions/app/changes/record-changes.ts';
import '../../../functions/app/correlation/close-incidents.ts';
import '../../../functions/app/correlation/join-incident.ts';
import '../../../functions/app/diagnosis/diagnose-again.ts';
import '../../../functions/app/diagnosis/diagnose-alert.ts';
import '../../../functions/app/executors/alias-move.ts';
import '../../../functions/app/executors/app-config.ts';
import '../../../functions/app/executors/code-deploy.ts';
import '../../../functions/app/executors/database.ts';
import '../../../functions/app/executors/detailed-monitoring.ts';
import '../../../functions/app/executors/ec2-instance.ts';
import '../../../functions/app/executors/ecs-service.ts';
import '../../../functions/app/executors/group-health.ts';
import '../../../functions/app/executors/lambda-alias.ts';
import '../../../functions/app/executors/load-balancer.ts';
import '../../../functions/app/executors/network-interface.ts';
import '../../../functions/app/executors/replacement.ts';
import '../../../functions/app/executors/resource-health.ts';
import '../../../functions/app/executors/scaling-group.ts';
import '../../../functions/app/executors/target-group.ts';
import '../../../functions/app/executors/user-function.ts';
import '../../../functions/app/heal/ask-for-kernel-look.ts';
import '../../../functions/app/heal/fall-back.ts';
import '../../../functions/app/heal/keep-time-limit.ts';
import '../../../functions/app/heal/lifted-isolation.ts';
import '../../../functions/app/recover/keep-kernel-look.ts';
import '../../../functions/app/recover/reconcile-time-limits.ts';
import '../../../functions/app/triage/control.ts';
import '../../../functions/app/recover/reconcile-proposals.ts';
import '../../../functions/app/learning/read-learned.ts';
import '../../../functions/app/recover/reconcile-steps.ts';
import '../../../functions/core/admission/levels.ts';
import '../../../functions/core/change/parse-change.ts';
import '../../../functions/core/diagnosis/allowed-strategies.ts';
import '../../../functions/core/learning/advise.ts';
import '../../../functions/core/operation/escalation-message.ts';
import '../../../functions/core/operation/rolled-back.ts';
