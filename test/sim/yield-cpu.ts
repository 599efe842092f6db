import { constants, setPriority } from 'node:os';

/** Simulated runs compute for minutes without a pause, beside tests that race real clocks. Those go first. */
setPriority(constants.priority.PRIORITY_LOW);
