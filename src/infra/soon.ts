import type { Soon } from '../contract/ports.js'

/** Goes on with what is known: at once, if it is known at once, so that nobody waits who need not. */
export const soon = <T, R>(known: Soon<T>, next: (value: T) => R): Soon<R> =>
  known instanceof Promise ? known.then(next) : next(known)
