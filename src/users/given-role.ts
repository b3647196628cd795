/** Roles that a trusted token of the tenant's own login service gives. They end with it: nothing of them is stored. */
import { roles, type Person, type Role } from '../contract/actor.js'

export type GivenRole = NonNullable<Person['given']>

/** Whoever set the stored role after the token was made (`setAt`) knew better. */
const counts = ({ issuedAtMs }: GivenRole, setAt: Date | null): boolean =>
  setAt === null || (issuedAtMs !== null && issuedAtMs >= setAt.getTime())

/** The higher of the two: no token takes away what the tenant's backend gave. */
export function roleWith(stored: Role, given: GivenRole | undefined, setAt: Date | null): Role {
  const isHigher = given !== undefined && roles.indexOf(given.role) < roles.indexOf(stored)
  return isHigher && counts(given, setAt) ? given.role : stored
}
