import { CALL_DEFECTS } from './call-defects.ts';
import type { Defect } from './defect.ts';
import { ESTATE_DEFECTS } from './estate-defects.ts';
import { FARM_DEFECTS } from './farm-defects.ts';
import { GRAPH_DEFECTS } from './graph-defects.ts';
import { GROUP_DEFECTS } from './group-defects.ts';
import { MODE_DEFECTS } from './mode-defects.ts';
import { PAGER_DEFECTS } from './pager-defects.ts';
import { PERMISSION_DEFECTS } from './permission-defects.ts';
import { REPAIR_DEFECTS } from './repair-defects.ts';
import { ROLLING_DEFECTS } from './rolling-defects.ts';
import { STORE_DEFECTS } from './store-defects.ts';
import { WATCHDOG_DEFECTS } from './watchdog-defects.ts';
import { WORLD_DEFECTS } from './world-defects.ts';

/** By what goes wrong. */
export const KINDS_OF_DEFECTS: readonly (readonly Defect[])[] = [
  STORE_DEFECTS,
  CALL_DEFECTS,
  WORLD_DEFECTS,
  REPAIR_DEFECTS,
  ROLLING_DEFECTS,
  GROUP_DEFECTS,
  WATCHDOG_DEFECTS,
  PERMISSION_DEFECTS,
  GRAPH_DEFECTS,
  ESTATE_DEFECTS,
  FARM_DEFECTS,
  PAGER_DEFECTS,
  MODE_DEFECTS,
];

/** Every mistake that the simulator must be able to catch. */
export const DEFECTS: readonly Defect[] = KINDS_OF_DEFECTS.flat();
