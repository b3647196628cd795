/** What Swagger's pages of the views share: ids, a time, the schema of any JSON. */

export const ids = {
  tenant: '019a9f3e-6c1e-7c44-9f0a-3d5f1b7c2a10',
  token: '019a9f3e-6c2b-7d10-8f31-b1a92c5d7e22',
  user: '019a9f40-11a2-7e0b-a7c3-5b0f7f3e9d31',
  room: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
  message: '019a9f42-9c07-7a19-8be2-0e6d5a4c3f73',
}
export const time = '2026-11-21T09:30:00.000Z'

/** The schema of `Metadata`. */
export const anyJson = {
  nullable: true,
  oneOf: [
    { type: 'object', additionalProperties: true },
    { type: 'array', items: {} },
    { type: 'string' },
    { type: 'number' },
    { type: 'boolean' },
  ],
}
