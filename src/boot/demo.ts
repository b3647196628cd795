import type { INestApplicationContext } from '@nestjs/common'
import type { Operator } from '../contract/actor.js'
import { DemoTenant } from '../pages/demo/demo-tenant.js'
import { TenantsService } from '../tenants/tenants.service.js'
import { TokenKeysService } from '../tenants/token-keys.service.js'
import { newSecret, readSecrets, writeSecrets, type Demo } from './secrets.js'

const operator: Operator = { kind: 'operator' }

/** The demo tenant, to which the data folder has the keys; made at the first start on this database, found at every other. */
export async function demoTenant(app: INestApplicationContext, dataDir: string): Promise<Demo> {
  const secrets = readSecrets(dataDir)
  const { demoTenantId: tenantId, demo: earlier } = secrets
  const known = earlier && (await app.get(TenantsService).identify(tenantId)) ? earlier : null
  const apiToken = known?.apiToken ?? (await makeTenant(app, tenantId))
  const { users, rooms } = await app.get(DemoTenant).ensure()
  const tokenSecret = known?.tokenSecret ?? (await openDemo(app, tenantId))
  const demo = { tenantId, apiToken, roomId: rooms.welcome, users, tokenSecret }
  writeSecrets(dataDir, { ...secrets, demo })
  return demo
}

async function makeTenant(app: INestApplicationContext, tenantId: string): Promise<string> {
  const tenants = app.get(TenantsService)
  // What a start that was broken off has left: nobody knows its API token.
  if (await tenants.identify(tenantId)) await tenants.delete(operator, tenantId)
  return (await tenants.create(operator, { name: 'Demo', allowed_origins: ['*'] }, tenantId)).api_token
}

/** Lets guests watch, and takes tokens of a login service of its own, by the secret that it answers. */
async function openDemo(app: INestApplicationContext, tenantId: string): Promise<string> {
  const secret = newSecret()
  await app.get(TenantsService).update(operator, tenantId, { guests: true })
  await app.get(TokenKeysService).register(operator, tenantId, { name: 'demo', secret })
  return secret
}
