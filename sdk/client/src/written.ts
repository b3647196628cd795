import { ParleyError } from './errors.js'

/** As the service reads it. Throws `ParleyError` where JSON has no words for it: a circle, or a BigInt. */
export function written(payload: object): string {
  try {
    return JSON.stringify(payload)
  } catch (error) {
    throw new ParleyError('validation_failed', `This is no JSON: ${(error as Error).message}`)
  }
}
