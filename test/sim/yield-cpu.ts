import { constants, setPriority } from 'node:os';

/** Simulated runs compute without a pause, for minutes, beside tests that race real clocks: those go first. */
setPriority(constants.priority.PRIORITY_LOW);
