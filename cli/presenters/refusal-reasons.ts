import type { RefusalReason } from '../../functions/core/admission/refusal.ts';

/** Why a request is refused for this reason, and what ends it. */
export const REFUSAL_EXPLANATIONS: Readonly<Record<RefusalReason, string>> = {
  NOT_UNDERSTOOD: 'The event is malformed. Correct what the detail names, and send it again.',
  FOREIGN_EVENT:
    'The event is from another account or Region. Send it in the account and Region of the deployment.',
  UNKNOWN_SOURCE:
    'Selfheal does not listen to this event source. Add it to settings.sources, or send under one that is listed.',
  EXPIRED: 'The event came too late. Send it again if it is still meant.',
  OVERTAKEN: 'A later control of the opposite holds. Send this one again if it is still meant.',
  UNKNOWN_COMPONENT:
    'The deployed configuration has no such component. Correct the name, or deploy the component.',
  UNKNOWN_TARGET:
    'The signal names a host that is not one of the component’s. Correct the signal or the configuration.',
  MUTED: 'Somebody muted the alarm in CloudWatch. It heals again when the mute rule ends.',
  SUPPRESSED: 'The alarm’s actions are suppressed by another alarm. It heals again when that one is over.',
  SEVERITY_TOO_LOW: 'Signals of severity INFO never heal.',
  NO_STRATEGY:
    'No strategy’s trigger matches metric and severity. Correct the signal, or deploy a strategy for it.',
  AUTO_HEAL_DISABLED: 'Healing is switched off. Deploy with settings.autoHealEnabled: true.',
  PAUSED:
    'Healing is paused, in general or for the group. It ends with `selfheal resume`, or by itself at the time shown.',
  EXCLUDED:
    'The component is left alone. It ends with `selfheal include`, or by itself at the time shown; what the configuration excludes, with a deployment without excluded: true.',
  OUTSIDE_WINDOW:
    'A window in which the component may be healed is closed, or its calendar could not be read. It is looked at again when the window opens; `selfheal open-window` holds it open.',
  CHANGE_IN_PROGRESS:
    'A deployment or another change is in progress, and may be the cause or the remedy. It is looked at again when the change ends, at the time shown at the latest.',
  CAUSE_ELSEWHERE:
    'Something that the component depends on is at fault, and is healed instead, or a person is called. When that is healthy, it is looked at again.',
  TRIGGER_PENDING: 'The trigger wants several alerts in a row (consecutiveFailures). The next alert counts.',
  IN_PROGRESS:
    'An operation is already healing the component. It can be healed again after that has ended and its cooldown.',
  COOLDOWN: 'The strategy’s last operation is too recent (cooldownSeconds).',
  INEFFECTIVE:
    'Repairs in a row had no lasting effect (settings.learning.ineffectiveAfter). People were notified.',
  ATTEMPTS_SPENT:
    'Every matching strategy has spent its attempts (maxAttempts): repairs have not helped. Look for the cause.',
  TARGET_BUSY:
    'Another component that may share a host and service is being repaired. Wait until that has ended.',
  GROUP_BUSY: 'The group has as many operations in flight as it may (maxInFlight). Wait until one has ended.',
  GROUP_UNHEALTHY:
    'Too few other components of the group are healthy (minHealthy). Wait until others have recovered.',
  FLEET_BUSY:
    'The fleet has as many operations in flight as it may (maxConcurrentRepairs). Wait until one has ended.',
  AWAITING_APPROVAL:
    'A proposal waits for an approval: `selfheal proposals`. It can be approved or denied until the time shown.',
  DENIED: 'A person denied a proposal for the component. It is proposed again after the time shown.',
  UNKNOWN_PROPOSAL: 'There is no such proposal on record. `selfheal proposals` lists those there are.',
  PROPOSAL_CLOSED:
    'The proposal was approved, denied or withdrawn before, or has expired. If the component is still unhealthy, there will be another.',
  PLAN_CHANGED:
    'The strategy or the component has changed since. Only what people saw may be approved: deny it, and approve the next proposal.',
  SAME_PERSON: 'The strategy requires approvals of different people. Somebody else has to approve.',
  NOT_AUTHENTIC:
    'A request to approve did not prove who sent it: a signature, a time stamp, a link or a person is not valid. If it was you, use another link or `selfheal approve`; otherwise somebody else is trying.',
  LIMITS_UNKNOWN:
    'The table could not be read, or its limits kept changing. Nothing is healed on a guess; try again.',
};
