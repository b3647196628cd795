/** Whatever an integrator keeps beside a user, a room or a message: any JSON of up to 4 KiB. */
export type Metadata = Record<string, unknown> | unknown[] | string | number | boolean | null
