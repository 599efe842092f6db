import { budgetsHold } from './budgets-hold.ts';
import { controlsTakeEffect } from './controls-take-effect.ts';
import { decidedByPeople } from './decided-by-people.ts';
import { discoversHarmlessly } from './discovers-harmlessly.ts';
import { endsItsOwnPart } from './ends-its-own-part.ts';
import type { Checker } from './evidence.ts';
import { healsTheCause } from './heals-the-cause.ts';
import { healsWhatItCan } from './heals-what-it-can.ts';
import { inTurn } from './in-turn.ts';
import { isolatesForAWhile } from './isolates-for-a-while.ts';
import { keepsCapacity } from './keeps-capacity.ts';
import { keepsInService } from './keeps-in-service.ts';
import { keepsToModes } from './keeps-to-modes.ts';
import { learnsWithinBounds } from './learns-within-bounds.ts';
import { leftAlone } from './left-alone.ts';
import { liveness } from './liveness.ts';
import { missingPermissions } from './missing-permissions.ts';
import { noSignalVanishes } from './no-signal-vanishes.ts';
import { nothingInDoubt } from './nothing-in-doubt.ts';
import { nothingInjected } from './nothing-injected.ts';
import { nothingTwice } from './nothing-twice.ts';
import { onErrorKept } from './on-error-kept.ts';
import { onTimeAndTrue } from './on-time-and-true.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { oneEnd } from './one-end.ts';
import { overwritesNothing } from './overwrites-nothing.ts';
import { pagesOnce } from './pages-once.ts';
import { provenRecovery } from './proven-recovery.ts';
import { rolledBackAndEscalated } from './rolled-back-and-escalated.ts';
import { rollsSafely } from './rolls-safely.ts';
import { toldOnce } from './told-once.ts';
import { triedUntilSpent } from './tried-until-spent.ts';
import { waitsForChanges } from './waits-for-changes.ts';
import { watchesTruly } from './watches-truly.ts';

/** All invariants; liveness comes last. */
export const CHECKERS: readonly Checker[] = [
  { name: '1 one at a time', check: oneAtATime },
  { name: '2 nothing twice', check: nothingTwice },
  { name: '3 budgets hold', check: budgetsHold },
  { name: '4 left alone', check: leftAlone },
  { name: '5 one end', check: oneEnd },
  { name: '6 no signal vanishes', check: noSignalVanishes },
  { name: '6 controls take effect', check: controlsTakeEffect },
  { name: '7 proven recovery', check: provenRecovery },
  { name: '8 rolled back and escalated', check: rolledBackAndEscalated },
  { name: '9 nothing injected', check: nothingInjected },
  { name: '10 nothing in doubt', check: nothingInDoubt },
  { name: '11 tried until spent', check: triedUntilSpent },
  { name: '12 heals what it can', check: healsWhatItCan },
  { name: '13 on error kept', check: onErrorKept },
  { name: '14 watches truly', check: watchesTruly },
  { name: '15 rolls safely', check: rollsSafely },
  { name: '16 missing permissions', check: missingPermissions },
  { name: '17 on time and true', check: onTimeAndTrue },
  { name: '18 ends its own part', check: endsItsOwnPart },
  { name: '19 heals the cause', check: healsTheCause },
  { name: '20 waits for changes', check: waitsForChanges },
  { name: '21 told once', check: toldOnce },
  { name: '22 in turn', check: inTurn },
  { name: '23 learns within bounds', check: learnsWithinBounds },
  { name: '24 overwrites nothing', check: overwritesNothing },
  { name: '25 keeps in service', check: keepsInService },
  { name: '26 isolates for a while', check: isolatesForAWhile },
  { name: '27 pages once', check: pagesOnce },
  { name: '28 keeps to modes', check: keepsToModes },
  { name: '29 decided by people', check: decidedByPeople },
  { name: '30 keeps capacity', check: keepsCapacity },
  { name: '31 discovers harmlessly', check: discoversHarmlessly },
  { name: 'liveness', check: liveness },
];
