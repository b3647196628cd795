import { rm } from 'node:fs/promises'
import { onServer } from './global-setup.mjs'

export default async function tearDown() {
  if (!globalThis.testPostgres) return onServer(`DROP DATABASE ${process.env.TEST_TEMPLATE}`)
  await globalThis.testPostgres.stop()
  await rm(globalThis.testDataDir, { recursive: true, force: true })
}
