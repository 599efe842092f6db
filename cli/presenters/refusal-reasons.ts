import type { RefusalReason } from '../../functions/core/admission/refusal.ts';

/** Why a request is refused for this reason, and what ends it. */
export const REFUSAL_EXPLANATIONS: Readonly<Record<RefusalReason, string>> = {
  NOT_UNDERSTOOD: 'The event is malformed. Correct what the detail names, and send it again.',
  FOREIGN_EVENT:
    'The event is from another account or Region, or is about a metric there. Send it in the account and Region of the deployment.',
  UNKNOWN_SOURCE:
    'Selfheal does not listen to this event source. Add it to settings.sources, or send from one that is listed.',
  EXPIRED: 'The event arrived too late. Send it again if you still want it.',
  OVERTAKEN: 'A later control with the opposite effect holds. Send this one again if you still want it.',
  UNKNOWN_COMPONENT:
    'The deployed configuration has no such component. Correct the name, or deploy the component.',
  UNKNOWN_TARGET:
    'The signal names a host that is not one of the component’s. Correct the signal or the configuration.',
  MUTED: 'Somebody muted the alarm in CloudWatch. It starts repairs again when the mute rule ends.',
  SUPPRESSED:
    'Another alarm suppresses the actions of this one. It starts repairs again when that alarm is OK.',
  SEVERITY_TOO_LOW: 'Signals of severity INFO never heal.',
  NO_STRATEGY:
    'No strategy’s trigger matches this metric and severity. Correct the signal, or deploy a strategy for it.',
  AUTO_HEAL_DISABLED: 'Healing is switched off. Deploy with settings.autoHealEnabled: true.',
  PAUSED:
    'Healing is paused, altogether or for the group. The pause ends with `selfheal resume`, or by itself at the time shown.',
  EXCLUDED:
    'The component is excluded from healing. The exclusion ends with `selfheal include`, or by itself at the time shown; one in the configuration ends when you deploy without excluded: true.',
  OUTSIDE_WINDOW:
    'A window in which the component may be healed is closed, or its calendar could not be read. The signal is tried again when the window opens; `selfheal open-window` holds it open.',
  CHANGE_IN_PROGRESS:
    'A deployment or another change is in progress, and may be the cause or the remedy. The signal is tried again when the change ends, at the latest at the time shown.',
  CAUSE_ELSEWHERE:
    'A dependency of the component is at fault. The dependency is healed instead, or a person is called. Once it is healthy, the signal is tried again.',
  TRIGGER_PENDING:
    'The trigger requires several alerts in a row (consecutiveFailures). The next alert counts.',
  IN_PROGRESS:
    'An operation is already healing the component. It can be healed again after the operation and its cooldown have ended.',
  COOLDOWN: 'The strategy’s last operation is too recent (cooldownSeconds).',
  INEFFECTIVE:
    'Repairs in a row had no lasting effect (settings.learning.ineffectiveAfter). People were notified.',
  ATTEMPTS_SPENT:
    'Every matching strategy has spent its attempts (maxAttempts): repairs have not helped. Look for the cause.',
  TARGET_BUSY:
    'A component is being repaired that may share a host and service, or a resource of AWS, with this one. Wait until that has ended.',
  GROUP_BUSY:
    'The group has reached its limit of operations in flight (maxInFlight), or more urgent repairs come first. Wait until one has ended.',
  GROUP_UNHEALTHY:
    'Too few other components of the group are healthy (minHealthy). Wait until others have recovered.',
  CAPACITY_SHORT:
    'The repair would take capacity away that the demand needs. Wait until other components have recovered and repairs in progress have ended; `selfheal validate` names components that this would never allow.',
  FLEET_BUSY:
    'The fleet has reached its limit of operations in flight (maxConcurrentRepairs), or more urgent repairs come first. Wait until one has ended.',
  AWAITING_APPROVAL:
    'A proposal waits for an approval: `selfheal proposals`. It can be approved or denied until the time shown.',
  DENIED: 'A person denied a proposal for the component. It is proposed again after the time shown.',
  UNKNOWN_PROPOSAL: 'There is no such proposal on record. `selfheal proposals` lists the open ones.',
  PROPOSAL_CLOSED:
    'The proposal was approved, denied or withdrawn before, or has expired. If the component is still unhealthy, there will be another.',
  PLAN_CHANGED:
    'The strategy or the component has changed since the proposal. Only what people saw may be approved: deny it, and approve the next proposal.',
  SAME_PERSON: 'The strategy requires approvals from different people. Somebody else has to approve.',
  NOT_AUTHENTIC:
    'A request to approve did not prove who sent it: a signature, a time stamp, a link or a person is not valid. If it was you, use another link or `selfheal approve`; otherwise somebody else is trying.',
  LIMITS_UNKNOWN:
    'The table could not be read, or its limits kept changing. Nothing is healed on a guess; try again.',
};
