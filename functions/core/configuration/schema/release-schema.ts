import * as z from 'zod';
import { directoryOf, fileOfService } from '../declared-names.ts';

/** Releases of the component's `service`, each in a directory of its own, and the link to the one in use. */
export const release = z.strictObject({
  link: fileOfService('/srv/orders/current').check(
    z.describe('The symbolic link to the release in use, which the unit names instead of a release.'),
  ),
  directory: directoryOf('a directory of releases', '/srv/orders/releases').check(
    z.describe('The directory in which each release has a directory.'),
  ),
});
